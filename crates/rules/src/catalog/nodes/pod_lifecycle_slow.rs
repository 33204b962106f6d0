//! A node whose kubelet is slow to learn of its containers.
//!
//! # Why it matters
//!
//! The kubelet lists all containers of the node again and again to learn what changed (PLEG). Where
//! a listing takes minutes the kubelet calls itself unhealthy, and the node flaps between ready and
//! not. The container runtime is slow: a disk that is saturated, too many containers, a runtime
//! that hangs.
//!
//! # What to do
//!
//! Look at the disk and the load of the node, and at the journal of the runtime.
//!
//! # Blind spots
//!
//! The kubelet's own complaint after a boot, that PLEG has yet to be successful, is normal and not
//! meant. A node that is not ready for this reason now is `nodes/not-ready`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/pleg/generic.go` (`pleg was last seen active %v ago;
//!   threshold is %v`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletPlegDurationHigh`)

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, Logged, alerted_node, judge_alerts, node_journal};

/// What the kubelet logs when a listing takes more than three minutes.
static SLOW: LogPattern = LogPattern::new("pleg was last seen active", "", "kubelet");

/// What was logged longer ago is history.
const RECENT: Span = Span::hours(2);
/// A stall can come once; then it passes.
const ENOUGH: u64 = 3;

pub(super) static META: Meta = Meta {
    id: "nodes/pod-lifecycle-slow",
    title: "a node whose kubelet is slow to learn of its containers",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[],
    uses: &[Need::Kind(&NODE), Need::Special(Special::Alerts), Need::Log(&SLOW)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &SLOW, RECENT);
    let scanned = logged.examined(case);
    let by_alert = judge_alerts(
        case,
        &["KubeletPlegDurationHigh"],
        |alert| alerted_node(case, alert),
        |alerted| of_alert(case, alerted),
    );
    let mut findings = match by_alert {
        Verdict::Found(findings) => findings,
        Verdict::Unknown(_) if scanned == 0 => {
            let what = "neither alerts nor a journal of a kubelet was collected";
            let gap = Gap::new(GapKind::NotCollected, what);
            return Verdict::Unknown(gap.ask("oc adm node-logs --role=master -u kubelet"));
        }
        _ => Vec::new(),
    };
    if logged.count() >= ENOUGH {
        findings.extend(of_journal(&logged));
    }
    Verdict::over(scanned.max(1), findings, "no journal of a kubelet in the archive")
}

fn of_alert(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let summary =
        format!("the kubelet of node {node} takes more than ten seconds to list its containers");
    let finding = alerted.finding(Subject::cluster("Node", node.clone()), summary)?;
    Some(
        complete(finding).remedy(
            Remedy::new("Look at the disk and the load of the node, and at its runtime.")
                .command(node_journal(case, node, "crio"))
                .verify(format!("{} describe node {node}", crate::facts::client(case))),
        ),
    )
}

fn of_journal(logged: &Logged<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let nodes: Vec<_> = logged.hits.iter().map(|hits| hits.pod.to_string()).collect();
    let summary = format!(
        "kubelets of {} could not list their containers for minutes, {}",
        crate::facts::few(&nodes),
        logged.span()
    );
    let finding = Finding::new(Subject::cluster("Nodes", "PLEG"), summary, evidence.next()?)
        .since(logged.since())
        .evidence(evidence)
        .saying(nodes.join(" "));
    Some(
        complete(finding).remedy(
            Remedy::new("Look at the disk and the load of the nodes, and at their runtime.")
                .command("oc adm node-logs --role=master -u crio --since=-1h")
                .verify("oc get nodes"),
        ),
    )
}

fn complete(finding: Finding) -> Finding {
    finding.why(
        "The kubelet lists the containers of its node to learn what changed. Where that takes \
         minutes the runtime is slow: a saturated disk, too many containers, a runtime that hangs. \
         The node flaps between ready and not.",
    )
}
