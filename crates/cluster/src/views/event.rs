//! `Event`: what components reported while they worked. OpenShift keeps events for three hours.
//!
//! An event is written in the form of the core group or in that of `events.k8s.io`, whose fields have
//! other names; the API server stores both as the same object.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::EVENT;
use crate::model::time::{self, Span, Time};

/// The involved object, in both forms.
const INVOLVED: [&str; 2] = ["involvedObject", "regarding"];

view! {
    /// One Event.
    Event: EVENT
}

impl<'s> Event<'s> {
    /// The reason: `FailedScheduling`.
    pub fn reason(self) -> Cow<'s, str> {
        self.0.text(&["reason"]).unwrap_or_default()
    }

    /// The message.
    pub fn message(self) -> Cow<'s, str> {
        let of = |field| self.0.text(&[field]);
        of("message").or_else(|| of("note")).unwrap_or_default()
    }

    /// Where its message is.
    pub fn message_path(self) -> &'static [&'static str] {
        if self.0.at(&["message"]).is_some() { &["message"] } else { &["note"] }
    }

    /// Whether its involved object has that kind and name.
    pub fn is_about(self, kind: &str, name: &str) -> bool {
        self.involved("kind").as_deref() == Some(kind)
            && self.involved("name").as_deref() == Some(name)
    }

    /// Kind, namespace and name of the involved object.
    pub fn about(self) -> [Cow<'s, str>; 3] {
        ["kind", "namespace", "name"].map(|field| self.involved(field).unwrap_or_default())
    }

    fn involved(self, field: &str) -> Option<Cow<'s, str>> {
        INVOLVED.iter().find_map(|object| self.0.text(&[object, field]))
    }

    /// Whether it is a warning.
    pub fn is_warning(self) -> bool {
        self.0.text(&["type"]).as_deref() == Some("Warning")
    }

    /// How often it occurred, and from when to when.
    pub fn series(self) -> EventSeries {
        EventSeries { count: self.count(), first: self.first_seen(), last: self.last_seen() }
    }

    /// When it first occurred.
    pub fn first_seen(self) -> Option<Time> {
        ["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"]
            .into_iter()
            .find_map(|field| self.0.time(&[field]))
    }

    /// How often it occurred.
    pub fn count(self) -> i64 {
        [&["series", "count"][..], &["count"], &["deprecatedCount"]]
            .into_iter()
            .find_map(|path| self.0.at(path).and_then(Value::as_i64))
            .unwrap_or(1)
    }

    /// When it last occurred.
    pub fn last_seen(self) -> Option<Time> {
        last_seen(self.0.body()?)
    }
}

/// How often something occurred, and from when to when. A count alone does not tell one burst within
/// a second from an hour of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSeries {
    /// How often.
    pub count: i64,
    /// When it occurred first, if that is known.
    pub first: Option<Time>,
    /// When it occurred last, if that is known.
    pub last: Option<Time>,
}

impl EventSeries {
    /// From the first time to the last, if both are known.
    pub fn spread(self) -> Option<Span> {
        Some(Span::between(self.first?, self.last?).max(Span::minutes(0)))
    }

    /// How often it occurred per hour; None if that is unknown, or if it lasted less than a minute.
    pub fn per_hour(self) -> Option<i64> {
        let seconds = self.spread().filter(|spread| *spread >= Span::minutes(1))?.seconds();
        Some(self.count.saturating_mul(Span::hours(1).seconds()) / seconds)
    }

    /// How often it can have occurred if occurrences closer than `apart` count once: of a burst one,
    /// and all where the first time is unknown.
    pub fn occasions(self, apart: Span) -> i64 {
        let count = self.count.max(1);
        match self.spread() {
            Some(spread) => count.min(spread.seconds() / apart.seconds().max(1) + 1),
            None => count,
        }
    }
}

/// When an event last occurred.
pub(crate) fn last_seen(event: Value<'_>) -> Option<Time> {
    [
        &["series", "lastObservedTime"][..],
        &["lastTimestamp"],
        &["deprecatedLastTimestamp"],
        &["eventTime"],
        &["metadata", "creationTimestamp"],
    ]
    .into_iter()
    .find_map(|path| time::rfc3339(&event.text_at(path)?))
}

/// Reasons of events that report normal operation. Reasons of operators that write their own
/// objects end in `Created` and `Updated`.
const ROUTINE_REASONS: [&str; 12] = [
    "AddedInterface",
    "Killing",
    "LeaderElection",
    "Pulled",
    "Pulling",
    "SawCompletedJob",
    "ScalingReplicaSet",
    "Scheduled",
    "Started",
    "Starting",
    "SuccessfulCreate",
    "SuccessfulDelete",
];

/// Whether an event reports normal operation, so that no rule reads it.
pub(crate) fn is_routine(event: Value<'_>) -> bool {
    event.text_at(&["type"]).as_deref() == Some("Normal")
        && event.text_at(&["reason"]).is_some_and(|reason| {
            ROUTINE_REASONS.contains(&&*reason)
                || reason.ends_with("Created")
                || reason.ends_with("Updated")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: i64, first: &str, last: &str) -> EventSeries {
        EventSeries { count, first: time::rfc3339(first), last: time::rfc3339(last) }
    }

    #[test]
    fn a_burst_is_one_occasion() {
        let burst = series(5, "2024-10-28T10:00:00Z", "2024-10-28T10:00:01Z");
        assert_eq!(burst.occasions(Span::minutes(1)), 1);
        assert_eq!(burst.per_hour(), None);
    }

    #[test]
    fn occurrences_over_an_hour_all_count() {
        let hour = series(5, "2024-10-28T09:00:00Z", "2024-10-28T10:00:00Z");
        assert_eq!(hour.occasions(Span::minutes(1)), 5);
        assert_eq!(hour.per_hour(), Some(5));
        assert_eq!(hour.spread(), Some(Span::hours(1)));
    }

    #[test]
    fn a_series_whose_first_time_is_unknown_counts_in_full() {
        assert_eq!(series(5, "", "2024-10-28T10:00:00Z").occasions(Span::minutes(1)), 5);
    }

    #[test]
    fn clocks_that_differ_make_no_negative_spread() {
        let turned = series(3, "2024-10-28T10:00:01Z", "2024-10-28T10:00:00Z");
        assert_eq!(turned.occasions(Span::minutes(1)), 1);
    }
}
