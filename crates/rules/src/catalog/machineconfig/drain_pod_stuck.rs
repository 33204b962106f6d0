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

/// What kubectl's drain logs when an evicted pod still exists.
const WAITING: LogPattern = LogPattern::new(
    "error when waiting for pod",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&WAITING)])
    .check(|cx| {
        let drains = NodeDrain::all(cx).filter(|drain| !is_silent(drain.node));
        let findings = drains.flat_map(|drain| stuck_pods(cx, drain));
        Ok(Checked::over(cx.all::<Node<'_>>().count(), findings))
    })
    // A kubelet may take some minutes to clean up after the grace period of a pod.
    .grace(Span::minutes(10))
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
    )
    .run(&[
        "oc get pod {name} -n {namespace} -o yaml",
        "oc adm node-logs {node} -u kubelet --since=-1h",
    ])
    .verify(&["oc get node {node}"]);

fn is_silent(node: Node<'_>) -> bool {
    node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
}

/// A finding for each pod on the node that should have been deleted.
fn stuck_pods(cx: &RuleContext<'_>, drain: NodeDrain<'_>) -> Vec<Finding> {
    let node = drain.node.name();
    let is_meant = |pod: &Pod<'_>| pod.node().as_deref() == Some(node) && pod.deleted().is_some();
    let terminating = cx.all::<Pod<'_>>().filter(is_meant);
    let mut findings: BTreeMap<Subject, Finding> =
        terminating.map(|pod| (Subject::view(pod), of_pod(cx, node, pod))).collect();
    for (hits, line) in drain.lines(cx, &WAITING, |line| drain.is_named_in(line)) {
        for (namespace, pod) in named(&line.text) {
            let subject = Subject::namespaced("Pod", namespace, pod);
            let evidence = Evidence::logged_line(WAITING.namespace, hits, line);
            let finding = match findings.remove(&subject) {
                Some(known) => known.evidence([evidence]),
                None => finding(subject.clone(), node, evidence).since(drain.since),
            };
            // The controller has waited for its own timeout.
            findings.insert(subject, finding.lasting(true));
        }
    }
    findings.into_values().collect()
}

fn of_pod(cx: &RuleContext<'_>, node: &str, pod: Pod<'_>) -> Finding {
    let (object, ended) = (pod.resource(), pod.deleted());
    let over = cx.age(ended).map(|age| format!(" {age} ago")).unwrap_or_default();
    let overdue = format!("the pod should have been deleted{over}");
    let evidence = Evidence::field(object, &["metadata", "deletionTimestamp"], overdue);
    let finalizers = (!finalizers(object).is_empty()).then(|| {
        let path = &["metadata", "finalizers"];
        Evidence::field(object, path, "these finalizers block the deletion")
    });
    finding(Subject::view(pod), node, evidence).since(ended).evidence(finalizers)
}

fn finding(subject: Subject, node: &str, evidence: Evidence) -> Finding {
    let names = format!("{}/{}", subject.namespace, subject.name);
    let summary = format!("{subject} does not terminate and blocks the drain of node {node}");
    Finding::new(subject, summary, evidence)
        .keywords(node)
        .keywords(names)
        .explains(Subject::cluster("Node", node), "Drain failed")
        .with("node", node)
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
