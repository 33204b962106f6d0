//! A cluster that may not be updated to the next minor version.
//!
//! # Why it matters
//!
//! While `Upgradeable` is False the cluster-version operator refuses updates to another minor
//! version; patch releases stay possible. Nothing is broken now.
//!
//! # What to do
//!
//! Resolve what the operators that are not upgradeable say, before planning the update.
//!
//! # Blind spots
//!
//! Releases up to 4.16 and later ones give the reasons in different words; the message has them.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20), `pkg/risk`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterOperator, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::{Update, excerpt, few, outlasts};

pub(super) static META: Meta = Meta {
    id: "update/minor-version-blocked",
    title: "a cluster that may not be updated to the next minor version",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

/// Reasons that end with the update, or the deletion, that runs.
const PASSING: [&str; 9] = [
    "ClusterVersionUpdating",
    "UpdateInProgress",
    "UpgradeInProgress",
    "PoolUpdating",
    "ResourceDeletesInProgress",
    "ResourceDeletionInProgress",
    "KubeletMinorVersion_KubeletMinorVersionUnsupportedNextUpgrade",
    "KubeletMinorVersion_KubeletMinorVersionSyncing",
    "ClusterOperatorsUpdating",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let findings = version
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && !is_admin_ack_only(*condition))
        .map(|condition| finding(case, version, condition));
    Verdict::over(1, findings.into_iter().collect(), "")
}

/// Whether `update/admin-ack-required` says it all.
fn is_admin_ack_only(condition: Condition<'_>) -> bool {
    condition.reason() == "AdminAckRequired"
}

fn finding<'s>(case: &Case<'s>, version: ClusterVersion<'s>, condition: Condition<'s>) -> Finding {
    let blocking = blocking(case, condition);
    let names: Vec<_> = blocking.iter().map(|(operator, _)| operator.name()).collect();
    let reason = condition.reason();
    let reason = if reason.is_empty() { "no reason given".into() } else { reason };
    let by = if names.is_empty() { String::new() } else { format!(" by {}", few(&names)) };
    let finding = Finding::new(
        Subject::view(version),
        format!("updates to another minor version are blocked{by} ({reason})"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .severity(severity(case, version, condition, &blocking))
    .why(
        "The cluster-version operator refuses another minor version while Upgradeable is False. \
         Patch releases of the present minor version stay possible, and nothing else follows.",
    )
    .since(condition.since())
    .saying(&reason)
    .saying(condition.message())
    .evidence(blocking.iter().map(|(operator, condition)| {
        let note = format!("{}: {}", condition.reason(), excerpt(&condition.message()));
        Evidence::condition(operator.resource(), *condition, note)
    }))
    .remedy(Remedy::new(advice(condition)).command("oc adm upgrade"));
    blocking.iter().fold(finding, |finding, (operator, condition)| {
        let (reason, message) = (condition.reason(), condition.message());
        finding.saying(format!("{}: {reason}: {message}", operator.name()))
    })
}

/// The operators that the message speaks of, by name or in their own words, and what they say.
fn blocking<'s>(
    case: &Case<'s>,
    condition: Condition<'s>,
) -> Vec<(ClusterOperator<'s>, Condition<'s>)> {
    let message = condition.message();
    case.all::<ClusterOperator<'s>>()
        .filter_map(|operator| {
            Some((operator, operator.condition("Upgradeable").filter(|c| c.is_false())?))
        })
        .filter(|(operator, own)| {
            let words = own.message();
            message.contains(&format!("luster operator {} ", operator.name()))
                || (!words.is_empty() && message.contains(&*words))
        })
        .collect()
}

/// During an update all that passes with it is worth no warning.
fn severity(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    condition: Condition<'_>,
    blocking: &[(ClusterOperator<'_>, Condition<'_>)],
) -> Severity {
    let passes = |condition: &Condition<'_>| PASSING.contains(&&*condition.reason());
    if passes(&condition) {
        return Severity::Info;
    }
    match Update::of(version) {
        Some(Update::Installing(_)) => Severity::Info,
        Some(Update::Updating { to, .. }) => {
            let since_update = |condition: &Condition<'_>| {
                passes(condition)
                    || matches!((condition.since(), to.started()), (Some(c), Some(s)) if c > s)
            };
            let all_pass = !blocking.is_empty()
                && blocking.iter().all(|(_, condition)| since_update(condition));
            if all_pass { Severity::Info } else { Severity::Warning }
        }
        // Right after an update the pools of workers still follow.
        Some(Update::Settled(entry)) => {
            let only_passing =
                !blocking.is_empty() && blocking.iter().all(|(_, condition)| passes(condition));
            let is_fresh =
                entry.ended().is_some() && !outlasts(case, entry.ended(), Span::hours(3));
            if only_passing && is_fresh { Severity::Info } else { Severity::Warning }
        }
        None => Severity::Warning,
    }
}

fn advice(condition: Condition<'_>) -> &'static str {
    match &*condition.reason() {
        "ClusterVersionOverridesSet" | "ClusterVersionOverrides" => {
            "Remove the overrides from the spec of ClusterVersion/version."
        }
        "ResourceDeletesInProgress" | "ResourceDeletionInProgress" => {
            "Find the object of an older release whose deletion a finalizer holds up."
        }
        "UnableToAccessAdminGatesConfigMap" | "UnableToAccessAdminAcksConfigMap" => {
            "Restore ConfigMap openshift-config-managed/admin-gates and \
             openshift-config/admin-acks; the cluster-version operator fills the former."
        }
        "AdminAckConfigMapGateNameError" | "AdminAckConfigMapGateValueError" => {
            "Mend the key or the value the message names in ConfigMap \
             openshift-config-managed/admin-gates."
        }
        reason if PASSING.contains(&reason) => "Wait until the update that runs is complete.",
        _ => "Resolve what each of the operators says before planning the update.",
    }
}
