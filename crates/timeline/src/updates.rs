//! Updates, from the history of the ClusterVersion.
//!
//! Source: openshift/api `config/v1/types_cluster_version.go`. The newest entry stands first; of more than a
//! hundred the oldest but the first completed ones are dropped.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterVersion, HistoryEntry, UpdateState};
use mustknow_rules::{Severity, Subject};

use super::collect::{CollectContext, EventCollector};
use super::moment::{set, within};
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    let Some(version) = ClusterVersion::find(case.snapshot) else { return };
    let history: Vec<_> = version.history().collect();
    for (at, entry) in history.iter().enumerate() {
        let is_first = at + 1 == history.len();
        entry_of(version, *entry, is_first, moments);
    }
}

fn entry_of(
    version: ClusterVersion<'_>,
    entry: HistoryEntry<'_>,
    is_first: bool,
    moments: &mut EventCollector<'_>,
) {
    let name = match entry.version() {
        name if name.is_empty() => entry.image(),
        name => name,
    };
    let noun = if is_first { "installation of" } else { "update to" };
    let resource = version.resource();
    let mut add = |time, severity, words: &str| {
        if let Some(time) = set(time) {
            let (subject, place) = (Subject::of(resource), within(resource, entry.span()));
            moments.add(TimelineEvent::new(time, Source::Update, severity, subject, words, place));
        }
    };
    let unverified = match entry.is_verified() {
        Some(false) if !is_first => ", of which the release was not verified",
        _ => "",
    };
    add(entry.started(), Severity::Info, &format!("{noun} {name} started{unverified}"));
    match entry.state() {
        UpdateState::Completed => {
            add(entry.ended(), Severity::Info, &format!("{noun} {name} completed"));
        }
        UpdateState::Partial => {
            let words = format!("{noun} {name} was given up for another before it was complete");
            add(entry.ended(), Severity::Warning, &words);
        }
    }
}
