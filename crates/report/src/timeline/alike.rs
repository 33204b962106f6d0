//! Moments that differ in nothing but the name of their object, put together for people.

use super::model::EventRow;

/// Moments of the same second that say the same of objects of one kind.
pub(super) struct Alike<'m> {
    pub(super) first: &'m EventRow,
    /// How many more there are.
    pub(super) more: usize,
}

/// The moments in their order, neighbours that are alike put together.
pub(super) fn alike(moments: &[EventRow]) -> Vec<Alike<'_>> {
    let what = |moment: &EventRow| {
        let EventRow { at, until, count, source, severity, .. } = moment;
        (at.clone(), until.clone(), *count, *source, *severity)
    };
    let is_alike = |a: &EventRow, b: &EventRow| {
        a.subject.kind == b.subject.kind && a.words == b.words && what(a) == what(b)
    };
    let mut all: Vec<Alike<'_>> = Vec::new();
    for moment in moments {
        match all.last_mut() {
            Some(last) if is_alike(last.first, moment) => last.more += 1,
            _ => all.push(Alike { first: moment, more: 0 }),
        }
    }
    all
}
