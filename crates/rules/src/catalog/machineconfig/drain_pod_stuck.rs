//! Pod stuck in Terminating that blocks a node drain.
//!
//! A must-gather does not contain user namespaces. If the pod was not collected, the log of the
//! machine-config-controller names it. A pod on a node that does not report is a problem of that
//! node, see `nodes/kubelet-silent`.
//!
//! - kubernetes/kubectl `pkg/drain/drain.go` (`error when waiting for pod`)
//! - openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerDrainError.md`

use crate::catalog::prelude::*;

/// How long a pod may still exist after its grace period.
const GRACE: Span = Span::minutes(10);
/// The controller retries at least every five minutes.
const RECENT: Span = Span::minutes(30);

/// What kubectl's drain logs when an evicted pod still exists.
const WAITING: LogPattern = LogPattern::new(
    "error when waiting for pod",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&WAITING)])
    .check(check)
    .why(
        "The eviction was accepted and the pod was asked to terminate, but it still exists long \
         after its grace period: a finalizer is not removed, a volume does not unmount, or a \
         process hangs on storage. The drain waits for the pod, the node stays cordoned with \
         its old configuration, and its pool waits.",
    )
    .fix(
        "Find what blocks the deletion of the pod: check its finalizers, its volumes and the \
         journal of the kubelet. Delete it by force only when nothing on the node still writes \
         to its volumes.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let findings = nodes
        .iter()
        .filter(|node| is_draining(**node) && !is_silent(**node))
        .flat_map(|node| stuck(cx, *node));
    Ok(Checked::over(nodes.len(), findings))
}

fn is_silent(node: Node<'_>) -> bool {
    node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
}

/// A finding for each pod on the node that should have been deleted.
fn stuck(cx: &RuleContext<'_>, node: Node<'_>) -> Vec<Finding> {
    let name = node.name();
    let terminating = cx
        .all::<Pod<'_>>()
        .filter(|pod| pod.node().as_deref() == Some(name) && cx.is_older(pod.deleted(), GRACE));
    let mut findings: Vec<Finding> = terminating.map(|pod| of_pod(cx, node, pod)).collect();
    let since = node.cordoned_since();
    for hits in cx.log_hits(&WAITING) {
        let is_of_this = |line: &&LogLine| {
            line.text.contains(&format!("node {name}:"))
                && cx.age(line.time).is_some_and(|age| age <= RECENT)
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

fn of_pod(cx: &RuleContext<'_>, node: Node<'_>, pod: Pod<'_>) -> Finding {
    let over = cx.age(pod.deleted()).map(|age| age.to_string()).unwrap_or_default();
    let evidence = Evidence::field(
        pod.resource(),
        &["metadata", "deletionTimestamp"],
        format!("the pod should have been deleted {over} ago"),
    );
    let finalizers = pod.resource().at(&["metadata", "finalizers"]).filter(|list| !list.is_empty());
    let finalizers = finalizers.map(|_| {
        let path = &["metadata", "finalizers"];
        Evidence::field(pod.resource(), path, "these finalizers block the deletion")
    });
    finding(Subject::view(pod), node.name(), evidence).since(pod.deleted()).evidence(finalizers)
}

fn finding(subject: Subject, node: &str, evidence: Evidence) -> Finding {
    let (namespace, name) = (subject.namespace.clone(), subject.name.clone());
    let summary = format!("{subject} does not terminate and blocks the drain of node {node}");
    Finding::new(subject, summary, evidence)
        .keywords(node)
        .keywords(format!("{namespace}/{name}"))
        .explains(Subject::cluster("Node", node), "Drain failed")
        .run(format!("oc get pod {name} -n {namespace} -o yaml"))
        .run(format!("oc adm node-logs {node} -u kubelet --since=-1h"))
        .verify(format!("oc get node {node}"))
}

/// Namespace and name of the pods in `error when waiting for pod "name" in namespace "namespace"`.
fn named(line: &str) -> Vec<(String, String)> {
    line.split("error when waiting for pod ")
        .skip(1)
        .filter_map(|rest| {
            let mut quoted = rest.split('"').skip(1).step_by(2);
            let (name, namespace) = (quoted.next()?, quoted.next()?);
            (is_shell_safe(name) && is_shell_safe(namespace))
                .then(|| (namespace.to_owned(), name.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn pods_are_read_from_the_message_of_the_drain() {
        let line = "node a: Drain failed. Error message from drain: [error when waiting for pod \
                    \"x-1\" in namespace \"shop\" to terminate: global timeout reached: 1m30s, \
                    error when waiting for pod \"y\" in namespace \"b\" to terminate: z]";
        let expected = [("shop", "x-1"), ("b", "y")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(super::named(line), expected);
    }
}
