//! Blocked updates to the next minor version.
//!
//! Releases up to 4.16 and later releases use different reasons. A feature set that was chosen blocks
//! them forever, which is a note.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20), `pkg/risk`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .each(&[&CLUSTER_VERSION], |cx, object| {
        // `update/admin-ack-required` fully covers the other reason.
        let blocked = Condition::find(object, "Upgradeable")
            .filter(|it| it.is_false() && it.reason() != "AdminAckRequired");
        Ok(blocked.map(|condition| finding(cx, object, condition)))
    })
    .at_once("what clears with the current update, or was chosen, is a note")
    .why(
        "While Upgradeable is False, the cluster-version operator refuses updates to another \
         minor version. Patch updates remain possible, and the running cluster is not affected.",
    )
    .fix("Resolve what each operator reports before you plan the update.")
    .verify(&["oc adm upgrade"]);

/// Reasons that clear when the current update or deletion completes.
const PASSING: [&str; 5] = [
    "ClusterVersionUpdating",
    "ResourceDeletesInProgress",
    "ResourceDeletionInProgress",
    "UpdateInProgress",
    "UpgradeInProgress",
];
/// Reasons that clear when the nodes have been updated.
const OF_NODES: [&str; 4] = [
    "KubeletMinorVersion_KubeletMinorVersionSyncing",
    "KubeletMinorVersion_KubeletMinorVersionUnsupportedNextUpgrade",
    "KubeletMinorVersionUnsupportedNextUpgrade",
    "PoolUpdating",
];
/// How long the nodes may take to update after the ClusterVersion update completed.
const FOLLOWING: Span = Span::hours(3);

type Blocking<'s> = (ClusterOperator<'s>, Condition<'s>);

fn finding<'s>(cx: &RuleContext<'s>, version: &'s Resource, condition: Condition<'s>) -> Finding {
    let blocking = blocking(cx, &condition.message());
    let names: Vec<_> = blocking.iter().map(|(operator, _)| operator.name()).collect();
    let reason = condition.reason();
    let reason = if reason.is_empty() { "no reason given".into() } else { reason };
    let by = if names.is_empty() { String::new() } else { format!(" by {}", name_list(&names)) };
    let finding = Finding::new(
        Subject::of(version),
        format!("minor version updates are blocked{by} ({reason})"),
        Evidence::condition(version, condition, excerpt(&condition.message())),
    )
    .severity(if is_harmless(cx, &reason, &blocking) { Info } else { Warning })
    .since(condition.since())
    .keywords(&reason)
    .keywords(condition.message())
    .fix(advice(&reason))
    .run("oc adm upgrade");
    blocking.iter().fold(finding, |finding, (operator, condition)| {
        let (reason, message) = (condition.reason(), condition.message());
        let note = format!("{reason}: {}", excerpt(&message));
        finding
            .evidence([Evidence::condition(operator.resource(), *condition, note)])
            .keywords(format!("{}: {reason}: {message}", operator.name()))
    })
}

/// The operators that the message names or quotes, and their `Upgradeable` conditions.
fn blocking<'s>(cx: &RuleContext<'s>, message: &str) -> Vec<Blocking<'s>> {
    cx.all::<ClusterOperator<'s>>()
        .filter_map(|it| Some((it, it.condition("Upgradeable").filter(|own| own.is_false())?)))
        .filter(|(operator, own)| {
            let detail = own.message();
            message.contains(&format!("luster operator {} ", operator.name()))
                || (!detail.is_empty() && message.contains(&*detail))
        })
        .collect()
}

/// Whether the reason is the feature set of FeatureGate/cluster, in `FeatureGatesUpgradeable` or
/// `FeatureGates_RestrictedFeatureGates_TechPreviewNoUpgrade`.
fn is_chosen(reason: &str) -> bool {
    reason.contains("FeatureGates")
}

/// Whether it clears with the update, or soon after it, or was chosen.
fn is_harmless(cx: &RuleContext<'_>, reason: &str, blocking: &[Blocking<'_>]) -> bool {
    let is_of_nodes = |condition: Condition<'_>| OF_NODES.contains(&&*condition.reason());
    let all = |clears: &dyn Fn(Condition<'_>) -> bool| {
        let is_harmless =
            |condition: Condition<'_>| is_chosen(&condition.reason()) || clears(condition);
        !blocking.is_empty() && blocking.iter().all(|(_, condition)| is_harmless(*condition))
    };
    let by_phase = match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(UpdatePhase::Installing(_)) => true,
        Some(UpdatePhase::Updating { to, .. }) => all(&|condition| {
            let began_with_update = condition.since().zip(to.started()).is_some_and(|(c, s)| c > s);
            is_of_nodes(condition) || began_with_update
        }),
        Some(UpdatePhase::Completed(entry)) => {
            all(&is_of_nodes) && entry.ended().is_some() && cx.is_recent(entry.ended(), FOLLOWING)
        }
        None => false,
    };
    by_phase || all(&|_| false) || PASSING.contains(&reason) || is_chosen(reason)
}

fn advice(reason: &str) -> &'static str {
    match reason {
        "ClusterVersionOverridesSet" | "ClusterVersionOverrides" => {
            "Remove the overrides from the spec of ClusterVersion/version."
        }
        "ResourceDeletesInProgress" | "ResourceDeletionInProgress" => {
            "Find the object of an older release whose deletion is blocked by a finalizer."
        }
        "UnableToAccessAdminGatesConfigMap" | "UnableToAccessAdminAcksConfigMap" => {
            "Restore ConfigMaps openshift-config-managed/admin-gates and \
             openshift-config/admin-acks. The cluster-version operator populates admin-gates."
        }
        "AdminAckConfigMapGateNameError" | "AdminAckConfigMapGateValueError" => {
            "Correct the key or value listed in the message in ConfigMap \
             openshift-config-managed/admin-gates."
        }
        reason if is_chosen(reason) => {
            "The feature set of FeatureGate/cluster excludes updates to another minor version, and \
             cannot be removed. Such an update needs a new cluster with the default feature set."
        }
        reason if PASSING.contains(&reason) || OF_NODES.contains(&reason) => {
            "Wait until the update is complete and the nodes are updated."
        }
        _ => RULE.advice.fix,
    }
}
