//! A pod that does not end and keeps its node from being drained.
//!
//! # Why it matters
//!
//! The eviction was accepted and the pod was told to end, but it is still there long after its
//! grace period: a finalizer is held, a volume does not unmount, a process hangs on storage. The
//! drain waits for it, the node stays cordoned with its old configuration, and its pool waits.
//!
//! # What to do
//!
//! Find what holds the pod: its finalizers, its volumes, the journal of the kubelet. Delete it by
//! force only when nothing on the node still writes to its volumes.
//!
//! # Blind spots
//!
//! A must-gather does not hold the namespaces of users. Where the pod was not collected the log of
//! the machine-config controller names it. A pod on a node that does not report is that node's
//! trouble, see `nodes/kubelet-silent`.
//!
//! # References
//!
//! - kubernetes/kubectl `pkg/drain/drain.go` (`error when waiting for pod`)
//! - openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerDrainError.md`

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, NODE, Node, POD, Pod, Status};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{is_draining, is_plain};

/// How long after its grace period a pod may take to go.
const GRACE: Span = Span::minutes(10);
/// The controller tries again every five minutes at the latest.
const RECENT: Span = Span::minutes(30);

/// What kubectl's drain says when a pod it evicted is still there.
static WAITING: LogPattern = LogPattern::new(
    "error when waiting for pod",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

pub(super) static META: Meta = Meta {
    id: "machineconfig/drain-pod-stuck",
    title: "a pod that does not end and keeps its node from being drained",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&POD), Need::Log(&WAITING)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let findings = nodes
        .iter()
        .filter(|node| is_draining(**node) && !is_silent(**node))
        .flat_map(|node| stuck(case, *node))
        .collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

fn is_silent(node: Node<'_>) -> bool {
    node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
}

/// A finding for each pod of the node that should be gone.
fn stuck(case: &Case<'_>, node: Node<'_>) -> Vec<Finding> {
    let name = node.name();
    let terminating = case
        .all::<Pod<'_>>()
        .filter(|pod| pod.node().as_deref() == Some(name) && case.is_older(pod.deleted(), GRACE));
    let mut findings: Vec<Finding> = terminating.map(|pod| of_pod(case, node, pod)).collect();
    let since = node.cordoned_since();
    for hits in case.log_hits(&WAITING) {
        let is_of_this = |line: &&mustknow_gather::log::LogLine| {
            line.text.contains(&format!("node {name}:"))
                && case.age(line.time).is_some_and(|age| age <= RECENT)
                && line.time.is_some_and(|time| since.is_none_or(|since| time >= since))
        };
        let Some(line) = hits.lines().find(is_of_this) else { continue };
        for (namespace, pod) in named(&line.text) {
            let evidence = Evidence::logged_line(WAITING.namespace, hits, line);
            let subject = Subject::namespaced("Pod", namespace, pod);
            match findings.iter().position(|known| known.subject == subject) {
                Some(at) => {
                    if let Some(known) = findings.get_mut(at) {
                        known.evidence.push(evidence);
                    }
                }
                None => findings.push(finding(subject, name, evidence).since(since)),
            }
        }
    }
    findings
}

fn of_pod(case: &Case<'_>, node: Node<'_>, pod: Pod<'_>) -> Finding {
    let over = case.age(pod.deleted()).map(|age| age.to_string()).unwrap_or_default();
    let evidence = Evidence::field(
        pod.resource(),
        &["metadata", "deletionTimestamp"],
        format!("the pod should have been gone {over} ago"),
    );
    let held = pod.resource().at(&["metadata", "finalizers"]).filter(|list| !list.is_empty());
    let held = held.map(|_| {
        let path = &["metadata", "finalizers"];
        Evidence::field(pod.resource(), path, "these finalizers keep the object")
    });
    finding(Subject::view(pod), node.name(), evidence).since(pod.deleted()).evidence(held)
}

fn finding(subject: Subject, node: &str, evidence: Evidence) -> Finding {
    let (namespace, name) = (subject.namespace.clone(), subject.name.clone());
    let summary = format!("{subject} does not end, and the drain of node {node} waits for it");
    Finding::new(subject, summary, evidence)
        .saying(node)
        .saying(format!("{namespace}/{name}"))
        .explains(Subject::cluster("Node", node), "Drain failed")
        .why(
            "The eviction was accepted, but the pod is still there after its grace period. A \
             finalizer is held, a volume does not unmount, or a process hangs on storage.",
        )
        .remedy(
            Remedy::new("Find what holds the pod, and delete it by force only as a last resort.")
                .command(format!("oc get pod {name} -n {namespace} -o yaml"))
                .command(format!("oc adm node-logs {node} -u kubelet --since=-1h"))
                .verify(format!("oc get node {node}")),
        )
}

/// Namespace and name of the pods in `error when waiting for pod "name" in namespace "namespace"`.
fn named(line: &str) -> Vec<(String, String)> {
    line.split("error when waiting for pod ")
        .skip(1)
        .filter_map(|rest| {
            let mut quoted = rest.split('"').skip(1).step_by(2);
            let (name, namespace) = (quoted.next()?, quoted.next()?);
            (is_plain(name) && is_plain(namespace)).then(|| (namespace.to_owned(), name.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn pods_are_read_from_the_words_of_the_drain() {
        let line = "node a: Drain failed. Error message from drain: [error when waiting for pod \
                    \"x-1\" in namespace \"shop\" to terminate: global timeout reached: 1m30s, \
                    error when waiting for pod \"y\" in namespace \"b\" to terminate: z]";
        let expected = [("shop", "x-1"), ("b", "y")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(super::named(line), expected);
    }
}
