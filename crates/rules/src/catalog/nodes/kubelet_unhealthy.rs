//! A node whose kubelet fails its health check.
//!
//! # Why it matters
//!
//! The machine-config daemon asks the kubelet of its node every thirty seconds whether it is well.
//! It failed to answer more than twice in a row: it hangs, restarts again and again, or its runtime
//! does not answer. The node may still count as ready for a while.
//!
//! # What to do
//!
//! Read the journals of kubelet and crio on the node.
//!
//! # Blind spots
//!
//! A kubelet that is restarted for a new configuration fails once or twice and does not show.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go` (`runKubeletHealthzMonitor`)
//! - openshift/runbooks `alerts/machine-config-operator/KubeletHealthState.md`

use std::borrow::Cow;

use mustknow_gather::kinds::{NODE, Node, POD, Pod};
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, Logged, alerted_node, judge_alerts, node_journal};

pub(super) static META: Meta = Meta {
    id: "nodes/kubelet-unhealthy",
    title: "a node whose kubelet fails its health check",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE), Need::Kind(&POD), Need::Log(&FAILED)],
};

const ALERTS: [&str; 1] = ["KubeletHealthState"];

/// What the machine-config daemon logs. Source: `pkg/daemon/daemon.go`.
static FAILED: LogPattern = LogPattern::new(
    "kubelet health check has failed",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// What was logged longer ago is history.
const RECENT: Span = Span::minutes(30);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    // Older releases leave the node out of the labels; the pod of the daemon stands for it.
    let by_pod = || {
        let pod = alerted.labels("pod").first().copied()?;
        case.find::<Pod<'_>>(FAILED.namespace, pod)?.node().map(Cow::into_owned)
    };
    let is_node = case.find::<Node<'_>>("", &alerted.about).is_some();
    let node = Some(alerted.about.clone()).filter(|_| is_node).or_else(by_pod)?;
    let runs_there = |pod: &str| {
        let pod = case.find::<Pod<'_>>(FAILED.namespace, pod);
        pod.and_then(Pod::node).as_deref() == Some(&*node)
    };
    let logged = Logged::recent(case, &FAILED, RECENT);
    let lines = logged.hits.iter().filter(|hits| runs_there(&hits.pod));
    let lines: Vec<_> = lines.map(|hits| Evidence::logged(FAILED.namespace, hits)).collect();
    let summary = format!("the kubelet of node {node} fails its health check again and again");
    let finding = alerted
        .finding(Subject::cluster("Node", node.clone()), summary)?
        .severity(META.severity)
        .saying(&node)
        .evidence(lines)
        .why(
            "The machine-config daemon asks the kubelet every thirty seconds. One that does not \
             answer hangs or restarts again and again, though its node may still count as ready.",
        )
        .remedy(
            Remedy::new("Read the journals of kubelet and crio on the node.")
                .command(node_journal(case, &node, "kubelet"))
                .command(node_journal(case, &node, "crio"))
                .verify(format!("oc get node {node}")),
        );
    Some(finding)
}
