//! One thing that happened, and its place in the order of all.

use std::cmp::Reverse;
use std::sync::Arc;

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_rules::{Place, Severity, Subject};

/// How much is kept of what a moment says, in characters.
const KEPT: usize = 1800;
/// What is said of the rest.
const CUT: &str = " [cut]";

/// What tells of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The update history of the ClusterVersion.
    Update,
    /// A condition of an object that is neither a Node nor a Pod.
    Condition,
    /// A Node: its conditions, taints and creation.
    Node,
    /// A Pod: its conditions and what became of its containers.
    Pod,
    /// An Event.
    Event,
    /// A revision of a static pod, a Deployment or the configuration of machines.
    Revision,
    /// A certificate, or the writing of what holds one.
    Certificate,
    /// The creation or removal of an object.
    Object,
    /// An outage that a PodNetworkConnectivityCheck noted.
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

    /// The word for it.
    pub const fn word(self) -> &'static str {
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

/// One thing that happened, or a series of the same.
#[derive(Clone, Debug)]
pub struct TimelineEvent {
    /// When, or when first.
    pub at: Time,
    /// When last, for what lasted or came again.
    pub until: Option<Time>,
    /// How often.
    pub count: u64,
    /// What tells of it.
    pub source: Source,
    /// How bad the thing itself says it is.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What happened.
    pub words: String,
    /// Where that stands.
    pub place: Place,
}

impl TimelineEvent {
    /// Something that happened once, told by `place`.
    pub(super) fn new(
        at: Time,
        source: Source,
        severity: Severity,
        subject: Subject,
        words: &str,
        place: Place,
    ) -> Self {
        Self { at, until: None, count: 1, source, severity, subject, words: cut(words), place }
    }

    /// The same as a series up to `until`, or the other way round where the archive has it so.
    #[must_use]
    pub(super) fn until(mut self, until: Option<Time>) -> Self {
        if let Some(until) = until.filter(|until| *until != self.at) {
            self.until = Some(until.max(self.at));
            self.at = until.min(self.at);
        }
        self
    }

    /// The same so many times.
    #[must_use]
    pub(super) fn times(self, count: u64) -> Self {
        Self { count: count.max(1), ..self }
    }

    /// When it was over.
    pub fn end(&self) -> Time {
        self.until.unwrap_or(self.at)
    }

    /// What the order of moments goes by: time, then the worst, and in the end the place.
    pub(super) fn rank(&self) -> impl Ord + use<'_> {
        let Subject { kind, namespace, name } = &self.subject;
        let place = match &self.place {
            Place::Document { document, span } => (&*document.path, span.start as u64, span.end),
            Place::Line { path, number, mark, .. } => (&**path, *number, mark.end),
        };
        let what = (&**kind, &*self.words, &**namespace, &**name);
        (self.at, self.source, Reverse(self.severity), what, self.until, self.count, place)
    }
}

/// A place in the file of an object.
pub(super) fn within(resource: &Resource, span: std::ops::Range<usize>) -> Place {
    Place::Document { document: Arc::clone(resource.document()), span }
}

/// The field at `path` of an object; its name when the field is absent.
pub(super) fn field(resource: &Resource, path: &[&str]) -> Place {
    let span = path
        .split_last()
        .and_then(|(last, before)| resource.at(before)?.entry_span(last))
        .unwrap_or_else(|| resource.head_span());
    within(resource, span)
}

/// Reason and message after what they belong to, those that are there.
pub(super) fn said(what: &str, reason: &str, message: &str) -> String {
    let mut words = what.to_owned();
    for part in [reason, message] {
        let part = part.trim();
        if !part.is_empty() && !words.ends_with(part) {
            words.push_str(": ");
            words.push_str(part);
        }
    }
    words
}

/// As much of the words as is kept, with a mark where some are lost. They are cut between two words: the
/// half of a token is no longer known for one.
fn cut(words: &str) -> String {
    let Some((at, _)) = words.char_indices().nth(KEPT) else { return words.to_owned() };
    let kept = words.get(..at).unwrap_or_default();
    let kept = kept.rsplit_once(char::is_whitespace).map_or("", |(whole, _)| whole);
    [kept, CUT].concat()
}

/// A time that somebody set: Go writes the first second of all calendars where nobody did.
pub(super) fn set(time: Option<Time>) -> Option<Time> {
    const ZERO: i64 = -62_135_596_800;
    time.filter(|time| time.as_second() > ZERO)
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::rfc3339;

    use super::*;

    #[test]
    fn a_message_of_any_length_is_cut_and_says_so() {
        let long = cut(&"\u{e4}x ".repeat(1 << 20));
        assert!(long.chars().count() < KEPT + 10 && long.ends_with("\u{e4}x [cut]"), "{long}");
        assert_eq!(cut(&format!("a {}", "b".repeat(KEPT))), "a [cut]");
        assert_eq!(cut("short"), "short");
    }

    #[test]
    fn what_is_said_twice_stands_once() {
        assert_eq!(
            said("Ready became True", "KubeletReady", "posting"),
            "Ready became True: KubeletReady: posting"
        );
        assert_eq!(said("Ready became True", "", " "), "Ready became True");
        assert_eq!(said("x", "Same", "Same"), "x: Same");
    }

    #[test]
    fn a_time_that_nobody_set_is_none() {
        assert_eq!(set(rfc3339("0001-01-01T00:00:00Z")), None);
        assert!(set(rfc3339("9999-12-30T20:00:00Z")).is_some());
        assert_eq!(set(rfc3339("0000-01-01T00:00:00Z")), None);
    }
}
