//! Kubernetes events, each a series from its first time to its last.

use std::borrow::Cow;

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Event;
use mustknow_rules::{Severity, Subject};

use super::collector::{CollectContext, EventCollector, ReadScope};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero, with_details};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for event in cx.snapshot.all::<Event<'_>>() {
        let last = non_zero(event.last_seen());
        let first = match cx.scope {
            ReadScope::Whole => non_zero(event.first_seen()).or(last),
            ReadScope::Scan => last,
        };
        let Some(first) = first else { continue };
        let [kind, namespace, name] = event.about().map(Cow::into_owned);
        let subject = Subject { kind: Cow::Owned(kind), namespace, name };
        let severity = if event.is_warning() { Severity::Warning } else { Severity::Info };
        let message = with_details(&event.reason(), "", &event.message());
        let place = field_place(event.resource(), event.message_path());
        let entry = TimelineEvent::new(first, Source::Event, severity, subject, &message, place);
        let count = u64::try_from(event.count()).unwrap_or(1);
        collector.add(entry.until(last).times(count));
    }
}
