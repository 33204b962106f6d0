//! Events: what components said while they worked, each a series from its first to its last.

use std::borrow::Cow;

use mustknow_gather::kinds::{Event, View};

use super::moment::{field, said, set};
use super::told::{Case, Depth, Moments};
use super::{Moment, Source};
use crate::evidence::Subject;
use crate::meta::Severity;

pub(super) fn tell(case: Case<'_>, moments: &mut Moments<'_>) {
    for event in case.snapshot.all::<Event<'_>>() {
        let last = set(event.last_seen());
        let first = match case.depth {
            Depth::Whole => set(event.first_seen()).or(last),
            Depth::Scan => last,
        };
        let Some(first) = first else { continue };
        let [kind, namespace, name] = event.about().map(Cow::into_owned);
        let subject = Subject { kind: Cow::Owned(kind), namespace, name };
        let severity = if event.is_warning() { Severity::Warning } else { Severity::Info };
        let words = said(&event.reason(), "", &event.message());
        let place = field(event.resource(), &["message"]);
        let moment = Moment::new(first, Source::Event, severity, subject, &words, place);
        let count = u64::try_from(event.count()).unwrap_or(1);
        moments.add(moment.until(last).times(count));
    }
}
