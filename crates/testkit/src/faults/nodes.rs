//! Faults of nodes and of their configuration.

use serde_json::{Value, json};

use super::patch::{BEGAN, Patch, merge};
use crate::fixtures::object::ObjectBuilder;

pub(super) fn silent_node(patch: &mut Patch<'_>) {
    let node = "master-1.okd.example.net";
    let words = ("NodeStatusUnknown", "Kubelet stopped posting node status.");
    for kind in ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] {
        patch.node(node, kind, "Unknown", words);
    }
    patch.edit(&format!("leases/{node}.yaml"), |lease| {
        if let Some(spec) = lease.pointer_mut("/spec") {
            merge(spec, &json!({"renewTime": "2024-10-28T08:09:20.000000Z"}));
        }
    });
    let message = format!(
        "NodeControllerDegraded: The master nodes not ready: node \"{node}\" not ready since 2024-10-28 08:10:00 +0000 UTC because NodeStatusUnknown (Kubelet stopped posting node status.)"
    );
    for name in ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        patch.operator(name, "Degraded", "True", ("NodeController_MasterNodesReady", &message));
    }
    let message = format!(
        "EtcdMembersDegraded: 2 of 3 members are available, {node} is unhealthy\n{message}"
    );
    patch.operator(
        "etcd",
        "Degraded",
        "True",
        ("EtcdMembers_UnhealthyMembers::NodeController_MasterNodesReady", &message),
    );
    patch.put("etcd_info/endpoint_health.json", r#"[{"endpoint":"https://192.0.2.10:2379","health":true,"took":"11.2ms"},{"endpoint":"https://192.0.2.12:2379","health":true,"took":"13.2ms"},{"endpoint":"https://192.0.2.11:2379","health":false,"took":"5.000180146s","error":"context deadline exceeded"}]"#);
}

pub(super) fn full_disk(patch: &mut Patch<'_>) {
    let node = "worker-1.okd.example.net";
    patch.node(
        node,
        "DiskPressure",
        "True",
        ("KubeletHasDiskPressure", "kubelet has disk pressure"),
    );
    for name in ["shop-6d5f7c9b8-aaaaa", "shop-6d5f7c9b8-bbbbb"] {
        let pod = ObjectBuilder::new("v1", "Pod", name)
            .in_namespace("default")
            .meta("creationTimestamp", json!(BEGAN))
            .with("spec", json!({"containers": [{"image": "x", "name": "main"}], "nodeName": node}))
            .with("status", json!({"message": "The node was low on resource: ephemeral-storage. Threshold quantity: 12803636509, available: 8432096Ki. ", "phase": "Failed", "reason": "Evicted", "startTime": BEGAN}));
        patch.add("namespaces/default/core/pods.yaml", pod.build());
    }
}

pub(super) fn blocked_drain(patch: &mut Patch<'_>) {
    let node = "worker-1.okd.example.net";
    patch.edit(&format!("core/nodes/{node}.yaml"), |object| {
        if let Some(annotations) = object.pointer_mut("/metadata/annotations") {
            let new = "rendered-worker-ffffffffffffffffffffffffffffffff";
            merge(annotations, &json!({
                "machineconfiguration.openshift.io/desiredConfig": new,
                "machineconfiguration.openshift.io/desiredDrain": format!("drain-{new}"),
                "machineconfiguration.openshift.io/state": "Working",
            }));
        }
        merge(object, &json!({"spec": {"unschedulable": true, "taints": [{"effect": "NoSchedule", "key": "node.kubernetes.io/unschedulable", "timeAdded": BEGAN}]}}));
    });
    patch.edit("machineconfigpools/worker.yaml", |pool| {
        merge(pool, &json!({"spec": {"configuration": {"name": "rendered-worker-ffffffffffffffffffffffffffffffff"}}, "status": {"readyMachineCount": 2, "unavailableMachineCount": 1, "updatedMachineCount": 0}}));
        let conditions = json!([
            {"lastTransitionTime": BEGAN, "message": "", "reason": "", "status": "False", "type": "Updated"},
            {"lastTransitionTime": BEGAN, "message": "All nodes are updating to MachineConfig rendered-worker-ffffffffffffffffffffffffffffffff", "reason": "", "status": "True", "type": "Updating"},
        ]);
        if let Some(place) = pool.pointer_mut("/status/conditions") {
            *place = conditions;
        }
    });
    let line = format!(
        "2024-10-28T10:15:00.000000000Z E1028 10:15:00.000000       1 drain_controller.go:144] node {node}: Drain failed. Drain has been failing for more than 10 minutes. Waiting 5 minutes then retrying. Error message from drain: error when evicting pods/\"db-0\" -n \"default\": global timeout reached: 1m30s: Cannot evict pod as it would violate the pod's disruption budget.\n"
    );
    patch.put("namespaces/openshift-machine-config-operator/pods/machine-config-controller-5d/machine-config-controller/machine-config-controller/logs/current.log", line);
    let budget = ObjectBuilder::new("policy/v1", "PodDisruptionBudget", "db")
        .in_namespace("default")
        .with("spec", json!({"minAvailable": 1, "selector": {"matchLabels": {"app": "db"}}}))
        .with("status", json!({"conditions": [{"lastTransitionTime": BEGAN, "message": "", "reason": "InsufficientPods", "status": "False", "type": "DisruptionAllowed"}], "currentHealthy": 1, "desiredHealthy": 1, "disruptionsAllowed": 0, "expectedPods": 1}));
    patch.add("namespaces/default/policy/poddisruptionbudgets.yaml", budget.build());
    let pod = ObjectBuilder::new("v1", "Pod", "db-0")
        .in_namespace("default")
        .meta("labels", json!({"app": "db"}))
        .with("spec", json!({"containers": [{"image": "x", "name": "db"}], "nodeName": node}))
        .with("status", json!({"conditions": [{"lastTransitionTime": "2024-10-01T00:00:00Z", "status": "True", "type": "Ready"}], "containerStatuses": [{"name": "db", "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2024-10-01T00:00:00Z"}}}], "phase": "Running"}));
    patch.add("namespaces/default/core/pods.yaml", pod.build());
}

pub(super) fn changed_file(patch: &mut Patch<'_>) {
    let node = "worker-2.okd.example.net";
    let reason = "unexpected on-disk state validating against rendered-worker-288b092c09d18948d4f5f1994997172f: content mismatch for file \"/etc/chrony.conf\"";
    patch.edit(&format!("core/nodes/{node}.yaml"), |object| {
        if let Some(annotations) = object.pointer_mut("/metadata/annotations") {
            merge(
                annotations,
                &json!({
                    "machineconfiguration.openshift.io/reason": reason,
                    "machineconfiguration.openshift.io/state": "Degraded",
                }),
            );
        }
    });
    patch.edit("machineconfigpools/worker.yaml", |pool| {
        merge(pool, &json!({"status": {"degradedMachineCount": 1, "readyMachineCount": 2}}));
    });
    let message = format!("Node {node} is reporting: \"{}\"", reason.replace('"', "\\\""));
    let degraded = [
        ("NodeDegraded", "1 nodes are reporting degraded status on sync", message.as_str()),
        ("Degraded", "", ""),
    ];
    for (kind, reason, message) in degraded {
        patch.edit("machineconfigpools/worker.yaml", |pool| {
            if let Some(conditions) = pool.pointer_mut("/status/conditions").and_then(Value::as_array_mut) {
                conditions.retain(|known| known.get("type") != Some(&json!(kind)));
                conditions.push(json!({"lastTransitionTime": BEGAN, "message": message, "reason": reason, "status": "True", "type": kind}));
            }
        });
    }
}

pub(super) fn paused_pool(patch: &mut Patch<'_>) {
    patch.edit("machineconfigpools/worker.yaml", |pool| {
        merge(pool, &json!({"spec": {"paused": true, "configuration": {"name": "rendered-worker-ffffffffffffffffffffffffffffffff"}}, "status": {"updatedMachineCount": 0}}));
        if let Some(place) = pool.pointer_mut("/status/conditions") {
            *place = json!([
                {"lastTransitionTime": BEGAN, "message": "", "reason": "", "status": "False", "type": "Updated"},
                {"lastTransitionTime": BEGAN, "message": "Pool is paused; will not update to rendered-worker-ffffffffffffffffffffffffffffffff", "reason": "", "status": "False", "type": "Updating"},
            ]);
        }
    });
}
