//! What was found so far, by the folder a collection stands in.
//!
//! Threads finish documents in any order; what they hold is added in the order of the stream, so
//! that the number of threads leaves no trace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::layout::cluster_info_dump::Dumps;
use crate::merge::record::{ListPlace, ListShape, Record};
use crate::merge::resources::Resources;
use crate::model::clock::Times;
use crate::model::coverage::{Coverage, State};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::CLUSTER_VERSION;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine};
use crate::model::resource::{Key, Resource};
use crate::model::snapshot::KnownFileContent;

/// What stands below one root.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) resources: Resources,
    pub(crate) known_files: BTreeMap<KnownFile, KnownFileContent>,
    pub(crate) logs: Vec<LogHits>,
    pub(crate) scanned: BTreeMap<(Box<str>, Box<str>), usize>,
    pub(crate) coverage: Coverage,
    pub(crate) times: Times,
    /// The newest line of its `timestamp` file.
    pub(crate) clock_line: Option<(Box<str>, LogLine)>,
    /// Of what kinds and namespaces objects were turned away for want of memory, with the path of one.
    turned_away: BTreeMap<(&'static Kind, Box<str>), Arc<str>>,
    /// Whether anything below this root belongs to a cluster.
    pub(crate) of_cluster: bool,
    /// What made it, as far as its paths tell.
    pub(crate) format: Option<Format>,
    /// The logs of which it holds some lines only.
    pub(crate) log_parts: BTreeSet<Box<str>>,
}

/// Everything that was found, when the stream has ended.
pub(crate) struct Collected {
    pub(crate) by_root: BTreeMap<Arc<str>, Collection>,
    pub(crate) damage: Vec<Damage>,
    /// Whether objects were turned away for want of memory.
    pub(crate) is_full: bool,
    /// Whether something else was.
    pub(crate) is_unnoted: bool,
}

/// How many bytes everything but the objects may take: the places of lists, damage, lines of logs. That
/// of 100,000 lists takes a third of it.
const NOTED_LIMIT: usize = 80 << 20;
/// What a collection takes before it holds anything, in bytes.
const COLLECTION: usize = 1 << 10;

/// How many paths are named of an input that is no dump.
const EXAMPLES: usize = 3;

/// Everything found so far, by root.
#[derive(Default)]
pub(crate) struct Collections {
    /// What waits until all is there, by its place in the stream: of pieces that contradict each
    /// other the earlier may win.
    waiting: Vec<(u64, Record)>,
    by_root: BTreeMap<Arc<str>, Collection>,
    damage: Vec<Damage>,
    /// The first paths of the stream.
    examples: BTreeMap<u64, Box<str>>,
    /// How many bytes the objects may take together, and how many they take.
    memory: usize,
    kept: usize,
    /// About how many bytes everything else takes.
    noted: usize,
    /// Whether objects were turned away for want of memory.
    is_full: bool,
    /// Whether something else was.
    is_unnoted: bool,
    /// Whether that was what a collection says it was refused, or left out: no list is whole for sure.
    is_unheard: bool,
    dumps: Dumps,
}

impl Collections {
    /// Nothing yet, and no more than so many bytes of objects to come.
    pub(crate) fn within(memory: usize) -> Self {
        Self { memory, ..Self::default() }
    }

    /// Adds what the file at that place of the stream holds. Objects are put together at once, so
    /// that of several copies only one takes memory; the outcome does not depend on the order.
    pub(crate) fn add(&mut self, number: u64, record: Record) {
        match record {
            Record::Seen { root, path, format } => self.see(number, root, &path, format),
            Record::Objects { root, resources } => self.keep(root, resources),
            record => {
                if self.has_room(record.weight()) {
                    self.waiting.push((number, record));
                } else {
                    self.is_unheard |=
                        matches!(record, Record::Refusals { .. } | Record::Cleaned { .. });
                }
            }
        }
    }

    /// Sets so much memory aside for what is no object, if there is that much left.
    fn has_room(&mut self, weight: usize) -> bool {
        let has_room = self.noted + weight <= NOTED_LIMIT;
        self.is_unnoted |= !has_room;
        self.noted += if has_room { weight } else { 0 };
        has_room
    }

    fn keep(&mut self, root: Arc<str>, resources: Vec<Resource>) {
        let collection = self.by_root.entry(root).or_default();
        for resource in resources {
            let weight = resource.weight();
            if self.kept + weight > self.memory {
                self.is_full = true;
                collection.turn_away(&resource);
                continue;
            }
            collection.of_cluster = true;
            self.kept += weight;
            self.kept -= collection.resources.add(resource);
        }
    }

    /// Adds a piece that waited for its turn.
    fn add_in_turn(&mut self, record: Record) {
        match record {
            Record::Seen { .. } | Record::Objects { .. } => {}
            Record::Made { root, format } => self.at(root).note(format),
            // Whether its folder is a namespace is known by now.
            Record::Listed { root, place, .. }
            | Record::Broken { root, place, .. }
            | Record::Counted { root, place, .. }
                if place.shape == ListShape::Dumped && self.dumps.root_of(&root).is_none() => {}
            Record::Listed { root, path, place, state }
            | Record::Broken { root, path, place, state } => {
                self.at(root).cover(&path, &place, state);
            }
            Record::Counted { root, path, place, state } => {
                let collection = self.at(root);
                match place.shape {
                    ListShape::Object => collection.coverage.add_singles(place.key(), 1),
                    _ => collection.cover(&path, &place, state),
                }
            }
            Record::KnownFile { root, known_file, document } => {
                let collection = self.at(root);
                collection.of_cluster = true;
                collection.known_files.insert(known_file, KnownFileContent::Read(document));
            }
            Record::Log { root, namespace, container, hits, is_part, damage } => {
                let collection = self.at(root);
                if is_part {
                    let paths = hits.iter().map(|hits| hits.path.clone());
                    collection.log_parts.extend(paths);
                } else {
                    *collection.scanned.entry((namespace, container)).or_default() += 1;
                }
                collection.logs.extend(hits);
                self.damage.extend(damage);
            }
            Record::Clock { root, path, last } => {
                let collection = self.at(root);
                Times::note(&mut collection.times.pod, last.time);
                collection.clock_line = Some((path, last));
            }
            Record::Refusals { root, refusals } => self.at(root).coverage.add_refusals(refusals),
            Record::Cleaned { root } => self.at(root).coverage.set_redacted(),
            Record::Masked { root } => self.at(root).coverage.set_masked(),
            Record::Damage(damage) => self.damage.push(damage),
        }
    }

    fn at(&mut self, root: Arc<str>) -> &mut Collection {
        let dump = self.dumps.root_of(&root).map(Arc::from);
        self.by_root.entry(dump.unwrap_or(root)).or_default()
    }

    fn see(&mut self, number: u64, root: Arc<str>, path: &str, format: Option<Format>) {
        if self.examples.len() < EXAMPLES
            || self.examples.last_key_value().is_some_and(|(last, _)| number < *last)
        {
            self.examples.insert(number, path.into());
            if self.examples.len() > EXAMPLES {
                self.examples.pop_last();
            }
        }
        let weight = if self.by_root.contains_key(&root) { 0 } else { COLLECTION + root.len() };
        if !self.has_room(weight) {
            return;
        }
        let below = path.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        let mut parts = below.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            // The shadow of a file, which macOS puts beside it, proves nothing.
            _ if path.rsplit('/').next().is_some_and(|name| name.starts_with("._")) => return,
            (Some("namespaces"), Some(namespace), Some(_)) => {
                let collection = self.at(Arc::clone(&root));
                collection.of_cluster = true;
                collection.coverage.add_namespace(namespace);
            }
            (Some("cluster-scoped-resources"), Some(_), Some(_)) => {
                self.at(Arc::clone(&root)).of_cluster = true;
            }
            _ => {}
        }
        match format {
            None => {}
            Some(Format::ClusterInfoDump) => self.dumps.see(path),
            Some(format) => self.at(root).note(format),
        }
    }

    /// Puts the files of a dump together, now that it is known which folders are its namespaces.
    fn gather_dumps(&mut self) {
        for (root, collection) in std::mem::take(&mut self.by_root) {
            match self.dumps.root_of(&root) {
                Some(dump) => {
                    let of_dump = self.by_root.entry(dump.into()).or_default();
                    of_dump.merge(collection);
                    of_dump.note(Format::ClusterInfoDump);
                }
                None => self.by_root.entry(root).or_default().merge(collection),
            }
        }
    }

    /// Everything, in the order of the stream.
    pub(crate) fn finish(mut self) -> Collected {
        self.gather_dumps();
        let mut waiting = std::mem::take(&mut self.waiting);
        // What one file holds keeps its order.
        waiting.sort_by_key(|(number, _)| *number);
        for (_, record) in waiting {
            self.add_in_turn(record);
        }
        for collection in self.by_root.values_mut() {
            for ((kind, namespace), path) in std::mem::take(&mut collection.turned_away) {
                collection.coverage.cut_listing((kind.group, kind.plural, &namespace), &path);
            }
        }
        if self.is_unheard {
            self.by_root.values_mut().for_each(|collection| collection.coverage.doubt());
        }
        let Self { by_root, damage, is_full, is_unnoted, .. } = self;
        Collected { by_root, damage, is_full, is_unnoted }
    }

    /// What was there, for somebody whose input is no dump.
    pub(crate) fn describe(&self) -> String {
        let mut names: Vec<_> = self.examples.values().map(|path| &**path).collect();
        names.sort_unstable();
        if names.is_empty() {
            "no files".to_owned()
        } else {
            format!("such as {}", names.join(", "))
        }
    }
}

impl Collection {
    fn note(&mut self, format: Format) {
        self.format = self.format.max(Some(format));
    }

    /// Takes over what was found in a file of the same collection.
    fn merge(&mut self, file: Self) {
        self.resources.merge(file.resources);
        self.coverage.merge(file.coverage);
        self.turned_away.extend(file.turned_away);
        self.of_cluster |= file.of_cluster;
        self.format = self.format.max(file.format);
    }

    fn turn_away(&mut self, resource: &Resource) {
        let Key { kind, namespace, .. } = resource.key();
        let path = Arc::clone(&resource.document().path);
        self.turned_away.entry((*kind, (&**namespace).into())).or_insert(path);
    }

    fn cover(&mut self, path: &Arc<str>, place: &ListPlace, state: State) {
        if let ListShape::KnownFile(known_file) = place.shape {
            let State::Damaged(why) = state else { return };
            self.known_files
                .entry(known_file)
                .or_insert(KnownFileContent::Damaged((&**path).into(), why));
        } else if matches!(place.shape, ListShape::List | ListShape::Dumped) {
            self.of_cluster = true;
            if !place.namespace.is_empty() {
                self.coverage.add_namespace(&place.namespace);
            }
            self.coverage.add_listing(place.key(), path, state);
        }
    }

    /// Whether other collections of the same cluster know better.
    pub(crate) fn fills_gaps_only(&self) -> bool {
        self.format.is_some_and(Format::fills_gaps_only)
    }

    /// The id of the cluster, if its ClusterVersion was collected.
    pub(crate) fn cluster_id(&self) -> Option<String> {
        let version = self.resources.of_kind(&CLUSTER_VERSION).next()?;
        version.text(&["spec", "clusterID"]).map(std::borrow::Cow::into_owned)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::layout::{Classified, classify};
    use crate::merge::group::Root;
    use crate::model::kinds::CONFIG_MAP;

    /// What the files at these paths are found to be, by root.
    pub(crate) fn collections(paths: &[&str]) -> Vec<Root> {
        let mut found = Collections::within(usize::MAX);
        for (number, path) in (0..).zip(paths) {
            let Classified { root, format, .. } = classify(path);
            let (root, path, format) = (root.into(), (*path).into(), Some(format));
            found.add(number, Record::Seen { root, path, format });
        }
        found.finish().by_root.into_iter().collect()
    }

    #[test]
    fn where_refusals_were_not_noted_no_list_is_whole() {
        let list = || Record::Listed {
            root: "r".into(),
            path: "r/namespaces/x/core/configmaps.yaml".into(),
            place: ListPlace::list("", "configmaps", "x"),
            state: State::Collected(3),
        };
        let state = |found: Collections| {
            let settled = found.finish();
            (settled.by_root["r"].coverage.of(&CONFIG_MAP, "x"), settled.is_unnoted)
        };
        let mut found = Collections::within(usize::MAX);
        found.add(1, list());
        assert_eq!(state(found), (State::Collected(3), false));
        let mut found = Collections::within(usize::MAX);
        found.add(1, list());
        found.noted = NOTED_LIMIT;
        found.add(2, Record::Refusals { root: "r".into(), refusals: Vec::new() });
        assert_eq!(state(found), (State::Truncated, true));
    }
}
