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
use crate::facts::{Update, excerpt, few};

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
const PASSING: [&str; 5] = [
    "ClusterVersionUpdating",
    "ResourceDeletesInProgress",
    "ResourceDeletionInProgress",
    "UpdateInProgress",
    "UpgradeInProgress",
];
/// Reasons that end when the nodes have followed an update.
const OF_NODES: [&str; 4] = [
    "KubeletMinorVersion_KubeletMinorVersionSyncing",
    "KubeletMinorVersion_KubeletMinorVersionUnsupportedNextUpgrade",
    "KubeletMinorVersionUnsupportedNextUpgrade",
    "PoolUpdating",
];
/// How long the nodes may take to follow a complete update.
const FOLLOWING: Span = Span::hours(3);

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

/// What passes with the update, or soon after it, is worth no warning.
fn severity(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    condition: Condition<'_>,
    blocking: &[(ClusterOperator<'_>, Condition<'_>)],
) -> Severity {
    if PASSING.contains(&&*condition.reason()) {
        return Severity::Info;
    }
    let of_nodes = |condition: Condition<'_>| OF_NODES.contains(&&*condition.reason());
    let all = |passes: &dyn Fn(Condition<'_>) -> bool| {
        !blocking.is_empty() && blocking.iter().all(|(_, condition)| passes(*condition))
    };
    let passes = match Update::of(version) {
        Some(Update::Installing(_)) => true,
        Some(Update::Updating { to, .. }) => all(&|condition| {
            let came_with_it = condition.since().zip(to.started()).is_some_and(|(c, s)| c > s);
            of_nodes(condition) || came_with_it
        }),
        Some(Update::Settled(entry)) => {
            all(&of_nodes) && entry.ended().is_some() && !case.is_older(entry.ended(), FOLLOWING)
        }
        None => false,
    };
    if passes { Severity::Info } else { Severity::Warning }
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
        reason if PASSING.contains(&reason) || OF_NODES.contains(&reason) => {
            "Wait until the update is complete and the nodes have followed it."
        }
        _ => "Resolve what each of the operators says before planning the update.",
    }
}
