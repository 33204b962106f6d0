//! Which collections are of one cluster.
//!
//! The id in the ClusterVersion tells, and where there is none the names of the nodes. A collection
//! without one joins its nearest neighbour in the same archive: the one it has the deepest folder in
//! common with and, where files of several clusters lie in one folder, most of its name. Archives that
//! were sent together need not be of one cluster, nor of one hour: what lies in another archive joins
//! only where it fills gaps of one around its own that has the same id, or, without an id, where it shows
//! that it is the same cluster: an object of the same name that was made in the same second.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::merge::archives::Archives;
use crate::merge::collection::Collection;
use crate::model::format::Format;
use crate::model::kinds::{NAMESPACE, NODE, POD};
use crate::model::resource::Key;
use crate::model::time::Time;

/// How many files of clusters a file is compared with.
const COMPARED: usize = 1000;
/// How many clusters of one input are judged.
const CLUSTERS_KEPT: usize = 100;

/// A collection and the folder it stands in.
pub(crate) type Root = (Arc<str>, Collection);

/// Puts the collections of one cluster together, in an order that does not change; those that belong
/// to none of several go with a word to `damage`.
pub(crate) fn group(
    collections: Vec<Root>,
    archives: &Archives,
    damage: &mut Vec<Damage>,
) -> Vec<Vec<Root>> {
    let mut scopes: BTreeMap<Box<str>, Vec<Root>> = BTreeMap::new();
    for (root, collection) in collections {
        scopes.entry(hosted_scope(&root).into()).or_default().push((root, collection));
    }
    let mut groups: Vec<_> = scopes
        .into_values()
        .flat_map(|collections| group_scope(collections, archives, damage))
        .collect();
    if let Some([first, ..]) = groups.get(CLUSTERS_KEPT).map(Vec::as_slice) {
        let why = format!("it is of a cluster beyond the first {CLUSTERS_KEPT}, which are judged");
        damage.push(Damage { path: first.0.to_string(), why });
        groups.truncate(CLUSTERS_KEPT);
    }
    groups
}

/// The folder of a hosted cluster, which a dump of it keeps beside the cluster that hosts it.
///
/// Source: openshift/hypershift `cmd/cluster/core/dump.go`.
fn hosted_scope(root: &str) -> &str {
    let mut end = 0;
    for folder in root.split('/') {
        end += folder.len();
        if folder.starts_with("hostedcluster-") || folder.starts_with("hostedcluster.") {
            return root.get(..end).unwrap_or_default();
        }
        end += 1;
    }
    ""
}

fn group_scope(
    collections: Vec<Root>,
    archives: &Archives,
    damage: &mut Vec<Damage>,
) -> Vec<Vec<Root>> {
    let (mut groups, nameless) = by_id(collections, archives);
    let named: BTreeSet<Box<str>> =
        groups.iter().flatten().map(|(root, _)| archives.of(root).into()).collect();
    let (mut nameless, apart): (Vec<_>, Vec<_>) =
        nameless.into_iter().partition(|(root, _)| named.contains(archives.of(root)));
    let (more, others) = by_nodes(apart, archives);
    groups.extend(more);
    nameless.extend(others);
    // The nearest group is the one that has the deepest folder in common.
    let mut at_folder: BTreeMap<Box<str>, BTreeSet<(usize, Arc<str>)>> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        for (root, _) in members {
            for folder in archives.folders(root) {
                at_folder.entry(folder.into()).or_default().insert((at, Arc::clone(root)));
            }
        }
    }
    let mut unidentified: BTreeMap<Box<str>, Vec<Root>> = BTreeMap::new();
    let mut unplaced: Option<(Arc<str>, usize)> = None;
    for (root, collection) in nameless {
        let Some(near) = archives.folders(&root).find_map(|folder| at_folder.get(folder)) else {
            unidentified.entry(archives.of(&root).into()).or_default().push((root, collection));
            continue;
        };
        let at = if collection.format.is_none() {
            by_name(&root, near)
        } else {
            near.first().map(|(at, _)| *at)
        };
        if let Some(group) = at.and_then(|at| groups.get_mut(at)) {
            group.push((root, collection));
        } else {
            let (_, count) = unplaced.get_or_insert((root, 0));
            *count += 1;
        }
    }
    if let Some((first, count)) = unplaced {
        let others = match count - 1 {
            0 => String::new(),
            others => format!(", and {others} more,"),
        };
        let why = format!("it{others} may belong to any of several clusters, so it is not judged");
        damage.push(Damage { path: first.to_string(), why });
    }
    with_unidentified(groups, unidentified)
}

/// Puts together what has the same id and lies in one archive; what fills gaps, in those around its own
/// too. Answers the clusters and what has no id.
fn by_id(collections: Vec<Root>, archives: &Archives) -> (Vec<Vec<Root>>, Vec<Root>) {
    let (mut named, mut nameless) = (Vec::new(), Vec::new());
    for (root, collection) in collections {
        match collection.cluster_id() {
            Some(id) => named.push((id, (root, collection))),
            None => nameless.push((root, collection)),
        }
    }
    let homes: BTreeSet<(String, Box<str>)> =
        named.iter().map(|(id, (root, _))| (id.clone(), archives.of(root).into())).collect();
    let mut groups: BTreeMap<(Box<str>, String), Vec<Root>> = BTreeMap::new();
    for (id, (root, collection)) in named {
        let is_home = |archive: &&str| homes.contains(&(id.clone(), (*archive).into()));
        let home = match archives.around(&root).filter(is_home).last() {
            Some(outermost) if collection.fills_gaps_only() => outermost.into(),
            _ => archives.of(&root).into(),
        };
        groups.entry((home, id)).or_default().push((root, collection));
    }
    (groups.into_values().collect(), nameless)
}

/// Tells clusters without an id apart by the nodes they have in common: where a collection holds them
/// all, none in common means another cluster. Answers the clusters and what holds no such list.
fn by_nodes(collections: Vec<Root>, archives: &Archives) -> (Vec<Vec<Root>>, Vec<Root>) {
    let mut groups: Vec<Vec<Root>> = Vec::new();
    let mut of_node: BTreeMap<(Box<str>, String), usize> = BTreeMap::new();
    let mut others = Vec::new();
    for (root, collection) in collections {
        let holds_all_nodes = collection.format.is_some_and(Format::holds_all_nodes);
        let nodes: Vec<_> = collection
            .resources
            .of_kind(&NODE)
            .filter(|_| holds_all_nodes)
            .map(|node| (archives.of(&root).into(), node.name().to_owned()))
            .collect();
        if nodes.is_empty() {
            others.push((root, collection));
            continue;
        }
        let at = nodes.iter().find_map(|node| of_node.get(node)).copied().unwrap_or(groups.len());
        of_node.extend(nodes.into_iter().map(|node| (node, at)));
        match groups.get_mut(at) {
            Some(group) => group.push((root, collection)),
            None => groups.push(vec![(root, collection)]),
        }
    }
    (groups, others)
}

/// The cluster of a file that stands beside files of one or several: of several the one whose file begins with most
/// of the same words. None where two do, or none does.
fn by_name(root: &str, near: &BTreeSet<(usize, Arc<str>)>) -> Option<usize> {
    let (first, last) = (near.first()?.0, near.last()?.0);
    if first == last {
        return Some(first);
    }
    if near.len() > COMPARED {
        return None;
    }
    let folder = root.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
    let in_common = |other: &str| {
        let same = root.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        let words = root.get(folder..same).and_then(|name| name.rfind(['-', '_', '.', ' ']));
        words.map_or(0, |end| end + 1)
    };
    let best = near.iter().map(|(_, other)| in_common(other)).max().filter(|best| *best > 0)?;
    let mut at: Vec<_> =
        near.iter().filter(|(_, other)| in_common(other) == best).map(|(at, _)| *at).collect();
    at.dedup();
    match at.as_slice() {
        [at] => Some(*at),
        _ => None,
    }
}

/// Adds collections of archives that say nothing of whose they are.
fn with_unidentified(
    mut groups: Vec<Vec<Root>>,
    unidentified: BTreeMap<Box<str>, Vec<Root>>,
) -> Vec<Vec<Root>> {
    if groups.len() + unidentified.len() < 2 {
        groups.extend(unidentified.into_values());
        return groups;
    }
    let mut known: BTreeMap<CreationIdentity, usize> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        known.extend(creation_identities(members).map(|identity| (identity, at)));
    }
    for (_, mut members) in unidentified {
        let same = creation_identities(&members).find_map(|identity| known.get(&identity)).copied();
        let at = same.unwrap_or(groups.len());
        for identity in creation_identities(&members) {
            known.entry(identity).or_insert(at);
        }
        match groups.get_mut(at) {
            Some(group) => group.append(&mut members),
            None => groups.push(members),
        }
    }
    groups
}

/// An object and when it was made.
type CreationIdentity = (Key, Time);

fn creation_identities(members: &[Root]) -> impl Iterator<Item = CreationIdentity> {
    let objects = members.iter().flat_map(|(_, collection)| {
        [&NAMESPACE, &NODE, &POD].into_iter().flat_map(|kind| collection.resources.of_kind(kind))
    });
    objects.filter_map(|object| Some((object.key().clone(), object.created()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::collection::tests::collections;

    #[test]
    fn a_hosted_cluster_is_a_world_of_its_own() {
        assert_eq!(hosted_scope("a/b"), "");
        assert_eq!(hosted_scope("a/hostedcluster-x/b"), "a/hostedcluster-x");
        assert_eq!(hosted_scope("hostedcluster.tar.gz"), "hostedcluster.tar.gz");
        assert_eq!(hosted_scope("a/hostedclusters"), "");
    }

    #[test]
    fn a_name_tells_only_where_it_is_nearer_to_one() {
        let near = [(0, "f/blue-cv.yaml"), (1, "f/red-cv.yaml"), (2, "f/red-2-cv.yaml")];
        let near = near.map(|(at, path)| (at, Arc::from(path))).into();
        assert_eq!(by_name("f/blue-co.yaml", &near), Some(0));
        assert_eq!(by_name("f/red-2-co.yaml", &near), Some(2));
        // The first letters of a word are chance, and two have as much in common.
        for path in ["f/brown-co.yaml", "f/red.yaml", "f/red-co.yaml", "f/nodes.yaml"] {
            assert_eq!(by_name(path, &near), None, "{path}");
        }
    }

    #[test]
    fn collections_without_an_id_are_apart_when_their_archives_are() {
        let paths = ["a.tgz/x/namespaces/n/n.yaml", "a.tgz/y/namespaces/n/n.yaml"];
        let others = ["b.tgz/namespaces/n/n.yaml", "c/namespaces/n/n.yaml"];
        let all = || collections(&[paths, others].concat());
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into()]);
        let roots: Vec<Vec<_>> = group(all(), &archives, &mut Vec::new())
            .iter()
            .map(|members| members.iter().map(|(root, _)| root.to_string()).collect())
            .collect();
        assert_eq!(roots, [vec!["c"], vec!["a.tgz/x", "a.tgz/y"], vec!["b.tgz"]]);
        assert_eq!(group(all(), &Archives::new(Vec::new()), &mut Vec::new()).len(), 1);
    }
}
