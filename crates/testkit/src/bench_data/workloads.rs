//! What stands around pods: Deployments, ReplicaSets, Services and who is behind those.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::{labels, object},
    managed::managed,
    model::{GeneratedPod, GeneratedWorkload},
    pods,
};
use crate::fixtures::{
    cluster::ROLLED_OUT,
    object::{condition, uid},
};

/// The Deployment of a workload.
pub(super) fn deployment(seed: u64, workload: &GeneratedWorkload) -> Value {
    let dice = &mut Dice::of(seed, &workload.replica_set());
    let count = workload.pods.len();
    let minimum = "Deployment has minimum availability.";
    let done = format!("ReplicaSet \"{}\" has successfully progressed.", workload.replica_set());
    let object = object("apps/v1", "Deployment", &workload.namespace, &workload.name, dice)
        .meta("annotations", json!({"deployment.kubernetes.io/revision": "4", "operator.openshift.io/spec-hash": dice.hex(64)}))
        .meta("generation", json!(4))
        .meta("labels", labels(&workload.name))
        .with("spec", json!({
            "progressDeadlineSeconds": 600, "replicas": count, "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": workload.name}},
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
            "template": template(seed, workload),
        }))
        .with("status", json!({
            "availableReplicas": count,
            "conditions": [
                condition("Available", "True", "MinimumReplicasAvailable", minimum, ROLLED_OUT),
                condition("Progressing", "True", "NewReplicaSetAvailable", &done, ROLLED_OUT),
            ],
            "observedGeneration": 4, "readyReplicas": count, "replicas": count, "updatedReplicas": count,
        }))
        .build();
    let managers: [(&str, &str, &[&str]); 2] = [
        ("cluster-operator", ROLLED_OUT, &["metadata", "spec"]),
        ("kube-controller-manager", ROLLED_OUT, &["status"]),
    ];
    managed(object, &managers)
}

/// A ReplicaSet of a workload: the present one, or one of an earlier revision that runs nothing.
pub(super) fn replica_set(seed: u64, workload: &GeneratedWorkload, revision: u64) -> Value {
    let is_present = revision == 0;
    let count = if is_present { workload.pods.len() } else { 0 };
    let dice = &mut Dice::of(seed, &format!("{}/{revision}", workload.replica_set()));
    let name = match revision {
        0 => workload.replica_set(),
        _ => format!("{}-{}", workload.name, dice.hex(10)),
    };
    let mut status = json!({"observedGeneration": 1, "replicas": count});
    if let (true, Some(fields)) = (is_present, status.as_object_mut()) {
        for field in ["availableReplicas", "fullyLabeledReplicas", "readyReplicas"] {
            fields.insert(field.into(), json!(count));
        }
    }
    let object = object("apps/v1", "ReplicaSet", &workload.namespace, &name, dice)
        .meta(
            "annotations",
            json!({"deployment.kubernetes.io/desired-replicas": workload.pods.len().to_string()}),
        )
        .meta("generation", json!(1))
        .meta("labels", labels(&workload.name))
        .owned_by("apps/v1", "Deployment", &workload.name)
        .with(
            "spec",
            json!({
                "replicas": count,
                "selector": {"matchLabels": {"app": workload.name}},
                "template": template(seed.wrapping_add(revision), workload),
            }),
        )
        .with("status", status)
        .build();
    managed(object, &[("kube-controller-manager", ROLLED_OUT, &["metadata", "spec", "status"])])
}

fn template(seed: u64, workload: &GeneratedWorkload) -> Value {
    json!({
        "metadata": {
            "annotations": {"openshift.io/required-scc": "restricted-v2"},
            "labels": labels(&workload.name),
        },
        "spec": pods::spec(seed, workload, None),
    })
}

/// The Service of a workload.
pub(super) fn service(seed: u64, workload: &GeneratedWorkload) -> Value {
    let dice = &mut Dice::of(seed, &format!("service {}/{}", workload.namespace, workload.name));
    let ip = format!("172.30.{}.{}", dice.roll(256), 1 + dice.roll(254));
    let object = object("v1", "Service", &workload.namespace, &workload.name, dice)
        .meta(
            "annotations",
            json!({
                "include.release.openshift.io/self-managed-high-availability": "true",
                "include.release.openshift.io/single-node-developer": "true",
            }),
        )
        .meta("labels", labels(&workload.name))
        .with(
            "spec",
            json!({
                "clusterIP": ip, "clusterIPs": [ip], "internalTrafficPolicy": "Cluster",
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": "https"}],
                "selector": {"app": workload.name}, "sessionAffinity": "None", "type": "ClusterIP",
            }),
        )
        .with("status", json!({"loadBalancer": {}}))
        .build();
    managed(object, &[("cluster-operator", ROLLED_OUT, &["metadata", "spec"])])
}

/// The Endpoints of a workload's Service, all ready.
pub(super) fn endpoints(seed: u64, workload: &GeneratedWorkload) -> Value {
    let dice = &mut Dice::of(seed, &format!("endpoints {}/{}", workload.namespace, workload.name));
    let addresses: Vec<Value> = workload
        .pods
        .iter()
        .map(|pod| json!({"ip": pod.ip, "nodeName": pod.machine.name, "targetRef": reference(workload, pod)}))
        .collect();
    let object = object("v1", "Endpoints", &workload.namespace, &workload.name, dice)
        .meta(
            "annotations",
            json!({"endpoints.kubernetes.io/last-change-trigger-time": ROLLED_OUT}),
        )
        .meta("labels", labels(&workload.name))
        .with(
            "subsets",
            json!([{
                "addresses": addresses,
                "ports": [{"name": "https", "port": workload.port, "protocol": "TCP"}],
            }]),
        )
        .build();
    managed(object, &[("kube-controller-manager", ROLLED_OUT, &["metadata", "subsets"])])
}

/// The slice that mirrors them.
pub(super) fn endpoint_slice(seed: u64, workload: &GeneratedWorkload) -> Value {
    let dice = &mut Dice::of(seed, &format!("slice {}/{}", workload.namespace, workload.name));
    let endpoints: Vec<Value> = workload
        .pods
        .iter()
        .map(|pod| {
            json!({
                "addresses": [pod.ip], "conditions": {"ready": true, "serving": true, "terminating": false},
                "nodeName": pod.machine.name, "targetRef": reference(workload, pod),
            })
        })
        .collect();
    let name = format!("{}-{}", workload.name, dice.letters(5));
    let object = object("discovery.k8s.io/v1", "EndpointSlice", &workload.namespace, &name, dice)
        .meta("generation", json!(7))
        .meta(
            "labels",
            json!({
                "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
                "kubernetes.io/service-name": workload.name,
            }),
        )
        .owned_by("v1", "Service", &workload.name)
        .with("addressType", json!("IPv4"))
        .with("endpoints", Value::Array(endpoints))
        .with("ports", json!([{"name": "https", "port": workload.port, "protocol": "TCP"}]))
        .build();
    managed(object, &[("kube-controller-manager", ROLLED_OUT, &["metadata", "ports", "endpoints"])])
}

fn reference(workload: &GeneratedWorkload, pod: &GeneratedPod) -> Value {
    let uid = uid("Pod", Some(&workload.namespace), &pod.name);
    json!({"kind": "Pod", "name": pod.name, "namespace": workload.namespace, "uid": uid})
}
