//! Update rejected by failed preconditions.
//!
//! `--force` skips these checks. An earlier forced update is visible only in
//! `status.history[].acceptedRisks`.
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/precondition.go`,
//!   `pkg/payload/precondition/clusterversion`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "After it has loaded a release, the cluster-version operator checks whether the update \
         is safe: that the cluster is upgradeable to a new minor version, that the release is \
         recommended, that the update is not a downgrade. If a check fails, the update does not \
         start, and the cluster continues to run its current version.",
    )
    .fix("Resolve the precondition listed in the message. The update then starts automatically.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let rejected = cx
        .cluster_version()
        .and_then(rejected_release)
        .filter(|step| step.reason == "PreconditionChecks");
    match (cx.cluster_version(), rejected) {
        (Some(version), Some(step)) => Ok(Checked::over(1, vec![finding(cx, version, &step)])),
        _ => judge_failing(cx, &["UpgradePreconditionCheckFailed"], |version, update_failures| {
            update_failures.iter().map(|failure| finding(cx, version, failure)).collect()
        }),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Finding {
    let since = failure.condition.since();
    let checks = preconditions(&failure.message);
    let names: Vec<_> = checks.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
    let what = if names.is_empty() {
        excerpt(&failure.message)
    } else {
        format!(
            "{} {} failed",
            if names.len() == 1 { "precondition" } else { "preconditions" },
            name_list(&names)
        )
    };
    Finding::new(
        Subject::view(version),
        format!("the update does not start: {what}"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(severity_by_age(cx, since, Warning))
    .since(since)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .fix(advice(&checks))
    .run("oc adm upgrade")
    .run("oc get clusterversion version -o yaml")
    .verify("oc adm upgrade")
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

/// The remedy for the first check that is known.
fn advice(checks: &[(&str, &str)]) -> &'static str {
    checks
        .iter()
        .find_map(|(name, reason)| match (*name, *reason) {
            (_, "ClusterVersionOverridesSet") => {
                Some("Remove the overrides from the spec of ClusterVersion/version.")
            }
            (_, "AdminAckRequired") => Some(
                "Check what the requested acknowledgement is about, then give the acknowledgement.",
            ),
            (_, "LowDesiredVersion" | "MultipleMinorVersionsUpdate" | "MajorVersionUpdate") => {
                Some(
                    "Choose a version that the cluster can update to: not an older version, and at \
                     most the next minor version.",
                )
            }
            ("ClusterVersionRecommendedUpdate", _) => Some(
                "Read the risk listed in the message, then choose another version or accept the \
                 risk.",
            ),
            ("EtcdRecentBackup", _) => Some(
                "Wait for the etcd operator to take its backup. If the backup fails, check what \
                 the etcd operator reports.",
            ),
            ("ClusterVersionUpgradeable", _) => {
                Some("Resolve what the operators that are not upgradeable report.")
            }
            _ => None,
        })
        .unwrap_or(
            "Resolve the precondition listed in the message. The update then starts automatically.",
        )
}
