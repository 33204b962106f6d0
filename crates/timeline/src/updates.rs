//! Updates, from the history of the ClusterVersion.
//!
//! Source: openshift/api `config/v1/types_cluster_version.go`. The newest entry is first. The
//! history has at most a hundred entries: the oldest are pruned, except the first completed ones.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterVersion, HistoryEntry, UpdateState};
use mustknow_rules::{Severity, Subject};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, non_zero, place_at};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    let Some(version) = ClusterVersion::find(cx.snapshot) else { return };
    let history: Vec<_> = version.history().collect();
    for (at, entry) in history.iter().enumerate() {
        let is_first = at + 1 == history.len();
        entry_of(version, *entry, is_first, collector);
    }
}

fn entry_of(
    version: ClusterVersion<'_>,
    entry: HistoryEntry<'_>,
    is_first: bool,
    collector: &mut EventCollector<'_>,
) {
    let name = match entry.version() {
        name if name.is_empty() => entry.image(),
        name => name,
    };
    let noun = if is_first { "installation of" } else { "update to" };
    let resource = version.resource();
    let mut add = |time, severity, message: &str| {
        if let Some(time) = non_zero(time) {
            let (subject, place) = (Subject::of(resource), place_at(resource, entry.span()));
            collector.add(TimelineEvent::new(
                time,
                Source::Update,
                severity,
                subject,
                message,
                place,
            ));
        }
    };
    let unverified = match entry.is_verified() {
        Some(false) if !is_first => ", release not verified",
        _ => "",
    };
    add(entry.started(), Severity::Info, &format!("{noun} {name} started{unverified}"));
    match entry.state() {
        UpdateState::Completed => {
            add(entry.ended(), Severity::Info, &format!("{noun} {name} completed"));
        }
        UpdateState::Partial => {
            let message = format!("{noun} {name} ended incomplete, replaced by another update");
            add(entry.ended(), Severity::Warning, &message);
        }
    }
}
