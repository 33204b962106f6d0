//! `Event`: what components reported while they worked. OpenShift keeps events for three hours.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::EVENT;
use crate::model::time::{self, Time};

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
        self.0.text(&["message"]).unwrap_or_default()
    }

    /// Whether its involved object has that kind and name.
    pub fn is_about(self, kind: &str, name: &str) -> bool {
        self.0.text(&["involvedObject", "kind"]).as_deref() == Some(kind)
            && self.0.text(&["involvedObject", "name"]).as_deref() == Some(name)
    }

    /// Kind, namespace and name of the involved object.
    pub fn about(self) -> [Cow<'s, str>; 3] {
        ["kind", "namespace", "name"]
            .map(|field| self.0.text(&["involvedObject", field]).unwrap_or_default())
    }

    /// Whether it is a warning.
    pub fn is_warning(self) -> bool {
        self.0.text(&["type"]).as_deref() == Some("Warning")
    }

    /// When it first occurred. Read only for a timeline.
    pub fn first_seen(self) -> Option<Time> {
        ["firstTimestamp", "eventTime"].into_iter().find_map(|field| self.0.time(&[field]))
    }

    /// How often it occurred.
    pub fn count(self) -> i64 {
        self.0
            .at(&["series", "count"])
            .or_else(|| self.0.at(&["count"]))
            .and_then(Value::as_i64)
            .unwrap_or(1)
    }

    /// When it last occurred.
    pub fn last_seen(self) -> Option<Time> {
        last_seen(self.0.body()?)
    }
}

/// When an event last occurred.
pub(crate) fn last_seen(event: Value<'_>) -> Option<Time> {
    [
        &["series", "lastObservedTime"][..],
        &["lastTimestamp"],
        &["eventTime"],
        &["metadata", "creationTimestamp"],
    ]
    .into_iter()
    .find_map(|path| time::rfc3339(&event.text_at(path)?))
}

/// Reasons of events that report normal operation. Reasons of operators that write their own
/// objects end in `Created` and `Updated`.
const ROUTINE_REASONS: [&str; 13] = [
    "AddedInterface",
    "Completed",
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
