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
const SLOW: LogPattern = LogPattern::new("pleg was last seen active", "", "kubelet");

/// Older log lines are ignored.
const RECENT: Span = Span::hours(2);
/// A single stall can be temporary.
const ENOUGH: u64 = 3;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .reads(&[Need::Kind(&NODE), Need::KnownFile(KnownFile::Alerts), Need::Log(&SLOW)])
    .check(check)
    .why(
        "The kubelet lists all containers of the node periodically to detect changes (PLEG). If \
         a list takes minutes, the kubelet reports itself as unhealthy, and the node flaps \
         between Ready and NotReady. The container runtime is slow: a saturated disk, too many \
         containers, or a runtime that hangs.",
    )
    .fix("Check the disk and the load of the node, and the journal of the container runtime.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &SLOW, RECENT);
    let scanned = logged.examined(cx);
    let by_alert = judge_alerts(
        cx,
        &["KubeletPlegDurationHigh"],
        |alert| node_of_alert(cx, alert),
        |alerted| of_alert(cx, alerted),
    );
    let mut findings = match by_alert {
        Ok(checked) => checked.findings,
        Err(NotJudged::Unknown(_)) if scanned == 0 => {
            let what = "neither alerts nor a kubelet journal was collected";
            let gap = Gap::new(GapKind::NotCollected, what);
            return Err(NotJudged::from(gap.command("oc adm node-logs --role=master -u kubelet")));
        }
        _ => Vec::new(),
    };
    if logged.count() >= ENOUGH {
        findings.extend(of_journal(&logged));
    }
    Ok(Checked::over(scanned.max(1), findings))
}

fn of_alert(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let summary =
        format!("the kubelet of node {node} takes more than ten seconds to list its containers");
    let finding = alerted.finding(Subject::cluster("Node", node.clone()), summary)?;
    Some(
        complete(finding)
            .fix("Check the disk, the load and the container runtime of the node.")
            .run(node_journal(cx, node, "crio"))
            .verify(format!("{} describe node {node}", client(cx))),
    )
}

fn of_journal(logged: &LogOccurrences<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let nodes: Vec<_> = logged.hits.iter().map(|hits| hits.pod.to_string()).collect();
    let summary = format!(
        "kubelets of {} could not list their containers for minutes, {}",
        name_list(&nodes),
        logged.frequency()
    );
    let finding = Finding::new(Subject::cluster("Nodes", "PLEG"), summary, evidence.next()?)
        .since(logged.since())
        .evidence(evidence)
        .keywords(nodes.join(" "));
    Some(
        complete(finding)
            .fix("Check the disk, the load and the container runtime of the nodes.")
            .run("oc adm node-logs --role=master -u crio --since=-1h")
            .verify("oc get nodes"),
    )
}

fn complete(finding: Finding) -> Finding {
    finding
}
