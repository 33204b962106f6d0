//! Cordoned node (SchedulingDisabled).
//!
//! # Why it matters
//!
//! A cordoned node keeps its pods but accepts no new ones. The cluster has less capacity than it
//! appears to have, and pods that are tied to the node by a volume or by affinity stay Pending.
//!
//! # What to do
//!
//! Find out who cordoned the node and why. If the cordon is no longer needed, uncordon the node.
//!
//! # Blind spots
//!
//! The Node object does not show who cordoned it. This rule does not fire during an update, or on a
//! node that the Machine Config Operator or the cluster autoscaler is draining.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/constants/constants.go`: drain annotations

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::views::{Node, UpdatePhase};

use crate::catalog::prelude::*;
use crate::domain::is_being_updated;
use crate::engine::{Persistence, client};

pub(super) static META: Meta = Meta {
    id: "nodes/cordoned",
    title: "cordoned node (SchedulingDisabled)",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// Taints that the cluster autoscaler sets on nodes it removes.
const LEAVING: [&str; 2] =
    ["ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler"];
/// How long maintenance on a node may take.
const GRACE: Span = Span::minutes(30);

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let version = cx.cluster_version().and_then(UpdatePhase::of);
    if version.is_some_and(|update| update.is_updating() || update.is_installing()) {
        return Verdict::NotApplicable("an update is in progress, which drains nodes".to_owned());
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if is_cordoned_by_user(node) {
            let since = node.cordoned_since();
            // Without a time, the node was cordoned before such taints recorded one.
            let persistence = Persistence::of(cx, since, GRACE).or_exceeded(since.is_none());
            findings.push(persistence.apply(finding(cx, node).since(since), META.severity));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
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
        .why(
            "A cordoned node keeps its pods but accepts no new ones. The Machine Config Operator \
             is not updating it, so it was cordoned for another reason.",
        )
        .remedy(
            Remedy::new("Uncordon the node.")
                .command(format!("{uncordon} {name}"))
                .verify(format!("{} get node {name}", client(cx)))
                .precondition(
                    "the node is not cordoned for maintenance",
                    Proof::ByHand(String::new()),
                ),
        )
}
