//! Stalled or slow cluster update.
//!
//! The estimate fits clusters of usual size. Clusters with hundreds of nodes take longer. A
//! migration between architectures does not change the version, so it has no estimate.
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `estimateCompletion`
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "Based on the share of operators that are updated and the time this took, the rest \
         should be complete by now. oc adm upgrade status uses the same calculation: it reports \
         an update as stalled when it is more than ten minutes past its estimate, and as slow \
         when it is past its estimate.",
    )
    .fix(
        "Check the lowest run level with operators that are not updated. All higher run levels \
         only wait. The estimate shows that the update is stuck, but not why.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let Some(update) = UpdatePhase::of(version) else {
        return Err(not_applicable("the ClusterVersion has no history"));
    };
    if !update.is_updating() {
        return Err(not_applicable("no update is in progress"));
    }
    let Some(progress) = UpdateProgress::of(cx.snapshot()) else {
        let what = "the start of the update, the collection time or the operators of the release are \
             unknown";
        let command = "oc get clusterversion,clusteroperators -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::FieldAbsent, what).command(command)));
    };
    if progress.is_complete() || progress.pace == UpdatePace::OnTime {
        return Ok(Checked::over(progress.total, None));
    }
    Ok(Checked::over(1, vec![finding(cx, version, update, &progress)]))
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    update: UpdatePhase<'_>,
    progress: &UpdateProgress<'_>,
) -> Finding {
    let target = update.newest().version().into_owned();
    let (severity, how) = match progress.pace {
        UpdatePace::Stalled => (Error, "is stalled"),
        _ => (Warning, "is slow"),
    };
    let blockers = blockers(cx, version);
    let names: Vec<_> = blockers.iter().map(|operator| operator.name()).collect();
    let waits = match (progress.waits_for_nodes(), names.as_slice(), blockers.first()) {
        (true, [] | ["machine-config"], _) => {
            ": only the node updates by machine-config remain".to_owned()
        }
        (true, _, _) => format!(
            ": only the node updates by machine-config remain, and {} not healthy",
            if names.len() == 1 {
                format!("{} is", name_list(&names))
            } else {
                format!("{} are", name_list(&names))
            }
        ),
        (false, [_, ..], Some(first)) => {
            format!(
                ": run level {} is waiting for {}",
                run_level(first.name()).0,
                name_list(&names)
            )
        }
        _ => String::new(),
    };
    let from = update.completed().map(|entry| entry.version().into_owned()).unwrap_or_default();
    let finding = Finding::new(
        Subject::cluster("Update", target.as_str()),
        format!(
            "the update to {target} {how} after {}, with {} of {} operators updated{waits}",
            progress.elapsed, progress.updated, progress.total
        ),
        Evidence::seen(version.resource(), update.newest().span(), "the current update"),
    )
    .severity(severity)
    .certainty(Certainty::Likely)
    .uncertainty("the duration is an estimate from the pace so far")
    .why(format!(
        "The update started from {from} and should have taken {} at the pace of the operators that \
         are updated ({} %). The last progress was at {}. Operators at higher run levels wait for \
         the lower run levels.",
        progress.estimate,
        progress.percent(),
        seconds(progress.last_progress),
    ))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(blockers.iter().take(6).map(|operator| not_done(*operator)))
    .keywords(names.join("\n"))
    .run("oc adm upgrade status")
    .run(describe_command(names.iter().copied()));
    let conditions =
        ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    conditions.fold(finding, |finding, condition| finding.keywords(condition.message()))
}

/// The evidence that an operator is not updated.
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
            let note = format!("{name} is still at its old version");
            Evidence::field(operator.resource(), &["status", "versions"], note)
        }
    }
}

/// The operators of the lowest run level that is not complete.
fn blockers<'s>(cx: &RuleContext<'s>, version: ClusterVersion<'s>) -> Vec<ClusterOperator<'s>> {
    let Some(level) = blocking_level(cx) else { return Vec::new() };
    let target = version.desired_version();
    cx.all::<ClusterOperator<'s>>()
        .filter(|operator| operator.is_platform() && run_level(operator.name()) == level)
        .filter(|operator| {
            operator.version("operator") != target
                || operator.condition("Available").is_some_and(|c| !c.is_true())
                || operator.condition("Degraded").is_some_and(|c| !c.is_false())
        })
        .collect()
}
