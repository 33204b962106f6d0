//! Failing kubelet health check.
//!
//! A kubelet that restarts with a new configuration fails the check once or twice, which is not
//! reported.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go` (`runKubeletHealthzMonitor`)
//! - openshift/runbooks `alerts/machine-config-operator/KubeletHealthState.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&POD), Need::Log(&FAILED)])
    .check(check)
    .why(
        "The machine-config-daemon checks the health of the kubelet on its node every thirty \
         seconds. The check failed more than twice in a row: the kubelet hangs, restarts \
         repeatedly, or its container runtime does not respond. The node may still be Ready for \
         some time.",
    )
    .fix("Check the journals of kubelet and crio on the node.");

const ALERTS: [&str; 1] = ["KubeletHealthState"];

/// What the machine-config-daemon logs. Source: `pkg/daemon/daemon.go`.
const FAILED: LogPattern = LogPattern::new(
    "kubelet health check has failed",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// Older log lines are ignored.
const RECENT: Span = Span::minutes(30);

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    // In older releases the node is missing from the labels, so the daemon's pod is used.
    let by_pod = || {
        let pod = alerted.labels("pod").first().copied()?;
        cx.find::<Pod<'_>>(FAILED.namespace, pod)?.node().map(Cow::into_owned)
    };
    let is_node = cx.find::<Node<'_>>("", &alerted.about).is_some();
    let node = Some(alerted.about.clone()).filter(|_| is_node).or_else(by_pod)?;
    let runs_there = |pod: &str| {
        let pod = cx.find::<Pod<'_>>(FAILED.namespace, pod);
        pod.and_then(Pod::node).as_deref() == Some(&*node)
    };
    let logged = LogOccurrences::recent(cx, &FAILED, RECENT);
    let lines = logged.hits.iter().filter(|hits| runs_there(&hits.pod));
    let lines: Vec<_> = lines.map(|hits| Evidence::logged(FAILED.namespace, hits)).collect();
    let summary = format!("the kubelet of node {node} repeatedly fails its health check");
    let finding = alerted
        .finding(Subject::cluster("Node", node.clone()), summary)?
        .severity(RULE.meta.severity)
        .keywords(&node)
        .evidence(lines)
        .run(node_journal(cx, &node, "kubelet"))
        .run(node_journal(cx, &node, "crio"))
        .verify(format!("oc get node {node}"));
    Some(finding)
}
