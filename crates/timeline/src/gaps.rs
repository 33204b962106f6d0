//! What could not be looked at, and would have told more.

use mustknow_cluster::model::coverage::State;
use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, EVENT, NODE, POD};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_rules::engine::{pluralize, name_list};
use mustknow_rules::{Gap, GapKind};

use super::collect::CollectContext;
use super::logs;

/// What is missing of the history of a cluster.
pub(super) fn of(case: CollectContext<'_>) -> Vec<Gap> {
    let snapshot = case.snapshot;
    let mut gaps = Vec::new();
    if snapshot.coverage().is_truncated() {
        let what =
            "the archive breaks off or was not read to its end: what is missing may be cut off";
        gaps.push(Gap::new(GapKind::Truncated, what));
    }
    if snapshot.clock().is_none() {
        let what = "the archive does not say when it was made";
        gaps.push(Gap::new(GapKind::FieldAbsent, what));
    }
    let kinds: &[_] = if snapshot.is_openshift() {
        &[&CLUSTER_VERSION, &CLUSTER_OPERATOR, &NODE, &POD]
    } else {
        &[&NODE, &POD]
    };
    for kind in kinds {
        match snapshot.coverage().of_kind(kind) {
            State::Collected(_) | State::Empty => {}
            state => gaps.push(Gap::kind(kind, &state)),
        }
    }
    gaps.extend(events(case));
    gaps.extend(alerts(case));
    let timeless = logs::without_time(case);
    if timeless > 0 {
        let what =
            format!("without a time: {} of what is looked for", pluralize(timeless, "log burst"));
        gaps.push(Gap::new(GapKind::FieldAbsent, what));
    }
    if !snapshot.damage().is_empty() {
        let damage = snapshot.damage().len();
        let what = format!("could not be read, or not whole: {}", pluralize(damage, "file"));
        gaps.push(Gap::new(GapKind::Damaged, what));
    }
    gaps
}

/// The namespaces of which something was collected, but not their events.
fn events(case: CollectContext<'_>) -> Option<Gap> {
    let coverage = case.snapshot.coverage();
    let is_missing = |namespace: &&str| {
        !matches!(coverage.of(&EVENT, namespace), State::Collected(_) | State::Empty)
    };
    let missing: Vec<_> = coverage.namespaces().filter(is_missing).collect();
    let all = coverage.namespaces().count();
    if missing.is_empty() {
        // Without a namespace no events are there either.
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

fn alerts(case: CollectContext<'_>) -> Option<Gap> {
    let path = KnownFile::Alerts.usual_path();
    match case.snapshot.known_file(KnownFile::Alerts) {
        Some(KnownFileContent::Read(_)) => None,
        Some(KnownFileContent::Damaged(path, why)) => {
            Some(Gap::new(GapKind::Damaged, format!("alerts: {path}: {why}")))
        }
        None if !case.snapshot.is_openshift() => None,
        None => {
            let what = format!("alerts: {path} was not collected");
            Some(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather"))
        }
    }
}
