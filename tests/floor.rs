//! The floor: an object that is broken by its status alone never passes as healthy, and one that is
//! well raises nothing.
//!
//! Each case breaks one object, without an event. Nothing is left to the rules that know its fault: it
//! is enough that some finding above a note is there.

use mustknow_archive::Limits;
use mustknow_cluster::{Snapshot, open_stream};
use mustknow_rules::engine::run;
use mustknow_rules::{Severity, catalog};

use crate::support::HEALTHY;
use crate::support::tree::Tree;

/// When the objects began, and when the cluster was collected.
const OLD: &str = "2024-10-20T08:00:00Z";
const NOW: &str = "2024-10-28T08:00:00Z";

/// Kinds with bodies that are well and that are not.
struct Forms {
    api: &'static str,
    kind: &'static str,
    body: &'static str,
    well: &'static [&'static str],
    broken: &'static [&'static str],
}

const FORMS: &[Forms] = &[
    Forms {
        api: "v1",
        kind: "Pod",
        body: "spec: {nodeName: a, restartPolicy: Always, containers: [{name: c}]}",
        well: &[
            "{phase: Running, conditions: [{type: Ready, status: 'True', lastTransitionTime: OLD}], containerStatuses: [{name: c, ready: true, restartCount: 0, state: {running: {startedAt: OLD}}}]}",
            "{phase: Succeeded, conditions: [{type: Ready, status: 'False', reason: PodCompleted, lastTransitionTime: OLD}]}",
            "{phase: Pending, startTime: NOW, conditions: [{type: PodScheduled, status: 'True', lastTransitionTime: NOW}], containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]}",
        ],
        broken: &[
            "{phase: Failed}",
            "{phase: Unknown}",
            "{phase: Pending, startTime: OLD}",
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, lastTransitionTime: OLD}]}",
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated, lastTransitionTime: OLD}]}",
            "{phase: Pending, startTime: OLD, containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]}",
            "{phase: Pending, startTime: OLD, containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff}}}]}",
            "{phase: Pending, startTime: OLD, containerStatuses: [{name: c, state: {waiting: {reason: CreateContainerConfigError}}}]}",
            "{phase: Running, conditions: [{type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: OLD}], containerStatuses: [{name: c, ready: false, restartCount: 0, state: {running: {startedAt: OLD}}}]}",
            "{phase: Running, conditions: [{type: Ready, status: 'False', lastTransitionTime: OLD}], containerStatuses: [{name: c, ready: false, restartCount: 9, state: {waiting: {reason: CrashLoopBackOff}}}]}",
        ],
    },
    Forms {
        api: "apps/v1",
        kind: "Deployment",
        body: "spec: {replicas: 2}",
        well: &[
            "{observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [{type: Available, status: 'True', lastTransitionTime: OLD}, {type: Progressing, status: 'True', reason: NewReplicaSetAvailable, lastTransitionTime: OLD}]}",
        ],
        broken: &[
            "{}",
            "{observedGeneration: 1, conditions: [{type: Available, status: 'False', lastTransitionTime: OLD}]}",
            "{observedGeneration: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, lastTransitionTime: OLD}]}",
            "{observedGeneration: 1, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: no, lastTransitionTime: OLD}]}",
            "{observedGeneration: 1, replicas: 2, availableReplicas: 1}",
            "{observedGeneration: 0, replicas: 2, updatedReplicas: 2, availableReplicas: 2}",
        ],
    },
    Forms {
        api: "apps/v1",
        kind: "StatefulSet",
        body: "spec: {replicas: 3}",
        well: &["{observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3}"],
        broken: &[
            "{}",
            "{observedGeneration: 1, replicas: 3, readyReplicas: 2}",
            "{observedGeneration: 1, replicas: 0}",
            "{observedGeneration: 0, replicas: 3, readyReplicas: 3, updatedReplicas: 3}",
        ],
    },
    Forms {
        api: "apps/v1",
        kind: "DaemonSet",
        body: "spec: {}",
        well: &[
            "{observedGeneration: 1, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1, numberAvailable: 1}",
            "{observedGeneration: 1, desiredNumberScheduled: 0, currentNumberScheduled: 0, numberReady: 0}",
        ],
        broken: &[
            "{observedGeneration: 1, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 0}",
            "{observedGeneration: 1, desiredNumberScheduled: 1, currentNumberScheduled: 0, numberReady: 0}",
            "{observedGeneration: 0, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1, numberAvailable: 1}",
        ],
    },
    Forms {
        api: "apps/v1",
        kind: "ReplicaSet",
        body: "spec: {replicas: 2}",
        well: &["{observedGeneration: 1, replicas: 2, readyReplicas: 2, availableReplicas: 2}"],
        broken: &[
            "{observedGeneration: 1, replicas: 0, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: no, lastTransitionTime: OLD}]}",
            "{observedGeneration: 1, replicas: 2}",
            "{}",
        ],
    },
    Forms {
        api: "batch/v1",
        kind: "Job",
        body: "spec: {}",
        well: &[
            "{startTime: OLD, completionTime: OLD, succeeded: 1, conditions: [{type: Complete, status: 'True', lastTransitionTime: OLD}]}",
            "{startTime: OLD, active: 1, ready: 1}",
        ],
        broken: &[
            "{startTime: OLD, failed: 1, conditions: [{type: FailureTarget, status: 'True', reason: BackoffLimitExceeded, lastTransitionTime: OLD}]}",
            "{startTime: OLD}",
            "{startTime: OLD, active: 1, ready: 0}",
            "{}",
        ],
    },
    Forms {
        api: "batch/v1",
        kind: "CronJob",
        body: "spec: {schedule: '0 * * * *'}",
        well: &[
            "{lastScheduleTime: '2024-10-28T08:00:00Z', lastSuccessfulTime: '2024-10-28T07:01:00Z'}",
        ],
        broken: &[
            "{lastScheduleTime: '2024-10-28T08:00:00Z', lastSuccessfulTime: OLD}",
            "{lastScheduleTime: OLD, lastSuccessfulTime: OLD}",
            "{}",
        ],
    },
    Forms {
        api: "v1",
        kind: "Node",
        body: "spec: {}",
        well: &[
            "{conditions: [{type: Ready, status: 'True', lastTransitionTime: OLD}, {type: MemoryPressure, status: 'False', lastTransitionTime: OLD}]}",
        ],
        broken: &[
            "{conditions: [{type: Ready, status: 'False', lastTransitionTime: OLD}]}",
            "{conditions: [{type: Ready, status: Unknown, lastTransitionTime: OLD}]}",
            "{conditions: [{type: Ready, status: 'True', lastTransitionTime: OLD}, {type: DiskPressure, status: 'True', lastTransitionTime: OLD}]}",
            "{conditions: [{type: Ready, status: 'True', lastTransitionTime: OLD}, {type: KernelDeadlock, status: 'True', lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "v1",
        kind: "PersistentVolumeClaim",
        body: "spec: {storageClassName: s}",
        well: &["{phase: Bound}"],
        broken: &[
            "{phase: Pending}",
            "{phase: Lost}",
            "{}",
            "{phase: Bound, conditions: [{type: ControllerResizeError, status: 'True', lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "v1",
        kind: "PersistentVolume",
        body: "spec: {persistentVolumeReclaimPolicy: Delete}",
        well: &["{phase: Bound}", "{phase: Available}"],
        broken: &[
            "{phase: Failed, message: cannot delete}",
            "{phase: Released, lastPhaseTransitionTime: OLD}",
        ],
    },
    Forms {
        api: "storage.k8s.io/v1",
        kind: "VolumeAttachment",
        body: "spec: {nodeName: a, source: {persistentVolumeName: v}}",
        well: &["{attached: true}"],
        broken: &["{attached: false}", "{attached: false, attachError: {message: no, time: OLD}}"],
    },
    Forms {
        api: "v1",
        kind: "Service",
        body: "spec: {type: LoadBalancer}",
        well: &["{loadBalancer: {ingress: [{ip: 192.0.2.1}]}}"],
        broken: &["{}", "{loadBalancer: {}}"],
    },
    Forms {
        api: "apiregistration.k8s.io/v1",
        kind: "APIService",
        body: "spec: {}",
        well: &["{conditions: [{type: Available, status: 'True', lastTransitionTime: OLD}]}"],
        broken: &[
            "{conditions: [{type: Available, status: 'False', reason: MissingEndpoints, lastTransitionTime: OLD}]}",
            "{conditions: [{type: Available, status: 'False', reason: FailedDiscoveryCheck, lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        body: "spec: {}",
        well: &["{conditions: [{type: Established, status: 'True', lastTransitionTime: OLD}]}"],
        broken: &[
            "{conditions: [{type: Established, status: 'False', reason: NotAccepted, lastTransitionTime: OLD}]}",
            "{conditions: [{type: NamesAccepted, status: 'False', reason: ListKindConflict, lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        body: "spec: {}",
        well: &[
            "{conditions: [{type: ScalingActive, status: 'True', lastTransitionTime: OLD}]}",
            "{conditions: [{type: ScalingActive, status: 'False', reason: ScalingDisabled, lastTransitionTime: OLD}]}",
        ],
        broken: &[
            "{conditions: [{type: ScalingActive, status: 'False', reason: FailedGetResourceMetric, lastTransitionTime: OLD}]}",
            "{conditions: [{type: AbleToScale, status: 'False', reason: FailedGetScale, lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "policy/v1",
        kind: "PodDisruptionBudget",
        body: "spec: {}",
        well: &["{expectedPods: 2, currentHealthy: 2, desiredHealthy: 2}"],
        broken: &[
            "{expectedPods: 2, currentHealthy: 0, desiredHealthy: 1}",
            "{conditions: [{type: DisruptionAllowed, status: 'False', reason: SyncFailed, lastTransitionTime: OLD}]}",
        ],
    },
    Forms {
        api: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        body: "spec: {signerName: example.com/x}",
        well: &[
            "{conditions: [{type: Approved, status: 'True', lastTransitionTime: OLD}], certificate: YQ==}",
        ],
        broken: &["{}", "{conditions: [{type: Failed, status: 'True', lastTransitionTime: OLD}]}"],
    },
    Forms {
        api: "v1",
        kind: "Namespace",
        body: "spec: {}",
        well: &["{phase: Active}"],
        broken: &[
            "{phase: Terminating, conditions: [{type: NamespaceContentRemaining, status: 'True', message: some, lastTransitionTime: OLD}]}",
        ],
    },
];

/// Condition types of operators, and the status that is bad.
const CONDITIONS: &[(&str, &str)] = &[
    ("Ready", "False"),
    ("Available", "False"),
    ("Degraded", "True"),
    ("Failed", "True"),
    ("Stalled", "True"),
    ("Healthy", "False"),
    ("Synced", "False"),
    ("Reconciled", "False"),
    ("BackupFailed", "True"),
    ("Accepted", "False"),
    ("Programmed", "False"),
    ("Valid", "False"),
    ("NotReady", "True"),
    ("ReconcileError", "True"),
    ("example.com/Provisioned", "False"),
];

/// Fields of a status that name a state, and states that do not end by themselves.
const FIELDS: [&str; 7] =
    ["phase", "state", "status", "health", "clusterState", "deploymentState", "overallStatus"];
const STATES: [&str; 12] = [
    "Failed",
    "Error",
    "Degraded",
    "ERROR",
    "unhealthy",
    "Invalid",
    "CrashLoopBackOff",
    "ReconcileFailed",
    "Lost",
    "NotReady",
    "Unavailable",
    "ApplyError",
];
/// Kinds that the program does not know.
const CUSTOM: [(&str, &str); 3] = [
    ("data.acme.io/v1", "Cache"),
    ("shop.example.com/v1beta1", "Checkout"),
    ("x.y.z/v2", "Widget"),
];

/// The objects of a cluster of one node, as `kubectl get -o yaml` writes them.
fn cluster(objects: &str) -> String {
    format!(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata: {{name: a, creationTimestamp: '{OLD}'}}\n  \
         status:\n    conditions:\n    - {{type: Ready, status: 'True', lastTransitionTime: '{OLD}', lastHeartbeatTime: '{NOW}'}}\n\
         - apiVersion: coordination.k8s.io/v1\n  kind: Lease\n  metadata: {{name: a, namespace: kube-node-lease, creationTimestamp: '{OLD}'}}\n  \
         spec: {{renewTime: '{NOW}'}}\n{objects}"
    )
}

fn object(api: &str, kind: &str, body: &str, status: &str) -> String {
    let status = status.replace("OLD", &format!("'{OLD}'")).replace("NOW", &format!("'{NOW}'"));
    format!(
        "- apiVersion: {api}\n  kind: {kind}\n  metadata: {{name: thing, namespace: team, generation: 1, \
         creationTimestamp: '{OLD}'}}\n  {body}\n  status: {status}\n"
    )
}

/// The findings above a note.
fn findings(snapshots: &[Snapshot]) -> Vec<String> {
    let mut found = Vec::new();
    for snapshot in snapshots {
        let judgement = run::judge(snapshot, catalog::all());
        let grave = judgement.findings().filter(|(_, one)| one.severity > Some(Severity::Info));
        found.extend(grave.map(|(rule, one)| format!("{}: {}", rule.meta.id, one.summary)));
    }
    found
}

fn found_in(objects: &str) -> Vec<String> {
    let interest = run::interest(catalog::all());
    let text = cluster(objects);
    let limits = Limits::default();
    let archive = open_stream("all.yaml", text.as_bytes(), &interest, limits, &|_| {}).unwrap();
    findings(&archive.snapshots)
}

/// Every broken form of every kind.
fn broken_forms() -> Vec<String> {
    let mut forms: Vec<String> = FORMS
        .iter()
        .flat_map(|of| of.broken.iter().map(|status| object(of.api, of.kind, of.body, status)))
        .collect();
    for (api, kind) in CUSTOM {
        let form = |status: String| object(api, kind, "spec: {}", &status);
        forms.extend(CONDITIONS.iter().map(|(name, status)| {
            form(format!(
                "{{conditions: [{{type: {name}, status: '{status}', lastTransitionTime: OLD}}]}}"
            ))
        }));
        let states = FIELDS.iter().flat_map(|field| STATES.iter().map(move |state| (field, state)));
        forms.extend(states.map(|(field, state)| form(format!("{{{field}: {state}}}"))));
        forms.push(form("{errorMessage: cannot reach the backend}".to_owned()));
        forms.push(form("{ready: false}".to_owned()));
    }
    forms
}

#[test]
fn no_object_that_is_broken_by_its_status_passes_as_healthy() {
    let forms = broken_forms();
    assert!(forms.len() >= 300, "{}", forms.len());
    let silent: Vec<_> = forms.into_iter().filter(|form| found_in(form).is_empty()).collect();
    assert!(silent.is_empty(), "{} are silent:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn objects_that_are_well_are_silent() {
    let custom = CUSTOM.map(|(api, kind)| {
        CONDITIONS
            .iter()
            .map(|(name, status)| {
                let good = if *status == "True" { "False" } else { "True" };
                let status = format!("{{phase: Running, conditions: [{{type: {name}, status: '{good}', lastTransitionTime: OLD}}]}}");
                object(api, kind, "spec: {}", &status)
            })
            .collect::<Vec<_>>()
    });
    let built_in = FORMS
        .iter()
        .flat_map(|of| of.well.iter().map(|status| object(of.api, of.kind, of.body, status)));
    for form in built_in.chain(custom.into_iter().flatten()) {
        let found = found_in(&form);
        assert!(found.is_empty(), "{form}\n{found:#?}");
    }
}

#[test]
fn every_condition_of_a_healthy_archive_that_turns_bad_is_a_symptom() {
    let tree = Tree::of(HEALTHY);
    let mut silent = Vec::new();
    let mut tried = 0;
    for (at, (path, bytes)) in tree.0.iter().enumerate() {
        // A ClusterOperator sums up the resources of its operator.
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if path.contains("operator.openshift.io") || !path.contains(".yaml") {
            continue;
        }
        for (place, _) in text.match_indices("status: \"True\"\n") {
            let (before, from) = text.split_at(place);
            let after = from.lines().nth(1).unwrap_or_default().trim();
            if !matches!(after, "type: Available" | "type: Ready" | "type: Established") {
                continue;
            }
            tried += 1;
            let mut broken = tree.clone();
            let rest = from.strip_prefix("status: \"True\"\n").unwrap();
            let text = format!("{before}status: \"False\"\n{rest}");
            // The same object is in a list too, and the newest copy counts.
            let text = text.replace("resourceVersion: \"", "resourceVersion: \"9");
            broken.0[at].1 = text.into_bytes();
            if found_at(&broken.to_tar()).is_empty() {
                silent.push(format!("{path} at {place}: {after}"));
            }
        }
    }
    assert!(tried >= 20, "{tried}");
    assert!(silent.is_empty(), "{} of {tried} are silent:\n{}", silent.len(), silent.join("\n"));
}

fn found_at(archive: &[u8]) -> Vec<String> {
    let interest = run::interest(catalog::all());
    let limits = Limits::default();
    let archive = open_stream("broken.tar", archive, &interest, limits, &|_| {}).unwrap();
    findings(&archive.snapshots)
}
