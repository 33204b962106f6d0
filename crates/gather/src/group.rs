//! Which collections are of one cluster.
//!
//! The id in the ClusterVersion tells, and where there is none the names of the nodes. A collection without one joins its nearest neighbour: the one
//! it has the deepest folder in common with and, where files of several clusters lie in one folder, most
//! of its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::collection::Collection;
use crate::kinds::NODE;
use crate::layout::Format;
use crate::source::Damage;

/// How many files of clusters a file is compared with.
const COMPARED: usize = 1000;
/// How many clusters of one input are judged.
const CLUSTERS_KEPT: usize = 100;

/// A folder and every folder above it, to the top.
pub(crate) fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// A collection and the folder it stands in.
pub(crate) type Rooted = (Arc<str>, Collection);

/// Puts the collections of one cluster together; those that belong to none of several go with a
/// word to `damage`.
pub(crate) fn group(collections: Vec<Rooted>, damage: &mut Vec<Damage>) -> Vec<Vec<Rooted>> {
    let mut worlds: BTreeMap<Box<str>, Vec<Rooted>> = BTreeMap::new();
    for (root, collection) in collections {
        worlds.entry(world(&root).into()).or_default().push((root, collection));
    }
    let mut groups: Vec<_> =
        worlds.into_values().flat_map(|collections| group_world(collections, damage)).collect();
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
fn world(root: &str) -> &str {
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

fn group_world(collections: Vec<Rooted>, damage: &mut Vec<Damage>) -> Vec<Vec<Rooted>> {
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
        (groups, nameless) = by_nodes(nameless);
    }
    if groups.is_empty() {
        return if nameless.is_empty() { groups } else { vec![nameless] };
    }
    // The nearest group is the one that has the deepest folder in common.
    let mut at_folder: BTreeMap<Box<str>, BTreeSet<(usize, Arc<str>)>> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        for (root, _) in members {
            for folder in with_ancestors(root) {
                at_folder.entry(folder.into()).or_default().insert((at, Arc::clone(root)));
            }
        }
    }
    let mut unplaced: Option<(Arc<str>, usize)> = None;
    for (root, collection) in nameless {
        let near = with_ancestors(&root).find_map(|folder| at_folder.get(folder));
        let at = match near {
            Some(near) if collection.format.is_none() => by_name(&root, near),
            near => near.and_then(|near| near.first()).map(|(at, _)| *at),
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
    groups
}

/// Tells clusters without an id apart by the nodes they have in common: where a collection holds them
/// all, none in common means another cluster. Answers the clusters and what holds no such list.
fn by_nodes(collections: Vec<Rooted>) -> (Vec<Vec<Rooted>>, Vec<Rooted>) {
    let mut groups: Vec<Vec<Rooted>> = Vec::new();
    let mut of_node: BTreeMap<String, usize> = BTreeMap::new();
    let mut others = Vec::new();
    for (root, collection) in collections {
        let holds_all_nodes = collection.format.is_some_and(Format::holds_all_nodes);
        let nodes: Vec<_> = collection
            .resources
            .of_kind(&NODE)
            .filter(|_| holds_all_nodes)
            .map(|node| node.name().to_owned())
            .collect();
        if nodes.is_empty() {
            others.push((root, collection));
            continue;
        }
        let at = nodes.iter().find_map(|name| of_node.get(name)).copied().unwrap_or(groups.len());
        of_node.extend(nodes.into_iter().map(|name| (name, at)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_in_every_folder_above_it() {
        assert_eq!(with_ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(with_ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_hosted_cluster_is_a_world_of_its_own() {
        assert_eq!(world("a/b"), "");
        assert_eq!(world("a/hostedcluster-x/b"), "a/hostedcluster-x");
        assert_eq!(world("hostedcluster.tar.gz"), "hostedcluster.tar.gz");
        assert_eq!(world("a/hostedclusters"), "");
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
}
