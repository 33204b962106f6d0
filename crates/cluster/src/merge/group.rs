//! Groups collections by cluster.
//!
//! Collections belong together if they have the same cluster id in their ClusterVersion or, without
//! an id, if they have nodes in common. A collection without either joins its nearest neighbour in
//! the same archive: the one with the deepest common folder and, if files of several clusters are
//! in that folder, with the longest common file name. Archives that were sent together need not
//! come from one cluster or from one time. So collections of different archives are joined in two
//! cases only: an archive that only fills gaps joins an enclosing archive with the same id; and a
//! collection without an id joins one with the same creation identities, which are objects with the
//! same name and the same creation time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::merge::archives::Archives;
use crate::merge::collection::LocatedCollection;
use crate::model::format::Format;
use crate::model::kinds::{NAMESPACE, NODE, POD};
use crate::model::resource::ObjectKey;
use crate::model::time::Time;

/// How many files the name of a file is compared with at most.
const COMPARED_LIMIT: usize = 1000;
/// How many clusters of one input are read.
const CLUSTERS_LIMIT: usize = 100;

/// Groups collections by cluster, in a stable order. Collections that cannot be assigned to one of
/// several clusters are added to `damage`.
pub(crate) fn group_by_cluster(
    collections: Vec<LocatedCollection>,
    archives: &Archives,
    damage: &mut Vec<Damage>,
) -> Vec<Vec<LocatedCollection>> {
    let mut scopes: BTreeMap<Box<str>, Vec<LocatedCollection>> = BTreeMap::new();
    for (root, collection) in collections {
        scopes.entry(hosted_scope(&root).into()).or_default().push((root, collection));
    }
    let mut groups: Vec<_> = scopes
        .into_values()
        .flat_map(|collections| group_scope(collections, archives, damage))
        .collect();
    if let Some([first, ..]) = groups.get(CLUSTERS_LIMIT).map(Vec::as_slice) {
        let why = format!("belongs to a cluster beyond the first {CLUSTERS_LIMIT}; not evaluated");
        damage.push(Damage { path: first.0.to_string(), why });
        groups.truncate(CLUSTERS_LIMIT);
    }
    groups
}

/// The folder of a hosted cluster, which a HyperShift dump contains next to the management cluster;
/// empty for other collections.
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

/// Groups the collections of one scope: a hosted cluster, or everything else.
fn group_scope(
    collections: Vec<LocatedCollection>,
    archives: &Archives,
    damage: &mut Vec<Damage>,
) -> Vec<Vec<LocatedCollection>> {
    let (mut groups, without_id) = by_id(collections, archives);
    let archives_with_id: BTreeSet<Box<str>> =
        groups.iter().flatten().map(|(root, _)| archives.of(root).into()).collect();
    let (mut to_join, separate): (Vec<_>, Vec<_>) =
        without_id.into_iter().partition(|(root, _)| archives_with_id.contains(archives.of(root)));
    let (more, others) = by_nodes(separate, archives);
    groups.extend(more);
    to_join.extend(others);
    // The nearest group is the one with the deepest common folder.
    let mut at_folder: BTreeMap<Box<str>, BTreeSet<(usize, Arc<str>)>> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        for (root, _) in members {
            for folder in archives.folders(root) {
                at_folder.entry(folder.into()).or_default().insert((at, Arc::clone(root)));
            }
        }
    }
    let mut unidentified: BTreeMap<Box<str>, Vec<LocatedCollection>> = BTreeMap::new();
    let mut ambiguous: Option<(Arc<str>, usize)> = None;
    for (root, collection) in to_join {
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
            let (_, count) = ambiguous.get_or_insert((root, 0));
            *count += 1;
        }
    }
    if let Some((first, count)) = ambiguous {
        let others = match count - 1 {
            0 => String::new(),
            1 => ", as may another file".to_owned(),
            n => format!(", as may {n} other files"),
        };
        let why = format!("may belong to any of several clusters{others}; not evaluated");
        damage.push(Damage { path: first.to_string(), why });
    }
    add_unidentified(groups, unidentified)
}

/// Groups the collections of one archive by cluster id. A collection that only fills gaps joins an
/// enclosing archive with the same id. Returns the groups, and the collections without an id.
fn by_id(
    collections: Vec<LocatedCollection>,
    archives: &Archives,
) -> (Vec<Vec<LocatedCollection>>, Vec<LocatedCollection>) {
    let (mut with_id, mut without_id) = (Vec::new(), Vec::new());
    for (root, collection) in collections {
        match collection.cluster_id() {
            Some(id) => with_id.push((id, (root, collection))),
            None => without_id.push((root, collection)),
        }
    }
    let homes: BTreeSet<(String, Box<str>)> =
        with_id.iter().map(|(id, (root, _))| (id.clone(), archives.of(root).into())).collect();
    let mut groups: BTreeMap<(Box<str>, String), Vec<LocatedCollection>> = BTreeMap::new();
    for (id, (root, collection)) in with_id {
        let is_home = |archive: &&str| homes.contains(&(id.clone(), (*archive).into()));
        let home = match archives.enclosing(&root).filter(is_home).last() {
            Some(outermost) if collection.fills_gaps_only() => outermost.into(),
            _ => archives.of(&root).into(),
        };
        groups.entry((home, id)).or_default().push((root, collection));
    }
    (groups.into_values().collect(), without_id)
}

/// Groups collections without an id by common nodes: if both contain all nodes of their cluster, no
/// common node means another cluster. Returns the groups, and the collections without a list of all
/// nodes.
fn by_nodes(
    collections: Vec<LocatedCollection>,
    archives: &Archives,
) -> (Vec<Vec<LocatedCollection>>, Vec<LocatedCollection>) {
    let mut groups: Vec<Vec<LocatedCollection>> = Vec::new();
    let mut group_of_node: BTreeMap<(Box<str>, String), usize> = BTreeMap::new();
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
        let at =
            nodes.iter().find_map(|node| group_of_node.get(node)).copied().unwrap_or(groups.len());
        group_of_node.extend(nodes.into_iter().map(|node| (node, at)));
        match groups.get_mut(at) {
            Some(group) => group.push((root, collection)),
            None => groups.push(vec![(root, collection)]),
        }
    }
    (groups, others)
}

/// The cluster of a file whose folder contains files of one or several clusters: of several, the
/// one with the longest common beginning of the file name, in whole words. None if two have the
/// same length, or none has a word in common.
fn by_name(root: &str, near: &BTreeSet<(usize, Arc<str>)>) -> Option<usize> {
    let (first, last) = (near.first()?.0, near.last()?.0);
    if first == last {
        return Some(first);
    }
    if near.len() > COMPARED_LIMIT {
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

/// Adds the collections of archives whose cluster is unidentified.
fn add_unidentified(
    mut groups: Vec<Vec<LocatedCollection>>,
    unidentified: BTreeMap<Box<str>, Vec<LocatedCollection>>,
) -> Vec<Vec<LocatedCollection>> {
    if groups.len() + unidentified.len() < 2 {
        groups.extend(unidentified.into_values());
        return groups;
    }
    let mut group_of: BTreeMap<CreationIdentity, usize> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        group_of.extend(creation_identities(members).map(|identity| (identity, at)));
    }
    for (_, mut members) in unidentified {
        let same =
            creation_identities(&members).find_map(|identity| group_of.get(&identity)).copied();
        let at = same.unwrap_or(groups.len());
        for identity in creation_identities(&members) {
            group_of.entry(identity).or_insert(at);
        }
        match groups.get_mut(at) {
            Some(group) => group.append(&mut members),
            None => groups.push(members),
        }
    }
    groups
}

/// An object and its creation time, which identify a cluster.
type CreationIdentity = (ObjectKey, Time);

fn creation_identities(members: &[LocatedCollection]) -> impl Iterator<Item = CreationIdentity> {
    let objects = members.iter().flat_map(|(_, collection)| {
        [&NAMESPACE, &NODE, &POD].into_iter().flat_map(|kind| collection.resources.of_kind(kind))
    });
    objects.filter_map(|object| Some((object.key().clone(), object.created()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hosted_cluster_has_a_scope_of_its_own() {
        assert_eq!(hosted_scope("a/b"), "");
        assert_eq!(hosted_scope("a/hostedcluster-x/b"), "a/hostedcluster-x");
        assert_eq!(hosted_scope("hostedcluster.tar.gz"), "hostedcluster.tar.gz");
        assert_eq!(hosted_scope("a/hostedclusters"), "");
    }

    #[test]
    fn a_file_name_decides_only_if_one_cluster_is_nearest() {
        let near = [(0, "f/blue-cv.yaml"), (1, "f/red-cv.yaml"), (2, "f/red-2-cv.yaml")];
        let near = near.map(|(at, path)| (at, Arc::from(path))).into();
        assert_eq!(by_name("f/blue-co.yaml", &near), Some(0));
        assert_eq!(by_name("f/red-2-co.yaml", &near), Some(2));
        // Common letters of different words do not count, and two clusters may have as much in
        // common.
        for path in ["f/brown-co.yaml", "f/red.yaml", "f/red-co.yaml", "f/nodes.yaml"] {
            assert_eq!(by_name(path, &near), None, "{path}");
        }
    }
}
