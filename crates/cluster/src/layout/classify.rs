//! Asks the layouts in turn what a path is.

use super::artifact::{Artifact, Classified};
use super::paths::{file_name, parent};
use super::{cluster_info_dump, crust_gather, insights, loose, must_gather, support_bundle};
use crate::model::format::Format;

/// Says where a path of one layout belongs; None where it is none of that layout.
type Layout = for<'p> fn(&'p str) -> Option<Classified<'p>>;

/// The layouts, in the order in which they are asked: folders that one has and a must-gather may
/// hold come before it, and what any folder may hold comes last.
const LAYOUTS: &[Layout] = &[
    insights::classify,
    support_bundle::classify,
    crust_gather::classify,
    must_gather::classify,
    cluster_info_dump::classify,
    loose::classify,
];

/// Says what the file at `path` is.
pub fn classify(path: &str) -> Classified<'_> {
    let noise =
        Classified { root: parent(path), artifact: Artifact::Noise, format: Format::Objects };
    // The shadow of a file, which macOS puts beside it, holds nothing.
    if file_name(path).starts_with("._") {
        return noise;
    }
    LAYOUTS.iter().find_map(|layout| layout(path)).unwrap_or(noise)
}

/// The folder of the collection that the file at `path` proves by the folders it stands in, empty at the
/// top. A file whose name alone says something proves nothing.
pub(crate) fn collection_of(path: &str) -> Option<&str> {
    if file_name(path).starts_with("._") {
        return None;
    }
    let Classified { root, format, .. } = classify(path);
    match format {
        Format::Objects => None,
        Format::ClusterInfoDump => cluster_info_dump::is_sign(path).then(|| parent(parent(path))),
        _ => (parent(path) != root).then_some(root),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words that some layout knows, and some that none does.
    const WORDS: &[&str] = &[
        "namespaces",
        "cluster-scoped-resources",
        "config",
        "pod",
        "pods",
        "logs",
        "cluster",
        "v1",
        "apps-v1",
        "cluster-resources",
        "custom-resources",
        "conditional",
        "clusteroperator",
        "core",
        "a.b",
        "x",
        "",
        "nodes",
        "nodes.json",
        "pods.yaml",
        "x.json",
        "logs.txt",
        "current.log",
        "c_current.log",
        "x-previous.log",
        "version.json",
        "insights-operator",
        "containers",
        "operator",
        "replication-controllers.json",
        "etcd_info",
        "monitoring",
        "static-pods",
    ];

    #[test]
    fn a_collection_is_proved_by_its_folders() {
        for (path, root) in [
            ("a/namespaces/x/core/pods.yaml", Some("a")),
            ("cluster-scoped-resources/core/nodes/n.yaml", Some("")),
            ("b/cluster-resources/nodes.json", Some("b")),
            ("d/default/replication-controllers.json", Some("d")),
            ("default/replication-controllers.json", Some("")),
            ("a/timestamp", None),
            ("a/version", None),
            ("a/nodes.json", None),
            ("a/pods.yaml", None),
            ("a/must-gather.tar.gz", None),
        ] {
            assert_eq!(collection_of(path), root, "{path}");
        }
    }

    proptest! {
        #[test]
        fn every_path_has_a_place_and_every_name_is_one_folder(
            parts in prop::collection::vec(prop::sample::select(WORDS), 1..9)
        ) {
            let path = parts.join("/");
            let placed = classify(&path);
            let rest = path.strip_prefix(placed.root).unwrap();
            prop_assert!(placed.root.is_empty() || rest.is_empty() || rest.starts_with('/'));
            let names = match placed.artifact {
                Artifact::List(at) | Artifact::Object(at) | Artifact::Dumped(at) => {
                    vec![at.group, at.resource, at.namespace]
                }
                Artifact::Log(log) | Artifact::LogPart(log) => {
                    vec![log.namespace, log.container]
                }
                _ => Vec::new(),
            };
            prop_assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path}");
        }
    }
}
