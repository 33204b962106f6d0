//! One event of the timeline, and its sort order.

use std::cmp::Reverse;
use std::sync::Arc;

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_redact::shorten;
use mustknow_rules::{Place, Severity, Subject};

/// The maximum length of a message, in characters.
const MAX_MESSAGE: usize = 1800;
/// The mark in a truncated message.
const CUT: &str = " [cut] ";

/// The source of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The update history of the ClusterVersion.
    Update,
    /// A condition of an object that is neither a Node nor a Pod.
    Condition,
    /// A Node: its conditions, taints and creation.
    Node,
    /// A Pod: its conditions and its containers.
    Pod,
    /// A Kubernetes event.
    Event,
    /// A revision of a static pod, a Deployment or a MachineConfig.
    Revision,
    /// A certificate, or a write to an object with one.
    Certificate,
    /// The creation or deletion of an object.
    Object,
    /// An outage in a PodNetworkConnectivityCheck.
    Outage,
    /// A firing alert.
    Alert,
    /// Lines of a log.
    Log,
    /// A finding of a rule.
    Finding,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 12] = [
        Self::Update,
        Self::Condition,
        Self::Node,
        Self::Pod,
        Self::Event,
        Self::Revision,
        Self::Certificate,
        Self::Object,
        Self::Outage,
        Self::Alert,
        Self::Log,
        Self::Finding,
    ];

    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Condition => "condition",
            Self::Node => "node",
            Self::Pod => "pod",
            Self::Event => "event",
            Self::Revision => "revision",
            Self::Certificate => "certificate",
            Self::Object => "object",
            Self::Outage => "outage",
            Self::Alert => "alert",
            Self::Log => "log",
            Self::Finding => "finding",
        }
    }
}

/// One event, or a series of equal events.
#[derive(Clone, Debug)]
pub struct TimelineEvent {
    /// The time, or the first time.
    pub at: Time,
    /// The end, or the last time of a series.
    pub until: Option<Time>,
    /// The number of occurrences.
    pub count: u64,
    /// The source.
    pub source: Source,
    /// The severity according to its source.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What happened.
    pub message: String,
    /// Where it is in the archive.
    pub place: Place,
}

impl TimelineEvent {
    /// An event that happened once.
    pub(super) fn new(
        at: Time,
        source: Source,
        severity: Severity,
        subject: Subject,
        message: &str,
        place: Place,
    ) -> Self {
        Self {
            at,
            until: None,
            count: 1,
            source,
            severity,
            subject,
            message: shorten(message, MAX_MESSAGE, CUT).into_owned(),
            place,
        }
    }

    /// Makes it a series up to `until`; the two times are swapped if they are reversed.
    #[must_use]
    pub(super) fn until(mut self, until: Option<Time>) -> Self {
        if let Some(until) = until.filter(|until| *until != self.at) {
            self.until = Some(until.max(self.at));
            self.at = until.min(self.at);
        }
        self
    }

    /// Sets the number of occurrences.
    #[must_use]
    pub(super) fn times(self, count: u64) -> Self {
        Self { count: count.max(1), ..self }
    }

    /// The end.
    pub fn end(&self) -> Time {
        self.until.unwrap_or(self.at)
    }

    /// The sort key: time, source, severity, and finally the place.
    pub(super) fn rank(&self) -> impl Ord + use<'_> {
        let Subject { kind, namespace, name } = &self.subject;
        let place = match &self.place {
            Place::Document { document, span } => (&*document.path, span.start as u64, span.end),
            Place::Line { path, number, mark, .. } => (&**path, *number, mark.end),
        };
        let what = (&**kind, &*self.message, &**namespace, &**name);
        (self.at, self.source, Reverse(self.severity), what, self.until, self.count, place)
    }
}

/// A place in the document of an object.
pub(super) fn place_at(resource: &Resource, span: std::ops::Range<usize>) -> Place {
    Place::Document { document: Arc::clone(resource.document()), span }
}

/// The field at `path` of an object; the object's name when the field is absent.
pub(super) fn field_place(resource: &Resource, path: &[&str]) -> Place {
    let span = path
        .split_last()
        .and_then(|(last, before)| resource.at(before)?.entry_span(last))
        .unwrap_or_else(|| resource.head_span());
    place_at(resource, span)
}

/// `what` with the reason and the message, if they are not empty.
pub(super) fn with_details(what: &str, reason: &str, message: &str) -> String {
    let mut text = what.to_owned();
    for part in [reason, message] {
        let part = part.trim();
        if !part.is_empty() && !text.ends_with(part) {
            text.push_str(": ");
            text.push_str(part);
        }
    }
    text
}

/// The time, unless it is the zero time of Go, year 1, which means that it is not set.
pub(super) fn non_zero(time: Option<Time>) -> Option<Time> {
    const ZERO: i64 = -62_135_596_800;
    time.filter(|time| time.as_second() > ZERO)
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::rfc3339;

    use super::*;

    #[test]
    fn equal_reason_and_message_are_shown_once() {
        assert_eq!(
            with_details("Ready became True", "KubeletReady", "posting"),
            "Ready became True: KubeletReady: posting"
        );
        assert_eq!(with_details("Ready became True", "", " "), "Ready became True");
        assert_eq!(with_details("x", "Same", "Same"), "x: Same");
    }

    #[test]
    fn the_zero_time_is_none() {
        assert_eq!(non_zero(rfc3339("0001-01-01T00:00:00Z")), None);
        assert!(non_zero(rfc3339("9999-12-30T20:00:00Z")).is_some());
        assert_eq!(non_zero(rfc3339("0000-01-01T00:00:00Z")), None);
    }
}
