//! Events: what components said while they worked, each a series from its first to its last.

use std::borrow::Cow;

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Event;
use mustknow_rules::{Severity, Subject};

use super::collect::{CollectContext, EventCollector, ReadScope};
use super::moment::{field, said, set};
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for event in case.snapshot.all::<Event<'_>>() {
        let last = set(event.last_seen());
        let first = match case.depth {
            ReadScope::Whole => set(event.first_seen()).or(last),
            ReadScope::Scan => last,
        };
        let Some(first) = first else { continue };
        let [kind, namespace, name] = event.about().map(Cow::into_owned);
        let subject = Subject { kind: Cow::Owned(kind), namespace, name };
        let severity = if event.is_warning() { Severity::Warning } else { Severity::Info };
        let words = said(&event.reason(), "", &event.message());
        let place = field(event.resource(), &["message"]);
        let moment = TimelineEvent::new(first, Source::Event, severity, subject, &words, place);
        let count = u64::try_from(event.count()).unwrap_or(1);
        moments.add(moment.until(last).times(count));
    }
}
