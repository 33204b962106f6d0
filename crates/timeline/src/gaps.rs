//! What was not collected and would add events.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, EVENT, NODE, POD};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_rules::terms::client::word_commands;
use mustknow_rules::terms::{name_list, pluralize};
use mustknow_rules::{Gap, GapKind};

use super::collector::CollectContext;
use super::logs;

/// What is missing in the timeline of a cluster.
pub(super) fn of(cx: CollectContext<'_>) -> Vec<Gap> {
    let snapshot = cx.snapshot;
    let mut gaps = Vec::new();
    if snapshot.coverage().is_truncated() {
        let what = "the archive is truncated or was not read completely: events may be missing";
        gaps.push(Gap::new(GapKind::Truncated, what));
    }
    if snapshot.clock().is_none() {
        let what = "the archive does not show when it was collected";
        gaps.push(Gap::new(GapKind::FieldAbsent, what));
    }
    let kinds: &[_] = if snapshot.is_openshift() {
        &[&CLUSTER_VERSION, &CLUSTER_OPERATOR, &NODE, &POD]
    } else {
        &[&NODE, &POD]
    };
    for kind in kinds {
        match snapshot.coverage().of_kind(kind) {
            CoverageState::Collected(_) | CoverageState::Empty => {}
            state => gaps.push(Gap::kind(kind, &state)),
        }
    }
    gaps.extend(events(cx));
    gaps.extend(alerts(cx));
    let timeless = logs::bursts_without_time(cx);
    if timeless > 0 {
        let what = format!(
            "not shown, because their lines have no time: {}",
            pluralize(timeless, "log burst")
        );
        gaps.push(Gap::new(GapKind::FieldAbsent, what));
    }
    if !snapshot.damage().is_empty() {
        let damage = snapshot.damage().len();
        let what = format!("damaged or only partly readable: {}", pluralize(damage, "file"));
        gaps.push(Gap::new(GapKind::Damaged, what));
    }
    for gap in &mut gaps {
        word_commands(snapshot.platform(), &mut gap.commands);
    }
    gaps
}

/// The namespaces that were collected without their events.
fn events(cx: CollectContext<'_>) -> Option<Gap> {
    let coverage = cx.snapshot.coverage();
    let is_missing = |namespace: &&str| {
        !matches!(
            coverage.of(&EVENT, namespace),
            CoverageState::Collected(_) | CoverageState::Empty
        )
    };
    let missing: Vec<_> = coverage.namespaces().filter(is_missing).collect();
    let all = coverage.namespaces().count();
    if missing.is_empty() {
        // Without a namespace there are also no events.
        let what = "events: no namespace was collected";
        return (all == 0).then(|| Gap::new(GapKind::NotCollected, what));
    }
    let what = format!(
        "events of {} of {all} namespaces were not collected: {}",
        missing.len(),
        name_list(&missing)
    );
    let kind = if coverage.is_truncated() { GapKind::Truncated } else { GapKind::NotCollected };
    Some(Gap::new(kind, what).command("oc get events -A -o yaml"))
}

fn alerts(cx: CollectContext<'_>) -> Option<Gap> {
    let path = KnownFile::Alerts.usual_path();
    match cx.snapshot.known_file(KnownFile::Alerts) {
        Some(KnownFileContent::Read(_)) => None,
        Some(KnownFileContent::Damaged(path, why)) => {
            Some(Gap::new(GapKind::Damaged, format!("alerts: {path}: {why}")))
        }
        None if !cx.snapshot.is_openshift() => None,
        None => {
            let what = format!("alerts: {path} was not collected");
            Some(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather"))
        }
    }
}
