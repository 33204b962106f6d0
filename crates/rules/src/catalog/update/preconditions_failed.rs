//! Update rejected by failed preconditions.
//!
//! An earlier update that was forced past these checks is visible only in
//! `status.history[].acceptedRisks`.
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/precondition.go`,
//!   `pkg/payload/precondition/clusterversion`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(|cx| {
        let is_concerned = |step: &UpdateFailure<'_>| {
            matches!(&*step.reason, "PreconditionChecks" | "UpgradePreconditionCheckFailed")
        };
        UpdateProblem::judge_release(cx, is_concerned, |it| Some(finding(it)))
    })
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "After it has loaded a release, the cluster-version operator checks whether the update \
         is safe: that the cluster is upgradeable to a new minor version, that the release is \
         recommended, that the update is not a downgrade. If a check fails, the update does not \
         start, and the cluster continues to run its current version.",
    )
    .fix("Resolve the precondition listed in the message. The update then starts automatically.")
    .run(&["oc adm upgrade"])
    .verify(&["oc adm upgrade"]);

fn finding(problem: &UpdateProblem<'_>) -> Finding {
    let checks = preconditions(&problem.failure.message);
    let names: Vec<_> = checks.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
    let what = match names.as_slice() {
        [] => excerpt(&problem.failure.message),
        [one] => format!("precondition {one} failed"),
        many => format!("preconditions {} failed", name_list(many)),
    };
    let finding = problem.finding(format!("the update does not start: {what}"));
    let advice = checks.iter().find_map(|(name, reason)| advice(name, reason));
    match advice {
        Some(advice) => finding.fix(advice).run("oc adm upgrade"),
        None => finding,
    }
}

/// Name and reason of each check in `Precondition "<name>" failed because of "<reason>": ...`.
fn preconditions(message: &str) -> Vec<(&str, &str)> {
    message
        .split("Precondition \"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" failed because of \"")?;
            Some((name, rest.split_once('"')?.0))
        })
        .collect()
}

/// What to do about a check that is known.
fn advice(name: &str, reason: &str) -> Option<&'static str> {
    Some(match (name, reason) {
        (_, "ClusterVersionOverridesSet") => {
            "Remove the overrides from the spec of ClusterVersion/version."
        }
        (_, "AdminAckRequired") => {
            "Check what the requested acknowledgement is about, then give the acknowledgement."
        }
        (_, "LowDesiredVersion" | "MultipleMinorVersionsUpdate" | "MajorVersionUpdate") => {
            "Choose a version that the cluster can update to: not an older version, and at most \
             the next minor version."
        }
        ("ClusterVersionRecommendedUpdate", _) => {
            "Read the risk listed in the message, then choose another version or accept the risk."
        }
        ("EtcdRecentBackup", _) => {
            "Wait for the etcd operator to take its backup. If the backup fails, check what the \
             etcd operator reports."
        }
        ("ClusterVersionUpgradeable", _) => {
            "Resolve what the operators that are not upgradeable report."
        }
        _ => return None,
    })
}
