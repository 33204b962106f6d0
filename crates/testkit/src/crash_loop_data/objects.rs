//! The objects of a crash-looping workload.

use serde_json::{Value, json};

use super::pattern::{Crash, CrashingPod, CrashingWorkload};
use crate::fixtures::cluster::{HEARTBEAT, INSTALLED};
use crate::fixtures::object::{ObjectBuilder, condition, digest, uid};

/// The pods are created.
const CREATED: &str = "2024-10-28T07:02:11Z";
/// The Deployments give up.
const TIMED_OUT: &str = "2024-10-28T07:12:12Z";
/// The last run of every container begins and ends.
const STARTED: &str = "2024-10-28T10:16:39Z";
const ENDED: &str = "2024-10-28T10:16:41Z";
const CONTAINER: &str = "main";
const PORT: u16 = 8080;

/// One of its pods.
pub(super) fn pod(workload: &CrashingWorkload, pod: &CrashingPod) -> Value {
    let object = ObjectBuilder::new("v1", "Pod", &pod.name)
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(CREATED));
    let object = match (&workload.hash, workload.replica_set()) {
        (Some(hash), Some(replica_set)) => object
            .meta("labels", json!({"app": workload.name, "pod-template-hash": hash}))
            .owned_by("apps/v1", "ReplicaSet", &replica_set),
        _ => object.meta("labels", json!({"app": workload.name})),
    };
    let mut spec = pod_spec(workload);
    if let Some(fields) = spec.as_object_mut() {
        fields.insert("nodeName".into(), json!(pod.node));
    }
    object
        .with("spec", spec)
        .with("status", pod_status(workload, pod))
        .managed("status", "kubelet", ENDED)
        .build()
}

fn pod_spec(workload: &CrashingWorkload) -> Value {
    json!({
        "containers": [{
            "image": workload.image, "imagePullPolicy": "IfNotPresent", "name": CONTAINER,
            "livenessProbe": {"failureThreshold": 3, "httpGet": {"path": "/healthz", "port": PORT, "scheme": "HTTP"}, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1},
            "ports": [{"containerPort": PORT, "name": "http", "protocol": "TCP"}],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": [{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access", "readOnly": true}],
        }],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300},
            {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300},
        ],
        "volumes": [{"name": "kube-api-access", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]}}],
    })
}

fn pod_status(workload: &CrashingWorkload, pod: &CrashingPod) -> Value {
    let unready = format!("containers with unready status: [{CONTAINER}]");
    let conditions: Vec<Value> = [
        ("Initialized", true),
        ("Ready", false),
        ("ContainersReady", false),
        ("PodScheduled", true),
    ]
    .map(|(kind, is_true)| {
        if is_true {
            condition(kind, "True", "", "", CREATED)
        } else {
            condition(kind, "False", "ContainersNotReady", &unready, CREATED)
        }
    })
    .into();
    let waiting = format!(
        "back-off 5m0s restarting failed container={CONTAINER} pod={}_{}({})",
        pod.name,
        workload.namespace,
        uid("Pod", Some(&workload.namespace), &pod.name)
    );
    let id = format!("cri-o://{}", digest(&pod.name));
    json!({
        "conditions": conditions,
        "containerStatuses": [{
            "containerID": id, "image": workload.image, "imageID": workload.image,
            "lastState": {"terminated": terminated(workload, &id)},
            "name": CONTAINER, "ready": false, "restartCount": 41, "started": false,
            "state": {"waiting": {"message": waiting, "reason": "CrashLoopBackOff"}},
        }],
        "hostIP": "192.0.2.100",
        "phase": "Running",
        "podIP": pod.ip,
        "podIPs": [{"ip": pod.ip}],
        "qosClass": "Burstable",
        "startTime": CREATED,
    })
}

fn terminated(workload: &CrashingWorkload, id: &str) -> Value {
    let mut ended = json!({
        "containerID": id, "exitCode": 1, "finishedAt": ENDED, "reason": "Error", "startedAt": STARTED,
    });
    let Some(fields) = ended.as_object_mut() else { return ended };
    match workload.crash {
        Crash::WithMessage => {
            let message = format!(
                "panic: cannot open the database {0}: dial tcp: lookup {0}-db.{1}.svc: no such host\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:41 +0x1d\n",
                workload.name, workload.namespace
            );
            fields.insert("message".into(), json!(message));
        }
        Crash::Silent => {}
        Crash::Probe => drop(fields.insert("exitCode".into(), json!(137))),
    }
    ended
}

/// Its Deployment; None for pods without an owner.
pub(super) fn deployment(workload: &CrashingWorkload) -> Option<Value> {
    let replica_set = workload.replica_set()?;
    let count = workload.pods.len();
    let minimum = "Deployment does not have minimum availability.";
    let timed_out = format!("ReplicaSet \"{replica_set}\" has timed out progressing.");
    let object = ObjectBuilder::new("apps/v1", "Deployment", &workload.name)
        .in_namespace(&workload.namespace)
        .meta("annotations", json!({"deployment.kubernetes.io/revision": "1"}))
        .meta("creationTimestamp", json!(CREATED))
        .meta("generation", json!(1))
        .meta("labels", json!({"app": workload.name}))
        .with("spec", replica_spec(workload))
        .with("status", json!({
            "conditions": [
                condition("Available", "False", "MinimumReplicasUnavailable", minimum, CREATED),
                condition("Progressing", "False", "ProgressDeadlineExceeded", &timed_out, TIMED_OUT),
            ],
            "observedGeneration": 1, "replicas": count, "unavailableReplicas": count, "updatedReplicas": count,
        }));
    Some(object.managed("status", "kube-controller-manager", TIMED_OUT).build())
}

/// Its ReplicaSet; None for pods without an owner.
pub(super) fn replica_set(workload: &CrashingWorkload) -> Option<Value> {
    let count = workload.pods.len();
    let object = ObjectBuilder::new("apps/v1", "ReplicaSet", &workload.replica_set()?)
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(CREATED))
        .meta("labels", json!({"app": workload.name, "pod-template-hash": workload.hash}))
        .owned_by("apps/v1", "Deployment", &workload.name)
        .with("spec", replica_spec(workload))
        .with(
            "status",
            json!({"fullyLabeledReplicas": count, "observedGeneration": 1, "replicas": count}),
        );
    Some(object.build())
}

fn replica_spec(workload: &CrashingWorkload) -> Value {
    let labels = json!({"app": workload.name});
    json!({
        "progressDeadlineSeconds": 600,
        "replicas": workload.pods.len(),
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod_spec(workload)},
    })
}

/// Its Service.
pub(super) fn service(workload: &CrashingWorkload) -> Value {
    ObjectBuilder::new("v1", "Service", &workload.name)
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(CREATED))
        .with(
            "spec",
            json!({
                "clusterIP": "172.30.9.9",
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": PORT}],
                "selector": {"app": workload.name},
                "type": "ClusterIP",
            }),
        )
        .build()
}

/// The Endpoints of its Service, none of which is ready.
pub(super) fn endpoints(workload: &CrashingWorkload) -> Value {
    let addresses: Vec<Value> = workload
        .pods
        .iter()
        .map(|pod| json!({"ip": pod.ip, "nodeName": pod.node, "targetRef": reference(workload, pod)}))
        .collect();
    let ports = json!([{"name": "http", "port": PORT, "protocol": "TCP"}]);
    ObjectBuilder::new("v1", "Endpoints", &workload.name)
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(CREATED))
        .with("subsets", json!([{"notReadyAddresses": addresses, "ports": ports}]))
        .build()
}

/// The events about one of its pods.
pub(super) fn events(workload: &CrashingWorkload, pod: &CrashingPod) -> Vec<Value> {
    let mut events = vec![("BackOff", "Back-off restarting failed container".to_owned())];
    if workload.crash == Crash::Probe {
        let message = format!(
            "Liveness probe failed: Get \"http://{}:{PORT}/healthz\": dial tcp {}:{PORT}: connect: connection refused",
            pod.ip, pod.ip
        );
        events.push(("Unhealthy", message));
    }
    let event = |(reason, message): &(&str, String)| event(workload, pod, reason, message);
    events.iter().map(event).collect()
}

fn event(workload: &CrashingWorkload, pod: &CrashingPod, reason: &str, message: &str) -> Value {
    let mut mark = digest(&format!("{}/{reason}", pod.name));
    mark.truncate(16);
    ObjectBuilder::new("v1", "Event", &format!("{}.{mark}", pod.name))
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(CREATED))
        .with("count", json!(803))
        .with("firstTimestamp", json!(CREATED))
        .with("involvedObject", reference(workload, pod))
        .with("lastTimestamp", json!(HEARTBEAT))
        .with("message", json!(message))
        .with("reason", json!(reason))
        .with("source", json!({"component": "kubelet", "host": pod.node}))
        .with("type", json!("Warning"))
        .build()
}

fn reference(workload: &CrashingWorkload, pod: &CrashingPod) -> Value {
    let uid = uid("Pod", Some(&workload.namespace), &pod.name);
    json!({"kind": "Pod", "name": pod.name, "namespace": workload.namespace, "uid": uid})
}

/// A node that is well.
pub(super) fn node(name: &str) -> Value {
    let conditions = [
        ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID"),
        ("Ready", "True", "KubeletReady"),
    ]
    .map(|(kind, status, reason)| {
        let mut condition = condition(kind, status, reason, "", INSTALLED);
        if let Some(fields) = condition.as_object_mut() {
            fields.insert("lastHeartbeatTime".into(), json!(HEARTBEAT));
        }
        condition
    });
    ObjectBuilder::new("v1", "Node", name)
        .meta(
            "labels",
            json!({"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "node-role.kubernetes.io/worker": ""}),
        )
        .with("spec", json!({}))
        .with("status", json!({
            "addresses": [{"address": name, "type": "Hostname"}],
            "allocatable": {"cpu": "63500m", "memory": "263682716Ki", "pods": "250"},
            "capacity": {"cpu": "64", "memory": "264833692Ki", "pods": "250"},
            "conditions": conditions,
            "nodeInfo": {
                "architecture": "amd64", "containerRuntimeVersion": "cri-o://1.29.8", "kernelVersion": "5.14.0-508.el9.x86_64",
                "kubeletVersion": "v1.29.8+okd", "operatingSystem": "linux", "osImage": "CentOS Stream CoreOS 416.9.202409241310-0",
            },
        }))
        .build()
}

/// The Lease that a node renews.
pub(super) fn lease(node: &str) -> Value {
    ObjectBuilder::new("coordination.k8s.io/v1", "Lease", node)
        .in_namespace("kube-node-lease")
        .with(
            "spec",
            json!({"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": "2024-10-28T10:20:28.417733Z"}),
        )
        .build()
}
