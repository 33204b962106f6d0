//! Slow PLEG (pod lifecycle event generator) on a node.
//!
//! After a boot, the kubelet reports that PLEG has yet to be successful. This is normal and not
//! reported. A node that is NotReady for this reason now is reported by `nodes/not-ready`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/pleg/generic.go` (`pleg was last seen active %v ago;
//!   threshold is %v`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletPlegDurationHigh`)

use crate::catalog::prelude::*;

/// What the kubelet logs when a list takes more than three minutes.
const SLOW: LogPattern = LogPattern::in_any("pleg was last seen active", KUBELET_LOGS);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .check(check)
    .needs_any(&[Need::KnownFile(KnownFile::Alerts), Need::Log(&SLOW)])
    .at_once("the alert has waited, and the journal shows it several times")
    .why(
        "The kubelet lists all containers of the node periodically to detect changes (PLEG). If \
         a list takes minutes, the kubelet reports itself as unhealthy, and the node flaps \
         between Ready and NotReady. The container runtime is slow: a saturated disk, too many \
         containers, or a runtime that hangs.",
    )
    .fix("Check the disk and the load of the node, and the journal of the container runtime.")
    .run(&["oc adm node-logs {node} -u {runtime} --since=-1h"])
    .verify(&["oc describe node {node}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let runtime = |node: &str| runtime_unit(cx, cx.find("", node));
    let names = ["KubeletPlegDurationHigh"];
    let by_alert = judge_alerts(
        cx,
        &names,
        |alert| node_of_alert(cx, alert),
        |alerted| {
            let node = &alerted.about;
            let finding = alerted.node_finding(format!(
                "the kubelet of node {node} takes more than ten seconds to list its containers"
            ))?;
            Some(finding.with("node", node).with("runtime", runtime(node)))
        },
    );
    let logged = LogOccurrences::recent(cx, &SLOW, Span::hours(2));
    // A single stall can be temporary.
    let finding = (logged.count() >= 3).then(|| of_journal(&logged, runtime)).flatten();
    let journal = Checked::over(logged.examined(cx), finding);
    // One of both was collected.
    Ok(by_alert.unwrap_or_default().and(journal))
}

fn of_journal(
    logged: &LogOccurrences<'_>,
    runtime: impl Fn(&str) -> &'static str,
) -> Option<Finding> {
    let nodes: Vec<_> = logged.hits.iter().map(|hits| hits.pod.to_string()).collect();
    let summary = format!(
        "kubelets of {} could not list their containers for minutes, {}",
        name_list(&nodes),
        logged.frequency()
    );
    let finding = logged.finding(Subject::cluster("Nodes", "PLEG"), summary)?;
    let first = nodes.first()?;
    Some(finding.with("node", first).with("runtime", runtime(first)).keywords(nodes.join(" ")))
}
