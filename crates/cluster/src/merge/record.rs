//! What was read from one file of the stream, and what its path shows.

use std::sync::Arc;

use mustknow_archive::Damage;
use mustknow_redact::shorten;

use crate::layout::Artifact;
use crate::model::coverage::{CoverageState, Refusal};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine};
use crate::model::log_tail::LogTail;
use crate::model::record_times::RecordTimes;
use crate::model::resource::{Document, Resource};
use crate::model::time::Time;
use crate::model::{kinds, time};

/// How many refusals of one log are stored.
const REFUSALS_LIMIT: usize = 10_000;
/// The overhead of a record in the allocator and in maps, in bytes.
const OVERHEAD: usize = 100;
/// How many characters of a refusal or a timestamp are stored.
const LINE_LIMIT: usize = 1000;
/// What stands for the rest of such a line.
const CUT: &str = " ... ";

/// What was read from one file of the stream; a file may have several records.
pub(crate) enum Record {
    /// The content shows the format of the collection.
    Format { root: Arc<str>, format: Format },
    /// The file exists.
    File {
        root: Arc<str>,
        path: Box<str>,
        /// The format of the collection, if the path shows it.
        format: Option<Format>,
    },
    /// Objects, and the newest times in them.
    Objects { root: Arc<str>, resources: Vec<Resource>, times: RecordTimes },
    /// A list was read.
    Listed { root: Arc<str>, path: Arc<str>, origin: DocumentOrigin, state: CoverageState },
    /// A document that no rule reads; only its objects were counted.
    Counted { root: Arc<str>, path: Arc<str>, origin: DocumentOrigin, state: CoverageState },
    /// A document that cannot be read.
    Unreadable { root: Arc<str>, path: Arc<str>, origin: DocumentOrigin, state: CoverageState },
    /// A known file was read.
    KnownFile { root: Arc<str>, known_file: KnownFile, document: Arc<Document> },
    /// A log was scanned.
    Log {
        root: Arc<str>,
        namespace: Box<str>,
        container: Box<str>,
        hits: Vec<LogHits>,
        /// Whether the log contains only some of its lines.
        is_partial: bool,
        damage: Option<Damage>,
    },
    /// The last words of a log.
    Tail { root: Arc<str>, tail: LogTail },
    /// A `timestamp` file was read.
    Clock { root: Arc<str>, path: Box<str>, last: LogLine },
    /// The time at which a client began to collect was read.
    Start { root: Arc<str>, time: Time },
    /// A gather log was read.
    Refusals { root: Arc<str>, refusals: Vec<Refusal> },
    /// A report of must-gather-clean was read.
    Obfuscated { root: Arc<str> },
    /// Values were replaced by placeholders.
    Masked { root: Arc<str> },
    /// Objects of a group of the platform whose kind is not in the table of kinds.
    Group { root: Arc<str>, group: &'static str },
    /// A file, or a part of it, cannot be read.
    Damage(Damage),
}

/// What the path of a document shows about its content.
#[derive(Clone, Debug)]
pub(crate) struct DocumentOrigin {
    pub(crate) content: ExpectedContent,
    pub(crate) group: Box<str>,
    pub(crate) resource: Box<str>,
    pub(crate) namespace: Box<str>,
    /// The format of the collection.
    pub(crate) format: Format,
}

/// What a document should contain according to its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedContent {
    /// Every object of one resource.
    List,
    /// One object.
    Object,
    /// Every object of one resource, if its folder is a namespace of a cluster-info dump.
    ClusterInfoList,
    /// Any objects or lists.
    Manifest,
    /// The lists of a cluster-info dump that was printed to one stream.
    Stream,
    /// A known file.
    KnownFile(KnownFile),
}

impl DocumentOrigin {
    pub(crate) fn list(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ExpectedContent::List, group, resource, namespace)
    }

    pub(crate) fn object(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ExpectedContent::Object, group, resource, namespace)
    }

    pub(crate) fn cluster_info_list(group: &str, resource: &str, namespace: &str) -> Self {
        Self::new(ExpectedContent::ClusterInfoList, group, resource, namespace)
    }

    pub(crate) fn manifest() -> Self {
        Self::new(ExpectedContent::Manifest, "", "", "")
    }

    pub(crate) fn stream() -> Self {
        Self::new(ExpectedContent::Stream, "", "", "").in_format(Format::ClusterInfoDump)
    }

    pub(crate) fn known_file(known_file: KnownFile) -> Self {
        Self::new(ExpectedContent::KnownFile(known_file), "", "", "")
    }

    fn new(content: ExpectedContent, group: &str, resource: &str, namespace: &str) -> Self {
        let (group, resource, namespace) = (group.into(), resource.into(), namespace.into());
        Self { content, group, resource, namespace, format: Format::Manifests }
    }

    /// The same in a collection of that format.
    pub(crate) fn in_format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// The kind of the objects, if the path alone proves it: must-gather and inspect write every
    /// object to the path of its kind.
    pub(crate) fn proven_kind(&self) -> Option<&'static Kind> {
        self.kind().filter(|_| matches!(self.format, Format::MustGather | Format::Inspection))
    }

    /// Group, resource and namespace.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.group, &self.resource, &self.namespace)
    }

    /// The kind, if it is in the table of kinds.
    pub(crate) fn kind(&self) -> Option<&'static Kind> {
        kinds::by_path(&self.group, &self.resource)
    }
}

impl Record {
    /// Approximate memory use in bytes.
    pub(crate) fn weight(&self) -> usize {
        let content = match self {
            Self::Listed { path, origin, .. }
            | Self::Counted { path, origin, .. }
            | Self::Unreadable { path, origin, .. } => path.len() + 2 * origin.namespace.len(),
            Self::Damage(damage) => damage.path.len() + damage.why.len(),
            Self::KnownFile { document, .. } => document.tree.weight(),
            Self::Tail { tail, .. } => tail.weight(),
            Self::Log { hits, .. } => hits.iter().map(LogHits::weight).sum(),
            Self::Refusals { refusals, .. } => refusals.iter().map(|it| 100 + it.text.len()).sum(),
            _ => 0,
        };
        size_of::<Self>() + OVERHEAD + content
    }

    /// The records of a document that cannot be read.
    pub(crate) fn unreadable(
        root: Arc<str>,
        path: Arc<str>,
        origin: DocumentOrigin,
        why: String,
    ) -> Vec<Self> {
        let damage = Damage { path: path.to_string(), why: why.clone() };
        let state = CoverageState::Damaged(why);
        vec![Self::Unreadable { root, path, origin, state }, Self::Damage(damage)]
    }

    /// The record of a text file that describes the collection.
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
                let text = shorten(line, LINE_LIMIT, CUT).into_owned();
                let last = LogLine { number, text, time: Some(time) };
                Some(Self::Clock { root, path: path.into(), last })
            }
            Artifact::CollectionStart => time::chrono(text).map(|time| Self::Start { root, time }),
            Artifact::GatherLog => Some(Self::Refusals { root, refusals: refusals(path, text) }),
            // The report lists replacements and omissions.
            Artifact::CleanReport => (text.contains("omissions") || text.contains("replacements"))
                .then_some(Self::Obfuscated { root }),
            _ => None,
        }
    }
}

/// The lines of a gather log that report something as not collected.
fn refusals(path: &str, text: &str) -> Vec<Refusal> {
    let is_refusal = |line: &str| {
        ["forbidden", "skipping gathering", "error:", "Error from server", "unable to"]
            .iter()
            .any(|words| line.contains(words))
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| is_refusal(line))
        .take(REFUSALS_LIMIT)
        .map(|(at, line)| Refusal {
            path: path.into(),
            line: at as u64 + 1,
            text: shorten(line, LINE_LIMIT, CUT).into(),
        })
        .collect()
}
