//! Collects the records of all threads into collections, by root folder.
//!
//! Threads finish documents in any order. Records are merged in the order of the stream, so the
//! result does not depend on the number of threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::layout::cluster_info_dump::Dumps;
use crate::merge::collection::Collection;
use crate::merge::record::{ExpectedContent, Record};
use crate::merge::tails::Tails;
use crate::model::clock::Times;
use crate::model::format::Format;
use crate::model::record_times::RecordTimes;
use crate::model::resource::Resource;
use crate::model::snapshot::KnownFileContent;

/// The memory limit for everything but objects in bytes: lists, damage, log lines. 100,000 lists
/// use a third of it.
const RECORDS_LIMIT: usize = 80 << 20;
/// The memory use of an empty collection, in bytes.
const EMPTY_COLLECTION: usize = 1 << 10;

/// How many paths are named if an input contains no cluster data.
const EXAMPLES: usize = 3;

/// Everything that was read from an input.
pub(crate) struct Collected {
    pub(crate) by_root: BTreeMap<Arc<str>, Collection>,
    pub(crate) damage: Vec<Damage>,
    /// Whether objects were dropped at the memory limit.
    pub(crate) is_full: bool,
    /// Whether other records were dropped.
    pub(crate) is_incomplete: bool,
    /// Whether last words of logs were dropped.
    pub(crate) lacks_tails: bool,
}

/// Everything that was read so far, by root folder.
#[derive(Default)]
pub(crate) struct Collector {
    /// Records that are merged at the end, with their position in the stream: of contradicting
    /// records the earlier one may win.
    waiting: Vec<(u64, Record)>,
    by_root: BTreeMap<Arc<str>, Collection>,
    damage: Vec<Damage>,
    /// The first paths of the stream.
    examples: BTreeMap<u64, Box<str>>,
    /// The memory limit for objects in bytes, and how much of it is used.
    memory: usize,
    used: usize,
    /// The approximate memory use of everything else in bytes.
    records_used: usize,
    is_full: bool,
    is_incomplete: bool,
    /// Whether refusals or omissions were dropped: then no list is known to be complete.
    has_dropped_refusals: bool,
    dumps: Dumps,
    tails: Tails,
}

impl Collector {
    /// A collector that stores at most `memory` bytes of objects.
    pub(crate) fn within(memory: usize) -> Self {
        Self { memory, ..Self::default() }
    }

    /// Adds a record of the file at position `number` of the stream. Copies of an object are merged
    /// at once to save memory, which gives the same result in any order.
    pub(crate) fn add(&mut self, number: u64, record: Record) {
        match record {
            Record::File { root, path, format } => self.add_file(number, root, &path, format),
            Record::Objects { root, resources, times } => self.add_objects(root, resources, times),
            Record::Tail { root, tail } => self.tails.add(number, root, tail),
            record => {
                if self.reserve(record.weight()) {
                    self.waiting.push((number, record));
                } else {
                    self.has_dropped_refusals |=
                        matches!(record, Record::Refusals { .. } | Record::Obfuscated { .. });
                }
            }
        }
    }

    /// Reserves memory for a record that is not an object, if the limit allows it.
    fn reserve(&mut self, weight: usize) -> bool {
        let fits = self.records_used + weight <= RECORDS_LIMIT;
        self.is_incomplete |= !fits;
        self.records_used += if fits { weight } else { 0 };
        fits
    }

    fn add_objects(&mut self, root: Arc<str>, resources: Vec<Resource>, times: RecordTimes) {
        let collection = self.by_root.entry(root).or_default();
        collection.record_times.merge(times);
        for resource in resources {
            let weight = resource.weight();
            if self.used + weight > self.memory {
                self.is_full = true;
                collection.drop_object(&resource);
                continue;
            }
            collection.is_of_cluster = true;
            self.used += weight;
            self.used -= collection.resources.add(resource);
        }
    }

    /// Merges a record in stream order.
    fn merge_record(&mut self, record: Record) {
        match record {
            Record::File { .. } | Record::Objects { .. } | Record::Tail { .. } => {}
            Record::Format { root, format } => self.collection(root).note_format(format),
            // A list that turned out not to be in a namespace of a cluster-info dump proves
            // nothing.
            Record::Listed { root, origin, .. }
            | Record::Unreadable { root, origin, .. }
            | Record::Counted { root, origin, .. }
                if origin.content == ExpectedContent::ClusterInfoList
                    && self.dumps.root_of(&root).is_none() => {}
            Record::Listed { root, path, origin, state }
            | Record::Unreadable { root, path, origin, state } => {
                self.collection(root).cover(&path, &origin, state);
            }
            Record::Counted { root, path, origin, state } => {
                let collection = self.collection(root);
                match origin.content {
                    ExpectedContent::Object => collection.coverage.add_singles(origin.key(), 1),
                    _ => collection.cover(&path, &origin, state),
                }
            }
            Record::KnownFile { root, known_file, document } => {
                let collection = self.collection(root);
                collection.is_of_cluster = true;
                collection.known_files.insert(known_file, KnownFileContent::Read(document));
            }
            Record::Log { root, namespace, container, hits, is_partial, damage } => {
                let collection = self.collection(root);
                if is_partial {
                    let paths = hits.iter().map(|hits| hits.path.clone());
                    collection.partial_logs.extend(paths);
                } else {
                    *collection.scanned.entry((namespace, container)).or_default() += 1;
                }
                collection.logs.extend(hits);
                self.damage.extend(damage);
            }
            Record::Clock { root, path, last } => {
                let collection = self.collection(root);
                Times::note(&mut collection.times.pod, last.time);
                collection.clock_line = Some((path, last));
            }
            Record::Start { root, time } => {
                Times::note(&mut self.collection(root).times.start, Some(time));
            }
            Record::Refusals { root, refusals } => {
                self.collection(root).coverage.add_refusals(refusals);
            }
            Record::Obfuscated { root } => self.collection(root).coverage.set_redacted(),
            Record::Masked { root } => self.collection(root).coverage.set_masked(),
            Record::Group { root, group } => self.collection(root).coverage.add_group(group),
            Record::Damage(damage) => self.damage.push(damage),
        }
    }

    fn collection(&mut self, root: Arc<str>) -> &mut Collection {
        let dump = self.dumps.root_of(&root).map(Arc::from);
        self.by_root.entry(dump.unwrap_or(root)).or_default()
    }

    /// Records that a file exists, and what its path proves.
    fn add_file(&mut self, number: u64, root: Arc<str>, path: &str, format: Option<Format>) {
        if self.examples.len() < EXAMPLES
            || self.examples.last_key_value().is_some_and(|(last, _)| number < *last)
        {
            self.examples.insert(number, path.into());
            if self.examples.len() > EXAMPLES {
                self.examples.pop_last();
            }
        }
        let is_new = !self.by_root.contains_key(&root);
        if !self.reserve(if is_new { EMPTY_COLLECTION + root.len() } else { 0 }) {
            return;
        }
        let below = path.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        let mut parts = below.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            // An AppleDouble file, which macOS writes next to the real one, proves nothing.
            _ if path.rsplit('/').next().is_some_and(|name| name.starts_with("._")) => return,
            (Some("namespaces"), Some(namespace), Some(_)) => {
                let collection = self.collection(Arc::clone(&root));
                collection.is_of_cluster = true;
                collection.coverage.add_namespace(namespace);
            }
            (Some("cluster-scoped-resources"), Some(_), Some(_)) => {
                self.collection(Arc::clone(&root)).is_of_cluster = true;
            }
            _ => {}
        }
        match format {
            None => {}
            Some(Format::ClusterInfoDump) => self.dumps.add(path),
            Some(format) => self.collection(root).note_format(format),
        }
    }

    /// Merges the files of each cluster-info dump, whose namespaces are known at the end of the
    /// stream.
    fn merge_dumps(&mut self) {
        for (root, collection) in std::mem::take(&mut self.by_root) {
            match self.dumps.root_of(&root) {
                Some(dump) => {
                    let of_dump = self.by_root.entry(dump.into()).or_default();
                    of_dump.merge(collection);
                    of_dump.note_format(Format::ClusterInfoDump);
                }
                None => self.by_root.entry(root).or_default().merge(collection),
            }
        }
    }

    /// Merges all records, in the order of the stream.
    pub(crate) fn finish(mut self) -> Collected {
        self.merge_dumps();
        let mut waiting = std::mem::take(&mut self.waiting);
        // A stable sort: the records of one file keep their order.
        waiting.sort_by_key(|(number, _)| *number);
        for (_, record) in waiting {
            self.merge_record(record);
        }
        let mut tails = std::mem::take(&mut self.tails);
        for (root, read) in tails.read() {
            self.collection(root).ends_read += read;
        }
        let lacks_tails = tails.is_incomplete();
        for (root, tail) in tails.into_all() {
            self.collection(root).tails.push(tail);
        }
        for collection in self.by_root.values_mut() {
            collection.truncate_dropped();
            if self.has_dropped_refusals {
                collection.coverage.distrust_listings();
            }
        }
        let Self { by_root, damage, is_full, is_incomplete, .. } = self;
        Collected { by_root, damage, is_full, is_incomplete, lacks_tails }
    }

    /// Some paths of an input, for the error about an input without cluster data.
    pub(crate) fn describe_examples(&self) -> String {
        let mut names: Vec<_> = self.examples.values().map(|path| &**path).collect();
        names.sort_unstable();
        if names.is_empty() {
            "no files".to_owned()
        } else {
            format!("such as {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::record::DocumentOrigin;
    use crate::model::coverage::CoverageState;
    use crate::model::kinds::CONFIG_MAP;

    #[test]
    fn without_the_refusals_no_list_is_complete() {
        let list = || Record::Listed {
            root: "r".into(),
            path: "r/namespaces/x/core/configmaps.yaml".into(),
            origin: DocumentOrigin::list("", "configmaps", "x"),
            state: CoverageState::Collected(3),
        };
        let state = |collector: Collector| {
            let collected = collector.finish();
            let coverage = &collected.by_root["r"].coverage;
            (coverage.of(&CONFIG_MAP, "x"), collected.is_incomplete)
        };
        let mut collector = Collector::within(usize::MAX);
        collector.add(1, list());
        assert_eq!(state(collector), (CoverageState::Collected(3), false));
        let mut collector = Collector::within(usize::MAX);
        collector.add(1, list());
        collector.records_used = RECORDS_LIMIT;
        collector.add(2, Record::Refusals { root: "r".into(), refusals: Vec::new() });
        assert_eq!(state(collector), (CoverageState::Truncated, true));
    }
}
