//! One collection: everything that was read below one root folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::merge::record::{DocumentOrigin, ExpectedContent};
use crate::merge::resources::Resources;
use crate::model::clock::Times;
use crate::model::coverage::{Coverage, CoverageState};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::CLUSTER_VERSION;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine};
use crate::model::log_tail::LogTail;
use crate::model::record_times::RecordTimes;
use crate::model::resource::{ObjectKey, Resource};
use crate::model::snapshot::KnownFileContent;

/// A collection with the path of its root folder.
pub(crate) type LocatedCollection = (Arc<str>, Collection);

/// Everything that was read below one root folder.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) resources: Resources,
    pub(crate) known_files: BTreeMap<KnownFile, KnownFileContent>,
    pub(crate) logs: Vec<LogHits>,
    /// How many logs were scanned, by namespace and container.
    pub(crate) scanned: BTreeMap<(Box<str>, Box<str>), usize>,
    pub(crate) coverage: Coverage,
    pub(crate) times: Times,
    /// The times that the cluster wrote into its objects.
    pub(crate) record_times: RecordTimes,
    /// The newest line of its `timestamp` file, and the path.
    pub(crate) clock_line: Option<(Box<str>, LogLine)>,
    /// The kinds and namespaces with objects dropped at the memory limit, and the path of one of
    /// them.
    dropped: BTreeMap<(&'static Kind, Box<str>), Arc<str>>,
    /// Whether anything below the root belongs to a cluster.
    pub(crate) is_of_cluster: bool,
    /// The format, as far as the paths show it.
    pub(crate) format: Option<Format>,
    /// Of how many logs the last words were read.
    pub(crate) ends_read: usize,
    /// The last words of its logs.
    pub(crate) tails: Vec<LogTail>,
    /// The paths of the partial logs with hits.
    pub(crate) partial_logs: BTreeSet<Box<str>>,
}

impl Collection {
    /// Records that a file shows the format of the collection.
    pub(crate) fn note_format(&mut self, format: Format) {
        self.format = self.format.max(Some(format));
    }

    /// Adds the objects and the coverage of another root folder of the same collection.
    pub(crate) fn merge(&mut self, other: Self) {
        self.resources.merge(other.resources);
        self.record_times.merge(other.record_times);
        self.coverage.merge(other.coverage);
        self.dropped.extend(other.dropped);
        self.is_of_cluster |= other.is_of_cluster;
        self.format = self.format.max(other.format);
    }

    /// Records that an object was dropped at the memory limit.
    pub(crate) fn drop_object(&mut self, resource: &Resource) {
        let ObjectKey { kind, namespace, .. } = resource.key();
        let path = Arc::clone(&resource.document().path);
        self.dropped.entry((*kind, (&**namespace).into())).or_insert(path);
    }

    /// Marks the lists with dropped objects as truncated.
    pub(crate) fn truncate_dropped(&mut self) {
        for ((kind, namespace), path) in std::mem::take(&mut self.dropped) {
            self.coverage.truncate_listing((kind.group, kind.plural, &namespace), &path);
        }
    }

    /// Records the state of a document.
    pub(crate) fn cover(&mut self, path: &Arc<str>, origin: &DocumentOrigin, state: CoverageState) {
        match origin.content {
            ExpectedContent::KnownFile(known_file) => {
                let CoverageState::Damaged(why) = state else { return };
                self.known_files
                    .entry(known_file)
                    .or_insert(KnownFileContent::Damaged((&**path).into(), why));
            }
            ExpectedContent::List | ExpectedContent::ClusterInfoList => {
                self.is_of_cluster = true;
                if !origin.namespace.is_empty() {
                    self.coverage.add_namespace(&origin.namespace);
                }
                self.coverage.add_listing(origin.key(), path, state);
            }
            ExpectedContent::Object | ExpectedContent::Manifest | ExpectedContent::Stream => {}
        }
    }

    /// Whether other collections of the same cluster have priority.
    pub(crate) fn fills_gaps_only(&self) -> bool {
        self.format.is_some_and(Format::fills_gaps_only)
    }

    /// The cluster id, if the ClusterVersion was collected.
    pub(crate) fn cluster_id(&self) -> Option<String> {
        let version = self.resources.of_kind(&CLUSTER_VERSION).next()?;
        version.text(&["spec", "clusterID"]).map(Cow::into_owned)
    }
}
