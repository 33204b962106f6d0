//! An update that takes longer than it should.
//!
//! # Why it matters
//!
//! By the part of the operators that are updated and the time they took, the rest should be done
//! by now. `oc adm upgrade status` reckons the same way and calls an update stalled when it is
//! more than ten minutes past its estimate, slow when it is past it.
//!
//! # What to do
//!
//! Look at the lowest run level with operators that are not done: everything above only waits.
//! The estimate says that the update stands still, not why.
//!
//! # Blind spots
//!
//! The estimate is fitted to clusters of usual size; hundreds of nodes take longer. A migration
//! between architectures changes no version, so it has no estimate.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `estimateCompletion`
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterOperator, ClusterVersion};

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{Pace, Progress, Update, blocking_level, describe, excerpt, few, run_level};

pub(super) static META: Meta = Meta {
    id: "update/stalled",
    title: "an update that takes longer than it should",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let Some(update) = Update::of(version) else {
        return Verdict::NotApplicable("the ClusterVersion has no history".to_owned());
    };
    if !update.is_updating() {
        return Verdict::NotApplicable("no update runs".to_owned());
    }
    let Some(progress) = Progress::of(case.snapshot()) else {
        let what =
            "the start of the update, the gather time or the release's operators are not known";
        let ask = "oc get clusterversion,clusteroperators -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask));
    };
    if progress.is_complete() || progress.pace == Pace::OnTime {
        return Verdict::Healthy { examined: progress.total };
    }
    Verdict::Found(vec![finding(case, version, update, &progress)])
}

fn finding(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    update: Update<'_>,
    progress: &Progress<'_>,
) -> Finding {
    let target = update.newest().version().into_owned();
    let (severity, how) = match progress.pace {
        Pace::Stalled => (Severity::Error, "is stalled"),
        _ => (Severity::Warning, "is slow"),
    };
    let blockers = blockers(case, version);
    let names: Vec<_> = blockers.iter().map(|operator| operator.name()).collect();
    let waits = match (progress.waits_for_nodes(), names.as_slice(), blockers.first()) {
        (true, [] | ["machine-config"], _) => {
            ": only the nodes are left, which machine-config updates".to_owned()
        }
        (true, _, _) => format!(
            ": only the nodes are left, which machine-config updates, and {} not well meanwhile",
            if names.len() == 1 {
                format!("{} is", few(&names))
            } else {
                format!("{} are", few(&names))
            }
        ),
        (false, [_, ..], Some(first)) => {
            format!(": run level {} waits for {}", run_level(first.name()).0, few(&names))
        }
        _ => String::new(),
    };
    let from = update.completed().map(|entry| entry.version().into_owned()).unwrap_or_default();
    let finding = Finding::new(
        Subject::cluster("Update", target.as_str()),
        format!(
            "the update to {target} {how} after {} at {} of {} operators{waits}",
            progress.elapsed, progress.updated, progress.total
        ),
        Evidence::seen(version.resource(), update.newest().span(), "the update that runs"),
    )
    .severity(severity)
    .certainty(Certainty::Likely)
    .doubt("the duration is an estimate from the pace so far")
    .why(format!(
        "It began from {from} and should have taken {} by the pace of the operators that are \
         done ({} %). The last sign of progress was at {}. Operators of higher run levels wait \
         for their turn.",
        progress.estimate,
        progress.percent(),
        seconds(progress.last_progress),
    ))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(blockers.iter().take(6).map(|operator| not_done(*operator)))
    .saying(names.join("\n"))
    .remedy(
        Remedy::new("Look at what holds up the operators it waits for.")
            .command("oc adm upgrade status")
            .command(describe(names.iter().copied())),
    );
    let said = ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    said.fold(finding, |finding, condition| finding.saying(condition.message()))
}

/// Where an operator shows that it is not done.
fn not_done(operator: ClusterOperator<'_>) -> Evidence {
    let name = operator.name();
    let unavailable = operator.condition("Available").filter(|c| !c.is_true());
    let degraded = operator.condition("Degraded").filter(|c| !c.is_false());
    match (unavailable, degraded) {
        (Some(condition), _) => {
            Evidence::condition(operator.resource(), condition, format!("{name} is not available"))
        }
        (None, Some(condition)) => {
            Evidence::condition(operator.resource(), condition, format!("{name} is degraded"))
        }
        (None, None) => {
            let note = format!("{name} has its old version");
            Evidence::field(operator.resource(), &["status", "versions"], note)
        }
    }
}

/// The operators of the lowest run level that is not done.
fn blockers<'s>(case: &Case<'s>, version: ClusterVersion<'s>) -> Vec<ClusterOperator<'s>> {
    let Some(level) = blocking_level(case) else { return Vec::new() };
    let target = version.desired_version();
    case.all::<ClusterOperator<'s>>()
        .filter(|operator| operator.is_platform() && run_level(operator.name()) == level)
        .filter(|operator| {
            operator.version("operator") != target
                || operator.condition("Available").is_some_and(|c| !c.is_true())
                || operator.condition("Degraded").is_some_and(|c| !c.is_false())
        })
        .collect()
}
