//! Groups events that differ only in the name of their object.

use crate::model::EventRow;

/// Events of the same second with the same text, about objects of one kind.
pub(super) struct SimilarEvents<'m> {
    pub(super) first: &'m EventRow,
    /// How many more there are.
    pub(super) more: usize,
}

/// The events in their order, similar neighbours grouped.
pub(super) fn similar(events: &[EventRow]) -> Vec<SimilarEvents<'_>> {
    let what = |event: &EventRow| {
        let EventRow { at, until, count, source, severity, .. } = event;
        (at.clone(), until.clone(), *count, *source, *severity)
    };
    let is_similar = |a: &EventRow, b: &EventRow| {
        a.subject.kind == b.subject.kind && a.words == b.words && what(a) == what(b)
    };
    let mut all: Vec<SimilarEvents<'_>> = Vec::new();
    for event in events {
        match all.last_mut() {
            Some(last) if is_similar(last.first, event) => last.more += 1,
            _ => all.push(SimilarEvents { first: event, more: 0 }),
        }
    }
    all
}
