//! Cordoned node (SchedulingDisabled).
//!
//! The Node object does not show who cordoned it. Updates, and nodes that the Machine Config
//! Operator or an autoscaler drains, are not reported. Where every control-plane node has been
//! unschedulable since it registered, that is the design of the cluster, and a note.
//!
//! - openshift/machine-config-operator `pkg/daemon/constants/constants.go`: drain annotations
//! - kubernetes-sigs/karpenter `pkg/apis/v1/taints.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    // How long maintenance on a node may take.
    .note_until(Span::minutes(30))
    .why(
        "A cordoned node keeps its pods but accepts no new ones. The cluster has less capacity \
         than it appears to have, and pods that are tied to the node by a volume or by affinity \
         stay Pending.",
    )
    .fix(
        "Find out who cordoned the node and why. If the cordon is no longer needed, uncordon \
         the node.",
    )
    .run(&["oc adm uncordon {name}"])
    .verify(&["oc get node {name}"])
    .before(&[("the node is not cordoned for maintenance", "")]);

/// Taints of the autoscalers on nodes that they remove.
const LEAVING: [&str; 4] = [
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "karpenter.sh/disrupted",
    "karpenter.sh/disruption",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_updating(cx) || is_installing(cx) {
        return Err(not_applicable("an update is in progress, which drains nodes"));
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let by_design = is_control_plane_reserved(&nodes);
    let findings = nodes.iter().filter(|node| is_cordoned_by_user(**node)).map(|node| {
        let since = node.cordoned_since();
        let summary = format!("node {} is cordoned, and no update is draining it", node.name());
        let note = "the node gets no new pods";
        let evidence = Evidence::field(node.resource(), &["spec", "unschedulable"], note);
        let finding = Finding::new(Subject::view(*node), summary, evidence)
            .since(since)
            // Without a time, the node was cordoned before such taints recorded one.
            .lasting(since.is_none())
            .keywords(node.name());
        if by_design && is_control_plane(*node) { finding.severity(Info) } else { finding }
    });
    Ok(Checked::over(nodes.len(), findings))
}

/// Whether all control-plane nodes have been unschedulable since they registered, as old installers
/// made them, and others are not.
fn is_control_plane_reserved(nodes: &[Node<'_>]) -> bool {
    let since_registration = |node: &Node<'_>| {
        let created = node.resource().created().zip(node.cordoned_since());
        let is_of_start = |(at, since)| Span::between(at, since) <= Span::hours(1);
        node.is_unschedulable() && created.is_none_or(is_of_start)
    };
    let (reserved, others): (Vec<_>, Vec<_>) = nodes.iter().partition(|it| is_control_plane(**it));
    !reserved.is_empty()
        && reserved.into_iter().all(since_registration)
        && others.into_iter().any(|node| !node.is_unschedulable())
}

/// Whether the node has the role, by its present labels or by those of old clusters.
fn is_control_plane(node: Node<'_>) -> bool {
    let labels = node.resource().at(&["metadata", "labels"]);
    let is_master = |key| labels.and_then(|it| it.text_at(&[key])).as_deref() == Some("master");
    node.is_control_plane() || ["kubernetes.io/role", "role"].into_iter().any(is_master)
}

fn is_cordoned_by_user(node: Node<'_>) -> bool {
    let desired = node.machine_config("desiredDrain");
    let is_drained = desired.is_some_and(|desired| desired.starts_with("drain-"));
    let is_leaving = node.resource().time(&["metadata", "deletionTimestamp"]).is_some()
        || LEAVING.iter().any(|taint| node.taint(taint).is_some());
    node.is_unschedulable() && !is_being_updated(node) && !is_drained && !is_leaving
}
