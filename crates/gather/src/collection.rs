//! Puts what the threads found in order: by collection, then by cluster, then by key.
//!
//! An archive may hold several collections (image folders side by side, an inspect beside a
//! failed gather). Collections of one cluster become one snapshot; the ClusterVersion tells which
//! belong together, and a collection without one joins its nearest neighbour.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::clock::Times;
use crate::coverage::{Coverage, Refusal, State};
use crate::document::{ListPlace, Shape};
use crate::freeze;
use crate::kinds::CLUSTER_VERSION;
use crate::layout::{Artifact, Special};
use crate::log::{LogHits, LogLine};
use crate::resource::{Document, Kind, Resource};
use crate::snapshot::{Snapshot, SpecialFile};
use crate::source::Damage;
use crate::time;

/// How many lines of refusals of one log are kept.
const REFUSALS_KEPT: usize = 10_000;
/// How much of such a line is kept.
const REFUSAL_KEPT: usize = 1000;

/// One thing found in the stream.
pub(crate) enum Piece {
    Seen {
        root: Box<str>,
        path: Box<str>,
    },
    Object {
        root: Box<str>,
        resource: Resource,
    },
    Listed {
        root: Box<str>,
        path: Box<str>,
        place: ListPlace,
        state: State,
    },
    Counted {
        root: Box<str>,
        path: Box<str>,
        place: ListPlace,
        state: State,
    },
    Broken {
        root: Box<str>,
        path: Box<str>,
        place: ListPlace,
        state: State,
    },
    Special {
        root: Box<str>,
        special: Special,
        document: Arc<Document>,
    },
    Log {
        root: Box<str>,
        namespace: Box<str>,
        container: Box<str>,
        hits: Vec<LogHits>,
        damage: Option<Damage>,
    },
    Clock {
        root: Box<str>,
        path: Box<str>,
        last: LogLine,
    },
    Refusals {
        root: Box<str>,
        refusals: Vec<Refusal>,
    },
    Cleaned {
        root: Box<str>,
    },
    Damage(Damage),
}

impl Piece {
    /// A document that cannot be read.
    pub(crate) fn broken(
        root: Box<str>,
        path: Box<str>,
        place: ListPlace,
        why: String,
    ) -> Vec<Self> {
        let damage = Damage { path: path.to_string(), why: why.clone() };
        let state = State::Damaged(why);
        vec![Self::Broken { root, path, place, state }, Self::Damage(damage)]
    }

    /// What a text file of the collection itself says.
    pub(crate) fn text(
        root: Box<str>,
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

/// What stands below one root.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) resources: BTreeMap<&'static Kind, Vec<Resource>>,
    pub(crate) specials: BTreeMap<Special, SpecialFile>,
    pub(crate) logs: Vec<LogHits>,
    pub(crate) scanned: BTreeMap<(Box<str>, Box<str>), usize>,
    pub(crate) coverage: Coverage,
    pub(crate) times: Times,
    /// The newest line of its `timestamp` file.
    pub(crate) clock_line: Option<(Box<str>, LogLine)>,
    /// Whether anything below this root belongs to a cluster.
    of_cluster: bool,
}

/// Everything found so far, by root.
#[derive(Default)]
pub(crate) struct Collections {
    documents: BTreeMap<u64, Vec<Piece>>,
    by_root: BTreeMap<Box<str>, Collection>,
    damage: Vec<Damage>,
    examples: BTreeSet<Box<str>>,
}

impl Collections {
    /// Adds what a document holds. Of documents that contradict each other the earlier may win, so
    /// they wait until all are there, by the number they have in the stream.
    pub(crate) fn add_document(&mut self, number: u64, pieces: Vec<Piece>) {
        self.documents.entry(number).or_default().extend(pieces);
    }

    pub(crate) fn add(&mut self, piece: Piece) {
        match piece {
            Piece::Seen { root, path } => self.see(root, &path),
            Piece::Object { root, resource } => {
                let collection = self.at(root);
                collection.of_cluster = true;
                collection.resources.entry(resource.key().kind).or_default().push(resource);
            }
            Piece::Listed { root, path, place, state }
            | Piece::Broken { root, path, place, state } => {
                self.at(root).cover(&path, &place, state);
            }
            Piece::Counted { root, path, place, state } => {
                let collection = self.at(root);
                match place.shape {
                    Shape::Object => collection.coverage.add_single(place.key()),
                    _ => collection.cover(&path, &place, state),
                }
            }
            Piece::Special { root, special, document } => {
                let collection = self.at(root);
                collection.of_cluster = true;
                collection.specials.insert(special, SpecialFile::Read(document));
            }
            Piece::Log { root, namespace, container, hits, damage } => {
                let collection = self.at(root);
                *collection.scanned.entry((namespace, container)).or_default() += 1;
                collection.logs.extend(hits);
                self.damage.extend(damage);
            }
            Piece::Clock { root, path, last } => {
                let collection = self.at(root);
                Times::note(&mut collection.times.pod, last.time);
                collection.clock_line = Some((path, last));
            }
            Piece::Refusals { root, refusals } => self.at(root).coverage.add_refusals(refusals),
            Piece::Cleaned { root } => self.at(root).coverage.set_redacted(),
            Piece::Damage(damage) => self.damage.push(damage),
        }
    }

    fn at(&mut self, root: Box<str>) -> &mut Collection {
        self.by_root.entry(root).or_default()
    }

    fn see(&mut self, root: Box<str>, path: &str) {
        if self.examples.len() < 3 {
            self.examples.insert(path.into());
        }
        let below = path.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        let mut parts = below.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            // The shadow of a file, which macOS puts beside it, proves nothing.
            _ if path.rsplit('/').next().is_some_and(|name| name.starts_with("._")) => {}
            (Some("namespaces"), Some(namespace), Some(_)) => {
                let collection = self.at(root);
                collection.of_cluster = true;
                collection.coverage.add_namespace(namespace);
            }
            (Some("cluster-scoped-resources"), Some(_), Some(_)) => {
                self.at(root).of_cluster = true;
            }
            _ => {}
        }
    }

    /// What was there, for somebody whose input is no dump.
    pub(crate) fn describe(&self) -> String {
        let names: Vec<_> = self.examples.iter().map(|path| &**path).collect();
        if names.is_empty() {
            "no files".to_owned()
        } else {
            format!("such as {}", names.join(", "))
        }
    }

    /// One snapshot for each cluster.
    pub(crate) fn freeze(mut self, stream_damage: Vec<Damage>, truncated: bool) -> Vec<Snapshot> {
        for piece in std::mem::take(&mut self.documents).into_values().flatten() {
            self.add(piece);
        }
        let mut damage = self.damage;
        damage.extend(stream_damage);
        damage.sort();
        damage.dedup();
        let (clusters, wrappers): (Vec<_>, Vec<_>) =
            self.by_root.into_iter().partition(|(_, collection)| collection.of_cluster);
        group(clusters)
            .into_iter()
            .map(|members| {
                let above: BTreeSet<_> =
                    members.iter().flat_map(|(root, _)| with_ancestors(root)).collect();
                let around: Vec<_> = wrappers
                    .iter()
                    .filter(|(wrapper, _)| above.contains(&**wrapper))
                    .map(|(_, collection)| collection)
                    .collect();
                freeze::snapshot(members, &around, damage.clone(), truncated)
            })
            .collect()
    }
}

impl Collection {
    fn cover(&mut self, path: &str, place: &ListPlace, state: State) {
        if let Shape::Special(special) = place.shape {
            let State::Damaged(why) = state else { return };
            self.specials.entry(special).or_insert(SpecialFile::Damaged(path.into(), why));
        } else if place.shape == Shape::List {
            self.of_cluster = true;
            self.coverage.add_listing(place.key(), path, state);
        }
    }

    fn cluster_id(&self) -> Option<String> {
        let version = self.resources.get(&CLUSTER_VERSION)?.first()?;
        version.text(&["spec", "clusterID"]).map(std::borrow::Cow::into_owned)
    }
}

/// A folder and every folder above it, to the top.
fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// A collection and the folder it stands in.
pub(crate) type Rooted = (Box<str>, Collection);

/// Puts the collections of one cluster together.
fn group(collections: Vec<Rooted>) -> Vec<Vec<Rooted>> {
    let mut by_id: BTreeMap<String, Vec<Rooted>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for (root, collection) in collections {
        match collection.cluster_id() {
            Some(id) => by_id.entry(id).or_default().push((root, collection)),
            None => nameless.push((root, collection)),
        }
    }
    let mut groups: Vec<Vec<Rooted>> = by_id.into_values().collect();
    if groups.is_empty() {
        return if nameless.is_empty() { groups } else { vec![nameless] };
    }
    // The nearest group is the one that has the deepest folder in common.
    let mut at_folder: BTreeMap<Box<str>, usize> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        for folder in members.iter().flat_map(|(root, _)| with_ancestors(root)) {
            at_folder.entry(folder.into()).or_insert(at);
        }
    }
    for (root, collection) in nameless {
        let nearest = with_ancestors(&root).find_map(|folder| at_folder.get(folder)).copied();
        if let Some(group) = nearest.and_then(|at| groups.get_mut(at)) {
            group.push((root, collection));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_file_makes_no_cluster() {
        let mut collections = Collections::default();
        let path = "namespaces/kube-system/core/._configmaps.yaml";
        collections.add(Piece::Seen { root: "".into(), path: path.into() });
        assert!(collections.freeze(Vec::new(), false).is_empty());
    }

    #[test]
    fn a_folder_stands_in_every_folder_above_it() {
        assert_eq!(with_ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(with_ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn documents_count_in_the_order_of_the_stream() {
        let listed = |path: &str| Piece::Listed {
            root: "r".into(),
            path: path.into(),
            place: ListPlace::list("", "configmaps", "x"),
            state: State::Empty,
        };
        let mut collections = Collections::default();
        collections.add_document(2, vec![listed("second")]);
        collections.add_document(1, vec![listed("first")]);
        let snapshots = collections.freeze(Vec::new(), false);
        let listing = snapshots[0].coverage().listing(&crate::kinds::CONFIG_MAP, "x").unwrap();
        assert_eq!(&*listing.path, "first");
    }
}
