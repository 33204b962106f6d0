//! The events that an HTML report draws.

use mustknow_cluster::Snapshot;
use mustknow_rules::Judgement;
use mustknow_timeline::{Filter, ReadScope, Source, Timeline};

/// The timeline of a cluster, without findings: the page shows them itself.
pub(super) fn timeline(snapshot: &Snapshot, judgement: &Judgement) -> Timeline {
    let is_drawn = |source: &Source| *source != Source::Finding;
    let sources = Source::ALL.into_iter().filter(is_drawn).collect();
    let filter = Filter { sources, ..Filter::default() };
    mustknow_timeline::of(snapshot, judgement, ReadScope::Scan, &filter)
}
