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
    .at_once("the estimate is how long it may take")
    .why(
        "Based on the share of operators that are updated and the time this took, the rest \
         should be complete by now. oc adm upgrade status uses the same calculation: it reports \
         an update as stalled when it is more than ten minutes past its estimate, and as slow \
         when it is past its estimate.",
    )
    .fix(
        "Check the lowest run level with operators that are not updated. All higher run levels \
         only wait. The estimate shows that the update is stuck, but not why.",
    )
    .run(&["oc adm upgrade status"])
    .verify(&["oc adm upgrade"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let version = cx.required::<ClusterVersion<'_>>("", "version")?;
    let update = UpdatePhase::of(version)
        .filter(|update| update.is_updating())
        .ok_or_else(|| not_applicable("no update is in progress"))?;
    let progress = UpdateProgress::of(cx.snapshot()).ok_or_else(|| {
        let what = "the start of the update, the collection time or the operators of the release \
                    are unknown";
        Gap::new(GapKind::FieldAbsent, what)
            .command("oc get clusterversion,clusteroperators -o yaml")
    })?;
    let is_late = !progress.is_complete() && progress.pace != UpdatePace::OnTime;
    let finding = is_late.then(|| finding(cx, version, update, &progress));
    Ok(Checked::over(progress.total, finding))
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    update: UpdatePhase<'_>,
    progress: &UpdateProgress<'_>,
) -> Finding {
    let target = update.newest().version();
    let (severity, how) = match progress.pace {
        UpdatePace::Stalled => (Error, "is stalled"),
        _ => (Warning, "is slow"),
    };
    let UpdateProgress { elapsed, updated, total, estimate, .. } = progress;
    let blockers = blockers(cx, version);
    let names: Vec<_> = blockers.iter().map(|operator| operator.name()).collect();
    let waits = waits_for(progress, &names);
    let from = update.completed().map(HistoryEntry::version).unwrap_or_default();
    let finding = Finding::new(
        Subject::cluster("Update", &*target),
        format!(
            "the update to {target} {how} after {elapsed}, with {updated} of {total} operators \
             updated{waits}"
        ),
        Evidence::seen(version.resource(), update.newest().span(), "the current update"),
    )
    .severity(severity)
    .likely("the duration is an estimate from the pace so far")
    .why(format!(
        "The update started from {from} and should have taken {estimate} at the pace of the \
         operators that are updated ({} %). The last progress was at {}. Operators at higher run \
         levels wait for the lower run levels.",
        progress.percent(),
        seconds(progress.last_progress),
    ))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(blockers.iter().take(6).map(|operator| not_done(*operator)))
    .keywords(names.join("\n"))
    .run(describe_command(names.iter().copied()));
    let conditions =
        ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    conditions.fold(finding, |finding, condition| finding.keywords(condition.message()))
}

/// What the update waits for, as the end of a sentence; `names` are the operators of the lowest
/// run level that is not complete.
fn waits_for(progress: &UpdateProgress<'_>, names: &[&str]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    let listed = name_list(names);
    match (progress.waits_for_nodes(), names) {
        (true, [] | ["machine-config"]) => {
            ": only the node updates by machine-config remain".to_owned()
        }
        (true, _) => format!(
            ": only the node updates by machine-config remain, and {listed} {verb} not healthy"
        ),
        (false, [first, ..]) => {
            format!(": run level {} is waiting for {listed}", run_level(first).0)
        }
        (false, []) => String::new(),
    }
}

/// The evidence that an operator is not updated.
fn not_done(operator: ClusterOperator<'_>) -> Evidence {
    let (name, resource) = (operator.name(), operator.resource());
    let bad = operator
        .condition("Available")
        .filter(|it| !it.is_true())
        .map(|condition| (condition, "not available"))
        .or_else(|| {
            Some((operator.condition("Degraded").filter(|it| !it.is_false())?, "degraded"))
        });
    let Some((condition, how)) = bad else {
        let note = format!("{name} is still at its old version");
        return Evidence::field(resource, &["status", "versions"], note);
    };
    Evidence::condition(resource, condition, format!("{name} is {how}"))
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
