//! Cordoned node (SchedulingDisabled).
//!
//! The Node object does not show who cordoned it. This rule does not fire during an update, or on a
//! node that the Machine Config Operator or the cluster autoscaler is draining.
//!
//! - openshift/machine-config-operator `pkg/daemon/constants/constants.go`: drain annotations

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "A cordoned node keeps its pods but accepts no new ones. The cluster has less capacity \
         than it appears to have, and pods that are tied to the node by a volume or by affinity \
         stay Pending.",
    )
    .fix(
        "Find out who cordoned the node and why. If the cordon is no longer needed, uncordon \
         the node.",
    );

/// Taints that the cluster autoscaler sets on nodes it removes.
const LEAVING: [&str; 2] =
    ["ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler"];
/// How long maintenance on a node may take.
const GRACE: Span = Span::minutes(30);

fn check(cx: &RuleContext<'_>) -> Judged {
    let version = cx.cluster_version().and_then(UpdatePhase::of);
    if version.is_some_and(|update| update.is_updating() || update.is_installing()) {
        return Err(not_applicable("an update is in progress, which drains nodes"));
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if is_cordoned_by_user(node) {
            let since = node.cordoned_since();
            // Without a time, the node was cordoned before such taints recorded one.
            let persistence = Persistence::of(cx, since, GRACE).or_exceeded(since.is_none());
            findings.push(persistence.apply(finding(cx, node).since(since), RULE.meta.severity));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn is_cordoned_by_user(node: Node<'_>) -> bool {
    let drained_by_operator =
        node.machine_config("desiredDrain").is_some_and(|desired| desired.starts_with("drain-"));
    let is_leaving = node.resource().time(&["metadata", "deletionTimestamp"]).is_some()
        || LEAVING.iter().any(|taint| node.taint(taint).is_some());
    node.is_unschedulable() && !is_being_updated(node) && !drained_by_operator && !is_leaving
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Finding {
    let name = node.name();
    let uncordon = match client(cx) {
        "oc" => "oc adm uncordon",
        _ => "kubectl uncordon",
    };
    let summary = format!("node {name} is cordoned, and no update is draining it");
    let evidence =
        Evidence::field(node.resource(), &["spec", "unschedulable"], "the node gets no new pods");
    Finding::new(Subject::view(node), summary, evidence)
        .keywords(name)
        .run(format!("{uncordon} {name}"))
        .verify(format!("{} get node {name}", client(cx)))
        .before("the node is not cordoned for maintenance", Proof::ByHand(String::new()))
}
