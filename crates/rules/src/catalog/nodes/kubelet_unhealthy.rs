//! Failing kubelet health check.
//!
//! A kubelet that restarts with a new configuration fails the check once or twice, which is not
//! reported.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go` (`runKubeletHealthzMonitor`)
//! - openshift/runbooks `alerts/machine-config-operator/KubeletHealthState.md`

use crate::catalog::prelude::*;

/// What the machine-config-daemon logs.
const FAILED: LogPattern = LogPattern::new(
    "kubelet health check has failed",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .alerts_by(node_of_alert, &["KubeletHealthState"], finding)
    .reads(&[Need::Kind(&POD), Need::Log(&FAILED)])
    .why(
        "The machine-config-daemon checks the health of the kubelet on its node every thirty \
         seconds. The check failed more than twice in a row: the kubelet hangs, restarts \
         repeatedly, or its container runtime does not respond. The node may still be Ready for \
         some time.",
    )
    .fix("Check the journals of kubelet and crio on the node.")
    .run(&[
        "oc adm node-logs {name} -u kubelet --since=-1h",
        "oc adm node-logs {name} -u crio --since=-1h",
    ])
    .verify(&["oc get node {name}"]);

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node_of = |pod: &str| cx.find::<Pod<'_>>(FAILED.namespace, pod).and_then(Pod::node);
    let is_node = cx.find::<Node<'_>>("", &alerted.about).is_some();
    // In older releases the node is missing from the labels, so the daemon's pod is used.
    let node = if is_node {
        Cow::Borrowed(alerted.about.as_str())
    } else {
        node_of(alerted.labels("pod").first().copied()?)?
    };
    let logged = LogOccurrences::recent(cx, &FAILED, Span::minutes(30));
    let there = logged.hits.iter().filter(|hits| node_of(&hits.pod).as_ref() == Some(&node));
    let lines: Vec<_> = there.map(|hits| Evidence::logged(FAILED.namespace, hits)).collect();
    let summary = format!("the kubelet of node {node} repeatedly fails its health check");
    let finding = alerted.finding(Subject::cluster("Node", &*node), summary)?;
    Some(finding.severity(Error).keywords(&node).evidence(lines))
}
