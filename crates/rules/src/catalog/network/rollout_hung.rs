//! A rollout of the cluster network that makes no progress.
//!
//! # Why it matters
//!
//! The network operator waits for every pod of what it deploys. One node where
//! such a pod does not start holds up the rollout, and with it the update of the cluster; pods on
//! that node may be without a network.
//!
//! # What to do
//!
//! Look at the pods of the workload that is named: most often one of them, on one node, does not
//! become ready. Mend that pod, or its node.
//!
//! # Blind spots
//!
//! This is what the network operator says of its workloads after ten minutes without change; the
//! reason is in the pod or in its node. Where the namespace was not collected, the pods cannot be
//! named.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/statusmanager/pod_status.go`
//! - <https://github.com/okd-project/okd/issues/1724>, <https://github.com/okd-project/okd/issues/2148>

use mustknow_gather::kinds::{
    CLUSTER_OPERATOR, ClusterOperator, Condition, DAEMON_SET, DEPLOYMENT, OPERATOR_NETWORK,
    Operator, POD, Pod, STATEFUL_SET, Workload,
};
use mustknow_gather::resource::{Kind, Resource};
use mustknow_gather::time::{Time, rfc3339};

use crate::catalog::prelude::*;
use crate::facts::enumerate;

const NO_PROGRESS: &str = "rollout is not making progress";

pub(super) static META: Meta = Meta {
    id: "network/rollout-hung",
    title: "a rollout of the cluster network that makes no progress",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&CLUSTER_OPERATOR),
        Need::Kind(&OPERATOR_NETWORK),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
    ],
};

/// One line of the operator's message: `DaemonSet "/ns/name" rollout is not making progress - ...`.
struct Hung {
    kind: &'static Kind,
    namespace: String,
    name: String,
    line: String,
    changed: Option<Time>,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let summary = case.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let own = case.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let sources: Vec<_> = [summary, own].into_iter().flatten().collect();
    if sources.is_empty() {
        let gap = Gap::new(GapKind::NotCollected, "ClusterOperator network: not collected");
        return Verdict::Unknown(gap.ask("oc get clusteroperator network -o yaml"));
    }
    let degraded = sources.iter().find_map(|resource| {
        Some((*resource, Condition::find(resource, "Degraded").filter(|c| c.is_true())?))
    });
    let mut findings: Vec<Finding> = Vec::new();
    if let Some((resource, condition)) = degraded {
        for hung in condition.message().lines().filter_map(hung) {
            let finding = finding(case, &hung, resource, condition);
            if !findings.iter().any(|known| known.subject == finding.subject) {
                findings.push(finding);
            }
        }
    }
    Verdict::over(1, findings, "the network operator does not report")
}

fn hung(line: &str) -> Option<Hung> {
    let (kind, rest) = line.trim().split_once(" \"")?;
    let kind = match kind {
        "DaemonSet" => &DAEMON_SET,
        "Deployment" => &DEPLOYMENT,
        "StatefulSet" => &STATEFUL_SET,
        _ => return None,
    };
    let (path, rest) = rest.split_once('"')?;
    if !rest.contains(NO_PROGRESS) {
        return None;
    }
    // The name begins with that of the cluster, which is empty for the cluster itself.
    let (before, name) = path.rsplit_once('/')?;
    let namespace = before.rsplit('/').next()?;
    let changed = rest.rsplit_once("last change ").and_then(|(_, time)| rfc3339(time));
    Some(Hung {
        kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        line: line.trim().to_owned(),
        changed,
    })
}

/// The pods of the workload that the operator says crash again and again, one line each.
fn crashing(message: &str, kind: &str, namespace: &str, name: &str) -> Vec<String> {
    message
        .lines()
        .filter(|line| line.trim_start().starts_with(kind))
        .filter(|line| line.contains(&format!("/{namespace}/{name}\"")))
        .filter_map(|line| line.split_once(" - pod ")?.1.split_once(" is in CrashLoopBackOff"))
        .map(|(pod, _)| pod.to_owned())
        .collect()
}

fn finding(case: &Case<'_>, hung: &Hung, said_by: &Resource, condition: Condition<'_>) -> Finding {
    let Hung { kind, namespace, name, line, changed } = hung;
    let subject = Subject::namespaced(kind.name, namespace.clone(), name.clone());
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(namespace)
        .filter(|pod| pod.name().starts_with(&format!("{name}-")))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let on: Vec<String> = waiting
        .iter()
        .map(|pod| match pod.node() {
            Some(node) => format!("{} on node {node}", pod.name()),
            None => format!("{} on no node", pod.name()),
        })
        .collect();
    let crashing = crashing(&condition.message(), kind.name, namespace, name);
    let pods = match (on.as_slice(), crashing.as_slice()) {
        ([], []) => String::new(),
        ([], crashing) => format!("; in CrashLoopBackOff: {}", enumerate(crashing, 3)),
        (on, _) => format!("; not ready: {}", enumerate(on, 3)),
    };
    let counts = case.find_as::<Workload<'_>>(kind, namespace, name).map(|workload| {
        let note = format!("{} of {} pods are available", workload.available(), workload.wanted());
        Evidence::field(workload.resource(), &["status"], note)
    });
    let unready = waiting.iter().take(3).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    Finding::new(
        subject,
        format!("the rollout of {} {namespace}/{name} makes no progress{pods}", kind.name),
        Evidence::condition(said_by, condition, "the network operator waits for it"),
    )
    .since(changed.or_else(|| condition.since()))
    .why(
        "The network operator, and an update of the cluster, wait for every pod of this workload. \
         A node without it may have no network for its pods.",
    )
    .saying(line)
    .saying(on.join(", "))
    .evidence(counts)
    .evidence(unready)
    .explains(Subject::cluster("ClusterOperator", "network"), name.clone())
    .remedy(
        Remedy::new("Mend the pods of the workload that are not ready, or their nodes.")
            .command(format!("oc get pods -n {namespace} -o wide"))
            .verify("oc get clusteroperator network"),
    )
}
