//! What is true but harmless is a note, and a note hides nothing: a cause is as grave and as old as the
//! worst of its effects in the verdict, in the summary and in the table.

use std::fs;
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use crate::support::run::{alarms, findings, has, mustknow, report};
use crate::support::{HEALTHY, fixture};

/// Two nodes at 10:20, the first with a heartbeat, and a Deployment that runs.
const CLUSTER: &str = r#"
- {apiVersion: v1, kind: Node, metadata: {name: n1, creationTimestamp: "2024-08-01T08:30:00Z"}, status: {nodeInfo: {kubeletVersion: v1.29.3}, conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2024-10-28T10:20:00Z", lastTransitionTime: "2024-10-20T09:00:00Z"}]}}
- {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: n1, namespace: kube-node-lease}, spec: {renewTime: "2024-10-28T10:20:00.000000Z"}}
- {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-5c9, namespace: shop, ownerReferences: [{kind: Deployment, name: web}]}, spec: {replicas: 1}, status: {replicas: 1, readyReplicas: 1, availableReplicas: 1}}
- {apiVersion: v1, kind: Pod, metadata: {name: web-5c9-a, namespace: shop, creationTimestamp: "2024-10-01T09:00:00Z", labels: {pod-template-hash: 5c9}, ownerReferences: [{kind: ReplicaSet, name: web-5c9}]}, spec: {nodeName: n1, containers: [{name: app}]}, status: {phase: Running, startTime: "2024-10-01T09:00:00Z", conditions: [{type: Ready, status: "True", lastTransitionTime: "2024-10-01T09:00:00Z"}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {startedAt: "2024-10-01T09:00:00Z"}}}]}}
"#;

/// A node that was cordoned a quarter of an hour ago, which alone is a note.
const CORDONED: &str = r#"
- {apiVersion: v1, kind: Node, metadata: {name: n2, creationTimestamp: "2024-08-01T08:30:00Z"}, spec: {unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule, timeAdded: "2024-10-28T10:05:00Z"}]}, status: {conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2024-10-28T10:20:00Z", lastTransitionTime: "2024-10-20T09:00:00Z"}]}}
"#;

/// A pod that has been waiting for that node since before it was cordoned.
const WAITING: &str = r#"
- {apiVersion: v1, kind: Pod, metadata: {name: web-5c9-b, namespace: shop, creationTimestamp: "2024-10-28T10:04:00Z", labels: {pod-template-hash: 5c9}, ownerReferences: [{kind: ReplicaSet, name: web-5c9}]}, spec: {containers: [{name: app}]}, status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/2 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable.", lastTransitionTime: "2024-10-28T10:04:00Z"}]}}
"#;

/// What a working cluster keeps for days: pods of a node that was shut down, an evicted pod, the first
/// pod of a Job that succeeded later, a failed Job whose CronJob has recovered, a claim that nothing
/// uses yet, a budget for one pod, and events of moments that have passed.
const REMAINS: &str = r#"
- {apiVersion: v1, kind: Pod, metadata: {name: web-5c9-c, namespace: shop, creationTimestamp: "2024-10-01T09:00:00Z", labels: {pod-template-hash: 5c9}, ownerReferences: [{kind: ReplicaSet, name: web-5c9}]}, spec: {nodeName: n1, containers: [{name: app}]}, status: {phase: Failed, reason: Terminated, message: Pod was terminated in response to imminent node shutdown., startTime: "2024-10-01T09:00:00Z", containerStatuses: [{name: app, ready: false, restartCount: 0, state: {terminated: {exitCode: 137, reason: Error, finishedAt: "2024-10-25T10:00:00Z"}}}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: web-5c9-d, namespace: shop, creationTimestamp: "2024-10-25T14:00:00Z", labels: {pod-template-hash: 5c9}, ownerReferences: [{kind: ReplicaSet, name: web-5c9}]}, spec: {nodeName: n1, containers: [{name: app}]}, status: {phase: Failed, reason: Evicted, message: "Pod The node had condition: [DiskPressure]. ", startTime: "2024-10-25T14:00:00Z"}}
- {apiVersion: batch/v1, kind: Job, metadata: {name: setup, namespace: shop, creationTimestamp: "2024-10-28T09:00:00Z"}, status: {succeeded: 1, failed: 1, completionTime: "2024-10-28T09:20:00Z", conditions: [{type: Complete, status: "True", lastTransitionTime: "2024-10-28T09:20:00Z"}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: setup-a, namespace: shop, creationTimestamp: "2024-10-28T09:00:00Z", ownerReferences: [{kind: Job, name: setup}]}, spec: {nodeName: n1, restartPolicy: Never, containers: [{name: app}]}, status: {phase: Failed, startTime: "2024-10-28T09:00:00Z", containerStatuses: [{name: app, ready: false, restartCount: 0, state: {terminated: {exitCode: 1, reason: Error, finishedAt: "2024-10-28T09:05:00Z"}}}]}}
- {apiVersion: batch/v1, kind: CronJob, metadata: {name: backup, namespace: shop}, spec: {schedule: "0 * * * *"}, status: {lastScheduleTime: "2024-10-28T10:00:00Z", lastSuccessfulTime: "2024-10-28T10:01:00Z"}}
- {apiVersion: batch/v1, kind: Job, metadata: {name: backup-28834020, namespace: shop, creationTimestamp: "2024-10-28T07:00:00Z", ownerReferences: [{kind: CronJob, name: backup}]}, status: {failed: 7, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, lastTransitionTime: "2024-10-28T07:10:00Z"}]}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: cold, namespace: shop, creationTimestamp: "2024-10-01T09:00:00Z"}, spec: {storageClassName: standard}, status: {phase: Pending}}
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: standard}, provisioner: rancher.io/local-path, volumeBindingMode: WaitForFirstConsumer}
- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop, generation: 1}, spec: {minAvailable: 1}, status: {observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed: 0}}
- {apiVersion: v1, kind: Event, metadata: {name: e1, namespace: shop, creationTimestamp: "2024-10-28T10:10:00Z"}, involvedObject: {kind: ReplicaSet, name: web-5c9, namespace: shop}, reason: FailedCreate, message: 'Error creating: pods "web-5c9-" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=4, limited: cpu=4', firstTimestamp: "2024-10-28T10:10:00Z", lastTimestamp: "2024-10-28T10:10:05Z", count: 9, type: Warning}
- {apiVersion: v1, kind: Event, metadata: {name: e2, namespace: default, creationTimestamp: "2024-10-28T10:10:00Z"}, involvedObject: {kind: Node, name: n1}, reason: NodeNotReady, message: "Node n1 status is now: NodeNotReady", firstTimestamp: "2024-10-28T10:10:00Z", lastTimestamp: "2024-10-28T10:10:01Z", count: 5, type: Warning}
- {apiVersion: v1, kind: Event, metadata: {name: e3, namespace: shop, creationTimestamp: "2024-10-28T10:15:00Z"}, involvedObject: {kind: Pod, name: web-5c9-a, namespace: shop}, reason: Unhealthy, message: "Readiness probe failed: connection refused", firstTimestamp: "2024-10-28T10:15:00Z", lastTimestamp: "2024-10-28T10:15:01Z", count: 3, type: Warning}
"#;

/// A file with these objects.
fn dump(parts: &[&str]) -> (TempDir, PathBuf) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("dump.yaml");
    let text = format!("apiVersion: v1\nkind: List\nitems:{}", parts.concat());
    fs::write(&path, text).unwrap();
    (dir, path)
}

#[test]
fn a_note_alone_is_no_root_cause() {
    let (_dir, path) = dump(&[CLUSTER, CORDONED]);
    let report = report(&path);
    assert!(has(&report, "nodes/cordoned"));
    assert_eq!(alarms(&report), Vec::<&str>::new());
    let run = mustknow([&path]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("no problems found"), "{}", run.stdout);
    assert!(run.stdout.contains("node n2 is cordoned"), "{}", run.stdout);
}

#[test]
fn a_note_that_explains_a_warning_is_as_grave_and_as_old() {
    let (_dir, path) = dump(&[CLUSTER, CORDONED, WAITING]);
    let report = report(&path);
    let [cause, effect] = findings(&report) else { panic!("{report}") };
    assert_eq!(
        (&cause["rule"], &effect["rule"]),
        (&"nodes/cordoned".into(), &"pods/unschedulable".into())
    );
    for finding in [cause, effect] {
        assert_eq!(finding["severity"], "warning", "{finding}");
        assert_eq!(finding["since"], "2024-10-28T10:04:00Z", "{finding}");
    }
}

#[test]
fn a_note_that_explains_a_warning_hides_it_from_no_output() {
    let (_dir, path) = dump(&[CLUSTER, CORDONED, WAITING]);
    let text = mustknow([&path]);
    assert!(text.stdout.contains("warning: node n2 is cordoned"), "{}", text.stdout);
    assert!(text.stdout.contains("└─ warning: Deployment/shop/web"), "{}", text.stdout);
    let path = path.to_str().unwrap();
    let summary = mustknow(["-o", "summary", path]).stdout;
    assert!(summary.contains("root cause   warning: node n2 is cordoned"), "{summary}");
    let healthy = fixture(HEALTHY);
    let table = mustknow([path, healthy.to_str().unwrap()]);
    assert!(table.stdout.contains("warning: nodes/cordoned"), "{}", table.stdout);
}

#[test]
fn what_a_working_cluster_keeps_for_days_is_no_alarm() {
    let (_dir, path) = dump(&[CLUSTER, REMAINS]);
    assert_eq!(alarms(&report(&path)), Vec::<&str>::new());
    let run = mustknow([&path]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("oot cause"), "{}", run.stdout);
}
