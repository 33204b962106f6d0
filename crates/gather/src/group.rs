//! Which collections are of one cluster.
//!
//! The id in the ClusterVersion tells. A collection without one joins its nearest neighbour: the one
//! it has the deepest folder in common with and, where files of several clusters lie in one folder, most
//! of its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::collection::Collection;
use crate::source::Damage;

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
    worlds.into_values().flat_map(|collections| group_world(collections, damage)).collect()
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
    for (root, collection) in nameless {
        let near = with_ancestors(&root).find_map(|folder| at_folder.get(folder));
        let at = match near {
            Some(near) if collection.format.is_none() => by_name(&root, near),
            near => near.and_then(|near| near.first()).map(|(at, _)| *at),
        };
        if let Some(group) = at.and_then(|at| groups.get_mut(at)) {
            group.push((root, collection));
        } else {
            let why = "it may belong to any of several clusters, so it is not judged";
            damage.push(Damage { path: root.to_string(), why: why.to_owned() });
        }
    }
    groups
}

/// The cluster of a file that stands beside files of several: the one whose file has the most of
/// its name in common with it. None where two have as much.
fn by_name(root: &str, near: &BTreeSet<(usize, Arc<str>)>) -> Option<usize> {
    let in_common =
        |other: &str| root.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let best = near.iter().map(|(_, other)| in_common(other)).max()?;
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
        let near = [(0, Arc::from("f/blue-cv.yaml")), (1, Arc::from("f/red-cv.yaml"))].into();
        assert_eq!(by_name("f/blue-co.yaml", &near), Some(0));
        assert_eq!(by_name("f/red.yaml", &near), Some(1));
        assert_eq!(by_name("f/nodes.yaml", &near), None);
    }
}
