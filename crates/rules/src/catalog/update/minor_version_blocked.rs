//! Blocked updates to the next minor version.
//!
//! Releases up to 4.16 and later releases use different reasons. The message contains the details.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20), `pkg/risk`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "While Upgradeable is False, the cluster-version operator refuses updates to another \
         minor version. Patch updates remain possible, and the running cluster is not affected.",
    )
    .fix("Resolve what the operators that are not upgradeable report before you plan the update.");

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

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let findings = version
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && !is_admin_ack_only(*condition))
        .map(|condition| finding(cx, version, condition));
    Ok(Checked::over(1, findings.into_iter()))
}

/// Whether `update/admin-ack-required` fully covers the condition.
fn is_admin_ack_only(condition: Condition<'_>) -> bool {
    condition.reason() == "AdminAckRequired"
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    condition: Condition<'s>,
) -> Finding {
    let blocking = blocking(cx, condition);
    let names: Vec<_> = blocking.iter().map(|(operator, _)| operator.name()).collect();
    let reason = condition.reason();
    let reason = if reason.is_empty() { "no reason given".into() } else { reason };
    let by = if names.is_empty() { String::new() } else { format!(" by {}", name_list(&names)) };
    let finding = Finding::new(
        Subject::view(version),
        format!("minor version updates are blocked{by} ({reason})"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .severity(severity(cx, version, condition, &blocking))
    .since(condition.since())
    .keywords(&reason)
    .keywords(condition.message())
    .evidence(blocking.iter().map(|(operator, condition)| {
        let note = format!("{}: {}", condition.reason(), excerpt(&condition.message()));
        Evidence::condition(operator.resource(), *condition, note)
    }))
    .fix(advice(condition))
    .run("oc adm upgrade");
    blocking.iter().fold(finding, |finding, (operator, condition)| {
        let (reason, message) = (condition.reason(), condition.message());
        finding.keywords(format!("{}: {reason}: {message}", operator.name()))
    })
}

/// The operators that the message names or quotes, and their `Upgradeable` conditions.
fn blocking<'s>(
    cx: &RuleContext<'s>,
    condition: Condition<'s>,
) -> Vec<(ClusterOperator<'s>, Condition<'s>)> {
    let message = condition.message();
    cx.all::<ClusterOperator<'s>>()
        .filter_map(|operator| {
            Some((operator, operator.condition("Upgradeable").filter(|c| c.is_false())?))
        })
        .filter(|(operator, own)| {
            let detail = own.message();
            message.contains(&format!("luster operator {} ", operator.name()))
                || (!detail.is_empty() && message.contains(&*detail))
        })
        .collect()
}

/// Reasons that clear with the update, or soon after it, are not a warning.
fn severity(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    condition: Condition<'_>,
    blocking: &[(ClusterOperator<'_>, Condition<'_>)],
) -> Severity {
    if PASSING.contains(&&*condition.reason()) {
        return Info;
    }
    let of_nodes = |condition: Condition<'_>| OF_NODES.contains(&&*condition.reason());
    let all = |passes: &dyn Fn(Condition<'_>) -> bool| {
        !blocking.is_empty() && blocking.iter().all(|(_, condition)| passes(*condition))
    };
    let passes = match UpdatePhase::of(version) {
        Some(UpdatePhase::Installing(_)) => true,
        Some(UpdatePhase::Updating { to, .. }) => all(&|condition| {
            let began_with_update = condition.since().zip(to.started()).is_some_and(|(c, s)| c > s);
            of_nodes(condition) || began_with_update
        }),
        Some(UpdatePhase::Completed(entry)) => {
            all(&of_nodes) && entry.ended().is_some() && !cx.is_older(entry.ended(), FOLLOWING)
        }
        None => false,
    };
    if passes { Info } else { Warning }
}

fn advice(condition: Condition<'_>) -> &'static str {
    match &*condition.reason() {
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
        reason if PASSING.contains(&reason) || OF_NODES.contains(&reason) => {
            "Wait until the update is complete and the nodes are updated."
        }
        _ => "Resolve what each operator reports before you plan the update.",
    }
}
