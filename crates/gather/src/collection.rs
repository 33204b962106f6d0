//! What was found so far, by the folder a collection stands in.
//!
//! Threads finish documents in any order; what they hold is added in the order of the stream, so
//! that the number of threads leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Times;
use crate::coverage::{Coverage, State};
use crate::kinds::CLUSTER_VERSION;
use crate::layout::Special;
use crate::log::{LogHits, LogLine};
use crate::piece::{ListPlace, Piece, Shape};
use crate::resource::{Kind, Resource};
use crate::snapshot::SpecialFile;
use crate::source::Damage;

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
    pub(crate) of_cluster: bool,
}

/// Everything that was found, when the stream has ended.
pub(crate) struct Settled {
    pub(crate) by_root: BTreeMap<Box<str>, Collection>,
    pub(crate) damage: Vec<Damage>,
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

    /// Everything, in the order of the stream.
    pub(crate) fn settle(mut self) -> Settled {
        for piece in std::mem::take(&mut self.documents).into_values().flatten() {
            self.add(piece);
        }
        Settled { by_root: self.by_root, damage: self.damage }
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

    /// The id of the cluster, if its ClusterVersion was collected.
    pub(crate) fn cluster_id(&self) -> Option<String> {
        let version = self.resources.get(&CLUSTER_VERSION)?.first()?;
        version.text(&["spec", "clusterID"]).map(std::borrow::Cow::into_owned)
    }
}
