//! Which collections are of one cluster, and what damage is theirs.
//!
//! The ClusterVersion tells. A collection without one joins its nearest neighbour in the same archive;
//! in an archive where nobody has one, only what shows that it is the same cluster: an object of the
//! same name that was made in the same second. Archives that were sent together need not be of one
//! cluster, and half of one in the report of another would be a lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::collection::Collection;
use crate::kinds::{NAMESPACE, NODE, POD};
use crate::resource::Key;
use crate::source::Damage;
use crate::time::Time;

/// A collection and the folder it stands in.
pub(crate) type Rooted = (Arc<str>, Collection);

/// The most clusters of one input that are judged.
pub(crate) const CLUSTERS_LIMIT: usize = 100;

/// The archives that were found within the input.
pub(crate) struct Archives(BTreeSet<String>);

impl Archives {
    /// The archives at these paths.
    pub(crate) fn new(paths: Vec<String>) -> Self {
        Self(paths.into_iter().collect())
    }

    /// The path of the archive that `path` lies in or is; empty for the input itself.
    fn of<'p>(&self, path: &'p str) -> &'p str {
        if self.0.is_empty() {
            return "";
        }
        with_ancestors(path).find(|folder| self.0.contains(*folder)).unwrap_or("")
    }

    /// A folder and every folder above it in its archive.
    fn folders<'p>(&self, folder: &'p str) -> impl Iterator<Item = &'p str> {
        let archive = self.of(folder);
        with_ancestors(folder).take_while(|folder| folder.len() >= archive.len())
    }

    /// Puts the collections of one cluster together, in an order that does not change.
    pub(crate) fn group(&self, collections: Vec<Rooted>) -> Vec<Vec<Rooted>> {
        let mut by_id: BTreeMap<String, Vec<Rooted>> = BTreeMap::new();
        let mut nameless = Vec::new();
        for (root, collection) in collections {
            match collection.cluster_id() {
                Some(id) => by_id.entry(id).or_default().push((root, collection)),
                None => nameless.push((root, collection)),
            }
        }
        let mut groups: Vec<Vec<Rooted>> = by_id.into_values().collect();
        // The nearest group is the one that has the deepest folder in common.
        let mut at_folder: BTreeMap<Box<str>, usize> = BTreeMap::new();
        for (at, members) in groups.iter().enumerate() {
            for folder in members.iter().flat_map(|(root, _)| self.folders(root)) {
                at_folder.entry(folder.into()).or_insert(at);
            }
        }
        let mut strangers: BTreeMap<Box<str>, Vec<Rooted>> = BTreeMap::new();
        for (root, collection) in nameless {
            let nearest = self.folders(&root).find_map(|folder| at_folder.get(folder)).copied();
            if let Some(group) = nearest.and_then(|at| groups.get_mut(at)) {
                group.push((root, collection));
            } else {
                let archive = self.of(&root).into();
                strangers.entry(archive).or_default().push((root, collection));
            }
        }
        if strangers.len() + groups.len() > 1 {
            return with_strangers(groups, strangers);
        }
        groups.extend(strangers.into_values());
        groups
    }

    /// Whose damage is whose: that in an archive is its collections', that anywhere else everybody's.
    pub(crate) fn share(&self, damage: &[Damage], groups: &[Vec<Rooted>]) -> Vec<Vec<Damage>> {
        let homes: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|members| members.iter().map(|(root, _)| self.of(root)).collect())
            .collect();
        let is_home = |archive: &str| homes.iter().any(|homes| homes.contains(archive));
        homes
            .iter()
            .map(|own| {
                let concerns = |damage: &&Damage| {
                    let archive = self.of(&damage.path);
                    own.contains(archive) || !is_home(archive)
                };
                damage.iter().filter(concerns).cloned().collect()
            })
            .collect()
    }

    /// Whose collections lack something of what was cut: those in an archive that was, and everybody
    /// when it held no collection that tells whose it is.
    pub(crate) fn cut(cuts: &[String], groups: &[Vec<Rooted>]) -> Vec<bool> {
        let cuts: BTreeSet<&str> = cuts.iter().map(String::as_str).collect();
        let folders: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|members| members.iter().flat_map(|(root, _)| with_ancestors(root)).collect())
            .collect();
        let is_known = |cut: &&str| folders.iter().any(|folders| folders.contains(cut));
        let is_everybodys = !cuts.iter().all(is_known);
        folders.iter().map(|folders| is_everybodys || !folders.is_disjoint(&cuts)).collect()
    }
}

/// A folder and every folder above it, to the top.
pub(crate) fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// Adds collections of archives that say nothing of whose they are.
fn with_strangers(
    mut groups: Vec<Vec<Rooted>>,
    strangers: BTreeMap<Box<str>, Vec<Rooted>>,
) -> Vec<Vec<Rooted>> {
    let mut born: BTreeMap<Birth, usize> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        born.extend(births(members).map(|birth| (birth, at)));
    }
    for (_, mut members) in strangers {
        let same = births(&members).find_map(|birth| born.get(&birth)).copied();
        let at = same.unwrap_or(groups.len());
        for birth in births(&members) {
            born.entry(birth).or_insert(at);
        }
        match groups.get_mut(at) {
            Some(group) => group.append(&mut members),
            None => groups.push(members),
        }
    }
    groups
}

/// An object and when it was made.
type Birth = (Key, Time);

fn births(members: &[Rooted]) -> impl Iterator<Item = Birth> {
    let objects = members.iter().flat_map(|(_, collection)| {
        [&NAMESPACE, &NODE, &POD].into_iter().flat_map(|kind| collection.resources.of_kind(kind))
    });
    objects.filter_map(|object| Some((object.key().clone(), object.created()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::Collections;
    use crate::piece::Piece;

    fn damage(path: &str) -> Damage {
        Damage { path: path.to_owned(), why: "x".to_owned() }
    }

    fn collections(paths: &[&str]) -> Vec<Rooted> {
        let mut found = Collections::within(usize::MAX);
        for (number, path) in (0..).zip(paths) {
            let root = crate::layout::place(path).root;
            found.add(number, Piece::Seen { root: root.into(), path: (*path).into() });
        }
        found.settle().by_root.into_iter().collect()
    }

    #[test]
    fn a_folder_stands_in_every_folder_above_it() {
        assert_eq!(with_ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(with_ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn collections_without_an_id_are_apart_when_their_archives_are() {
        let paths = ["a.tgz/x/namespaces/n/n.yaml", "a.tgz/y/namespaces/n/n.yaml"];
        let others = ["b.tgz/namespaces/n/n.yaml", "c/namespaces/n/n.yaml"];
        let all = || collections(&[paths, others].concat());
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into()]);
        let roots: Vec<Vec<_>> = archives
            .group(all())
            .iter()
            .map(|members| members.iter().map(|(root, _)| root.to_string()).collect())
            .collect();
        assert_eq!(roots, [vec!["c"], vec!["a.tgz/x", "a.tgz/y"], vec!["b.tgz"]]);
        assert_eq!(Archives::new(Vec::new()).group(all()).len(), 1);
    }

    #[test]
    fn damage_in_the_archive_of_one_is_no_damage_to_another() {
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
        let groups = archives
            .group(collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]));
        let all = ["a.tgz/x", "b.tgz", "c.tgz/y", "d"].map(damage);
        let shared = archives.share(&all, &groups);
        let paths =
            |damage: &[Damage]| damage.iter().map(|damage| damage.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&shared[0]), ["a.tgz/x", "c.tgz/y", "d"]);
        assert_eq!(paths(&shared[1]), ["b.tgz", "c.tgz/y", "d"]);
    }

    #[test]
    fn what_was_cut_concerns_those_who_lost_something() {
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
        let groups = archives
            .group(collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]));
        let cut = |path: &str| Archives::cut(&[path.to_owned()], &groups);
        assert_eq!(Archives::cut(&[], &groups), [false, false]);
        assert_eq!(cut("a.tgz"), [true, false]);
        assert_eq!(cut("b.tgz"), [false, true]);
        assert_eq!(cut("c.tgz"), [true, true], "nobody knows whose it was");
        assert_eq!(cut(""), [true, true]);
    }
}
