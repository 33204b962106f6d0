//! An update that its preconditions refuse.
//!
//! # Why it matters
//!
//! After it has read a release the cluster-version operator checks whether the step is safe: that
//! the cluster is upgradeable for a new minor version, that the release is recommended, that it
//! is no step back. When a check fails the update does not begin; the cluster goes on with the
//! version it has.
//!
//! # What to do
//!
//! Resolve the precondition the message names. The update begins by itself when it holds.
//!
//! # Blind spots
//!
//! `--force` skips these checks; that an update was forced earlier shows only in
//! `status.history[].acceptedRisks`.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/precondition.go`,
//!   `pkg/payload/precondition/clusterversion`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, few, rejected_release, urgency};

pub(super) static META: Meta = Meta {
    id: "update/preconditions-failed",
    title: "an update that its preconditions refuse",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let rejected = case
        .cluster_version()
        .and_then(rejected_release)
        .filter(|step| step.reason == "PreconditionChecks");
    match (case.cluster_version(), rejected) {
        (Some(version), Some(step)) => Verdict::Found(vec![finding(case, version, &step)]),
        _ => failing_verdict(case, &["UpgradePreconditionCheckFailed"], |version, failures| {
            failures.iter().map(|failure| finding(case, version, failure)).collect()
        }),
    }
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Finding {
    let since = failure.condition.since();
    let checks = preconditions(&failure.message);
    let names: Vec<_> = checks.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
    let what = if names.is_empty() {
        excerpt(&failure.message)
    } else {
        format!(
            "{} {} failed",
            if names.len() == 1 { "precondition" } else { "preconditions" },
            few(&names)
        )
    };
    Finding::new(
        Subject::view(version),
        format!("the update does not begin: {what}"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(urgency(case, since, Severity::Warning))
    .why(
        "The cluster-version operator checks whether the step is safe before it applies anything. \
         The cluster keeps its version until the precondition holds.",
    )
    .since(since)
    .saying(&failure.reason)
    .saying(&failure.message)
    .remedy(
        Remedy::new(advice(&checks))
            .command("oc adm upgrade")
            .command("oc get clusterversion version -o yaml")
            .verify("oc adm upgrade"),
    )
}

/// Name and reason of each check in `Precondition "<name>" failed because of "<reason>": ...`.
fn preconditions(message: &str) -> Vec<(&str, &str)> {
    message
        .split("Precondition \"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" failed because of \"")?;
            let (reason, _) = rest.split_once('"')?;
            Some((name, reason))
        })
        .collect()
}

/// What resolves the first check that is known.
fn advice(checks: &[(&str, &str)]) -> &'static str {
    checks
        .iter()
        .find_map(|(name, reason)| match (*name, *reason) {
            (_, "ClusterVersionOverridesSet") => {
                Some("Remove the overrides from the spec of ClusterVersion/version.")
            }
            (_, "AdminAckRequired") => Some(
                "Give the acknowledgement the message asks for, after checking what it is \
                     about.",
            ),
            (_, "LowDesiredVersion" | "MultipleMinorVersionsUpdate" | "MajorVersionUpdate") => {
                Some(
                    "Choose a version the cluster can step to: no older one, and the next \
                     minor version at most.",
                )
            }
            ("ClusterVersionRecommendedUpdate", _) => Some(
                "Read the risk the message names, and choose another version or accept the \
                     risk.",
            ),
            ("EtcdRecentBackup", _) => Some(
                "Wait for the etcd operator to take its backup; if it cannot, look at what \
                     it says.",
            ),
            ("ClusterVersionUpgradeable", _) => {
                Some("Resolve what the operators that are not upgradeable say.")
            }
            _ => None,
        })
        .unwrap_or("Resolve the precondition the message names; the update then begins by itself.")
}
