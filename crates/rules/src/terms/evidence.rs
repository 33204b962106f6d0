//! The evidence of a finding: text in the archive, or the proof that something is absent.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use mustknow_cluster::model::custom_resource;
use mustknow_cluster::model::log::{LogHits, LogLine};
use mustknow_cluster::model::log_tail::{LogTail, TailLine};
use mustknow_cluster::model::resource::{Document, ObjectKey, Resource};
use mustknow_cluster::model::snapshot::Searched;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Condition;

/// What a finding is about, usually an object: kind/namespace/name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The kind, or another noun for something that is not an object.
    pub kind: Cow<'static, str>,
    /// The namespace; empty for a cluster-scoped object.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Subject {
    /// A cluster-scoped subject.
    pub fn cluster(kind: &'static str, name: impl Into<String>) -> Self {
        Self { kind: Cow::Borrowed(kind), namespace: String::new(), name: name.into() }
    }

    /// A subject in a namespace.
    pub fn namespaced(
        kind: &'static str,
        namespace: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { kind: Cow::Borrowed(kind), namespace: namespace.into(), name: name.into() }
    }

    /// The object of a resource.
    pub fn of(resource: &Resource) -> Self {
        resource.key().into()
    }

    /// The object behind a view.
    pub fn view<'s>(view: impl View<'s>) -> Self {
        Self::of(view.resource())
    }
}

impl From<&ObjectKey> for Subject {
    fn from(key: &ObjectKey) -> Self {
        if let Some((custom, name)) = custom_resource::kind_and_name(key) {
            return Self {
                kind: Cow::Owned(custom.kind.to_owned()),
                namespace: key.namespace.to_string(),
                name: name.to_owned(),
            };
        }
        Self {
            kind: Cow::Borrowed(key.kind.name),
            namespace: key.namespace.to_string(),
            name: key.name.to_string(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.namespace.as_str(), self.name.as_str()) {
            ("", "") => write!(f, "{}", self.kind),
            ("", name) => write!(f, "{}/{name}", self.kind),
            (namespace, name) => write!(f, "{}/{namespace}/{name}", self.kind),
        }
    }
}

/// A place in the archive.
#[derive(Clone, Debug)]
pub enum Place {
    /// Bytes of a document that is kept in memory.
    Document {
        /// The document.
        document: Arc<Document>,
        /// The bytes.
        span: Range<usize>,
    },
    /// A line of a log; logs are not kept in memory.
    Line {
        /// The path of the log inside the archive.
        path: String,
        /// The line number, from 1.
        number: u64,
        /// The text of the line.
        text: String,
        /// The bytes of the line that matter.
        mark: Range<usize>,
    },
}

impl Place {
    /// The path inside the archive.
    pub fn path(&self) -> &str {
        match self {
            Self::Document { document, .. } => &document.path,
            Self::Line { path, .. } => path,
        }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Text in the archive.
    Seen {
        /// What the text is about.
        subject: Subject,
        /// Where it is.
        place: Place,
        /// What it shows.
        note: String,
    },
    /// Something absent, although its place was collected completely.
    Missing {
        /// What is absent.
        what: Subject,
        /// The path that was searched.
        looked_in: String,
        /// Why that path is complete.
        note: String,
    },
}

impl Evidence {
    /// Bytes of the document that holds `resource`.
    pub fn seen(resource: &Resource, span: Range<usize>, note: impl Into<String>) -> Self {
        Self::Seen {
            subject: Subject::of(resource),
            place: Place::Document { document: Arc::clone(resource.document()), span },
            note: note.into(),
        }
    }

    /// A condition of `resource`.
    pub fn condition(
        resource: &Resource,
        condition: Condition<'_>,
        note: impl Into<String>,
    ) -> Self {
        Self::seen(resource, condition.span(), note)
    }

    /// The field at `path` of `resource`, key and value; the object's name when the field is
    /// absent.
    pub fn field(resource: &Resource, path: &[&str], note: impl Into<String>) -> Self {
        let span = path
            .split_last()
            .and_then(|(last, before)| resource.at(before)?.entry_span(last))
            .unwrap_or_else(|| resource.head_span());
        Self::seen(resource, span, note)
    }

    /// Bytes of a document that is not an object.
    pub fn in_document(
        subject: Subject,
        document: &Arc<Document>,
        span: Range<usize>,
        note: impl Into<String>,
    ) -> Self {
        let place = Place::Document { document: Arc::clone(document), span };
        Self::Seen { subject, place, note: note.into() }
    }

    /// The last line of a log that matched, with the number of matches and their times.
    pub fn logged(namespace: &str, hits: &LogHits) -> Self {
        Self::logged_line(namespace, hits, &hits.last)
    }

    /// A line of a log that matched, with the number of matches and their times.
    pub fn logged_line(namespace: &str, hits: &LogHits, line: &LogLine) -> Self {
        let note = match (hits.count, hits.first.time, hits.last.time) {
            (1, _, _) => "logged once".to_owned(),
            (n, Some(first), Some(last)) => {
                format!("{n} lines from {} to {}", seconds(first), seconds(last))
            }
            (n, _, _) => format!("{n} lines"),
        };
        let subject = if namespace.is_empty() {
            Subject::cluster("Node service", &*hits.container)
        } else {
            Subject::namespaced("Pod", namespace, &*hits.pod)
        };
        let literal = hits.pattern.literal;
        // A long line is cut, possibly before the literal.
        let mark = line.text.find(literal).map_or(0..0, |at| at..at + literal.len());
        let place = Place::Line {
            path: hits.path.to_string(),
            number: line.number,
            text: line.text.clone(),
            mark,
        };
        Self::Seen { subject, place, note }
    }

    /// A line near the end of a log.
    pub fn last_words(tail: &LogTail, line: &TailLine, note: impl Into<String>) -> Self {
        let place = Place::Line {
            path: tail.path.to_string(),
            number: line.line.number,
            text: line.line.text.clone(),
            mark: 0..0,
        };
        let subject = Subject::namespaced("Pod", &*tail.namespace, &*tail.pod);
        Self::Seen { subject, place, note: note.into() }
    }

    /// An object that is proven to be absent.
    pub fn missing(what: Subject, searched: &Searched) -> Self {
        let Searched { path, objects, sentinels } = searched;
        let note = if sentinels.is_empty() {
            format!("the list is complete: {objects} objects, no continuation")
        } else {
            format!("the list is complete: {objects} objects, among them {}", sentinels.join(", "))
        };
        Self::Missing { what, looked_in: path.clone(), note }
    }

    /// What it is about.
    pub fn subject(&self) -> &Subject {
        match self {
            Self::Seen { subject, .. } => subject,
            Self::Missing { what, .. } => what,
        }
    }
}

/// A time as reports show it: UTC, in seconds.
pub fn seconds(time: Time) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
