//! One thing found in the stream, and what its path says of it.

use std::sync::Arc;

use mustknow_archive::Damage;

use crate::layout::Artifact;
use crate::model::coverage::{Refusal, State};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine};
use crate::model::resource::{Document, Resource};
use crate::model::{kinds, time};

/// How many lines of refusals of one log are kept.
const REFUSALS_KEPT: usize = 10_000;
/// What the allocator, and the maps that a piece ends in, add to it in bytes.
const BESIDE: usize = 100;
/// How much of such a line is kept.
const REFUSAL_KEPT: usize = 1000;

/// One thing found in the stream.
pub(crate) enum Record {
    Made {
        root: Arc<str>,
        format: Format,
    },
    Seen {
        root: Arc<str>,
        path: Box<str>,
        /// What made the collection; None where the file says nothing of it.
        format: Option<Format>,
    },
    Objects {
        root: Arc<str>,
        resources: Vec<Resource>,
    },
    Listed {
        root: Arc<str>,
        path: Arc<str>,
        place: ListPlace,
        state: State,
    },
    Counted {
        root: Arc<str>,
        path: Arc<str>,
        place: ListPlace,
        state: State,
    },
    Broken {
        root: Arc<str>,
        path: Arc<str>,
        place: ListPlace,
        state: State,
    },
    KnownFile {
        root: Arc<str>,
        known_file: KnownFile,
        document: Arc<Document>,
    },
    Log {
        root: Arc<str>,
        namespace: Box<str>,
        container: Box<str>,
        hits: Vec<LogHits>,
        /// Whether somebody chose its lines.
        is_part: bool,
        damage: Option<Damage>,
    },
    Clock {
        root: Arc<str>,
        path: Box<str>,
        last: LogLine,
    },
    Refusals {
        root: Arc<str>,
        refusals: Vec<Refusal>,
    },
    Cleaned {
        root: Arc<str>,
    },
    /// Values in it were replaced before it was handed on.
    Masked {
        root: Arc<str>,
    },
    Damage(Damage),
}

/// What its path says of a document.
#[derive(Clone, Debug)]
pub(crate) struct ListPlace {
    pub(crate) shape: ListShape,
    pub(crate) group: Box<str>,
    pub(crate) resource: Box<str>,
    pub(crate) namespace: Box<str>,
    /// What made the collection.
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListShape {
    /// Every object of one resource.
    List,
    /// One object.
    Object,
    /// Every object of one resource, if its folder is a namespace of a dump.
    Dumped,
    /// Its content must say.
    Loose,
    /// Lists of one resource of one namespace after the other, as a dump prints them.
    Stream,
    /// A file with a shape of its own.
    KnownFile(KnownFile),
}

impl ListPlace {
    pub(crate) fn list(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ListShape::List, group, resource, namespace)
    }

    pub(crate) fn object(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ListShape::Object, group, resource, namespace)
    }

    pub(crate) fn dumped(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ListShape::Dumped, group, resource, namespace)
    }

    pub(crate) fn loose() -> Self {
        Self::new(ListShape::Loose, "", "", "")
    }

    pub(crate) fn stream() -> Self {
        Self::new(ListShape::Stream, "", "", "").of(Format::ClusterInfoDump)
    }

    pub(crate) fn known_file(known_file: KnownFile) -> Self {
        Self::new(ListShape::KnownFile(known_file), "", "", "")
    }

    fn new(shape: ListShape, group: &str, resource: &str, namespace: &str) -> Self {
        let (group, resource, namespace) = (group.into(), resource.into(), namespace.into());
        Self { shape, group, resource, namespace, format: Format::Objects }
    }

    /// The same in a collection of that format.
    pub(crate) fn of(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// The kind of the objects, where the path alone proves it: whoever wrote the file put each
    /// object where it belongs.
    pub(crate) fn sure_kind(&self) -> Option<&'static Kind> {
        self.kind().filter(|_| matches!(self.format, Format::MustGather | Format::Inspection))
    }

    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.group, &self.resource, &self.namespace)
    }

    pub(crate) fn kind(&self) -> Option<&'static Kind> {
        kinds::by_path(&self.group, &self.resource)
    }
}

impl Record {
    /// About how much memory it takes until all is there and after, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let named = match self {
            Self::Listed { path, place, .. }
            | Self::Counted { path, place, .. }
            | Self::Broken { path, place, .. } => path.len() + 2 * place.namespace.len(),
            Self::Damage(damage) => damage.path.len() + damage.why.len(),
            Self::KnownFile { document, .. } => document.tree.weight(),
            Self::Log { hits, .. } => hits.iter().map(LogHits::weight).sum(),
            Self::Refusals { refusals, .. } => refusals.iter().map(|it| 100 + it.text.len()).sum(),
            _ => 0,
        };
        size_of::<Self>() + BESIDE + named
    }

    /// A document that cannot be read.
    pub(crate) fn broken(
        root: Arc<str>,
        path: Arc<str>,
        place: ListPlace,
        why: String,
    ) -> Vec<Self> {
        let damage = Damage { path: path.to_string(), why: why.clone() };
        let state = State::Damaged(why);
        vec![Self::Broken { root, path, place, state }, Self::Damage(damage)]
    }

    /// What a text file of the collection itself says.
    pub(crate) fn text(
        root: Arc<str>,
        path: &str,
        artifact: Artifact<'_>,
        text: &str,
    ) -> Option<Self> {
        match artifact {
            Artifact::Timestamp => {
                let (time, number, line) = text
                    .lines()
                    .zip(1..)
                    .filter_map(|(line, number)| Some((time::go(line)?, number, line)))
                    .max_by_key(|(time, ..)| *time)?;
                let text = line.chars().take(REFUSAL_KEPT).collect();
                let last = LogLine { number, text, time: Some(time) };
                Some(Self::Clock { root, path: path.into(), last })
            }
            Artifact::GatherLog => Some(Self::Refusals { root, refusals: refusals(path, text) }),
            // must-gather-clean lists what it replaced and what it omitted.
            Artifact::CleanReport => (text.contains("omissions") || text.contains("replacements"))
                .then_some(Self::Cleaned { root }),
            _ => None,
        }
    }
}

/// The lines of a collection's log that say something was not collected.
fn refusals(path: &str, text: &str) -> Vec<Refusal> {
    let says_no = |line: &str| {
        ["forbidden", "skipping gathering", "error:", "Error from server", "unable to"]
            .iter()
            .any(|words| line.contains(words))
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| says_no(line))
        .take(REFUSALS_KEPT)
        .map(|(at, line)| Refusal {
            path: path.into(),
            line: at as u64 + 1,
            text: line.chars().take(REFUSAL_KEPT).collect(),
        })
        .collect()
}
