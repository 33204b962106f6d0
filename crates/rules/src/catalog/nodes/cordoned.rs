//! A node that was cordoned and left so.
//!
//! # Why it matters
//!
//! A cordoned node keeps its pods but takes no new ones. The cluster has less room than it seems,
//! and pods that are bound to the node, by a volume or by affinity, stay Pending.
//!
//! # What to do
//!
//! Ask who cordoned it and why; when nobody needs it so, uncordon it.
//!
//! # Blind spots
//!
//! The node does not say who cordoned it. While an update runs, and on a node the machine-config
//! operator or the autoscaler is draining, this rule says nothing.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/constants/constants.go`: drain annotations

use mustknow_gather::kinds::{NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Update, client, is_rolled};

pub(super) static META: Meta = Meta {
    id: "nodes/cordoned",
    title: "a node that was cordoned and left so",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// Taints of the cluster autoscaler, which removes the node.
const LEAVING: [&str; 2] =
    ["ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler"];
/// How long somebody may be at work on a node.
const GRACE: Span = Span::minutes(30);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let version = case.cluster_version().and_then(Update::of);
    if version.is_some_and(|update| update.is_updating() || update.is_installing()) {
        return Verdict::NotApplicable("nodes are drained while an update runs".to_owned());
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        if is_left_cordoned(node) {
            let since = node.cordoned_since();
            // A node that does not say when was cordoned before such taints carried a time.
            let patience = Patience::of(case, since, GRACE).or_outlasted(since.is_none());
            findings.push(patience.weigh(finding(case, node).since(since), META.severity));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
}

fn is_left_cordoned(node: Node<'_>) -> bool {
    let drained_by_operator =
        node.machine_config("desiredDrain").is_some_and(|desired| desired.starts_with("drain-"));
    let is_leaving = node.resource().time(&["metadata", "deletionTimestamp"]).is_some()
        || LEAVING.iter().any(|taint| node.taint(taint).is_some());
    node.is_unschedulable() && !is_rolled(node) && !drained_by_operator && !is_leaving
}

fn finding(case: &Case<'_>, node: Node<'_>) -> Finding {
    let name = node.name();
    let uncordon = match client(case) {
        "oc" => "oc adm uncordon",
        _ => "kubectl uncordon",
    };
    let summary = format!("node {name} is cordoned, and no update is draining it");
    let evidence =
        Evidence::field(node.resource(), &["spec", "unschedulable"], "the node takes no new pods");
    Finding::new(Subject::view(node), summary, evidence)
        .saying(name)
        .why(
            "A cordoned node keeps its pods but takes no new ones. The machine-config operator is \
             not at work on it, so somebody else cordoned it.",
        )
        .remedy(
            Remedy::new("Uncordon the node.")
                .command(format!("{uncordon} {name}"))
                .verify(format!("{} get node {name}", client(case)))
                .before("nobody keeps it cordoned for maintenance", Proof::ByHand(String::new())),
        )
}
