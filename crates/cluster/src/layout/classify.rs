//! Tries the layouts in turn.

use super::artifact::{Artifact, Classified};
use super::paths::{file_name, parent};
use super::{cluster_info_dump, crust_gather, insights, manifest, must_gather, support_bundle};
use crate::model::format::Format;

/// Classifies a path by one layout; None if the path does not belong to that layout.
type Layout = for<'p> fn(&'p str) -> Option<Classified<'p>>;

/// The layouts in order. Layouts that a must-gather may contain come before it, and files that any
/// folder may contain come last.
const LAYOUTS: &[Layout] = &[
    insights::classify,
    support_bundle::classify,
    crust_gather::classify,
    must_gather::classify,
    cluster_info_dump::classify,
    manifest::classify,
];

/// Classifies the file at `path`.
pub fn classify(path: &str) -> Classified<'_> {
    let ignored =
        Classified { root: parent(path), artifact: Artifact::Ignored, format: Format::Manifests };
    // An AppleDouble file, which macOS writes next to the real one.
    if file_name(path).starts_with("._") {
        return ignored;
    }
    LAYOUTS.iter().find_map(|layout| layout(path)).unwrap_or(ignored)
}

/// The root of the collection that the folders of `path` prove, empty at the top. None if only the
/// file name suggests a collection.
pub(crate) fn collection_of(path: &str) -> Option<&str> {
    if file_name(path).starts_with("._") {
        return None;
    }
    let Classified { root, format, .. } = classify(path);
    match format {
        Format::Manifests => None,
        Format::ClusterInfoDump => {
            cluster_info_dump::is_marker_list(path).then(|| parent(parent(path)))
        }
        _ => (parent(path) != root).then_some(root),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Path components that some layout knows, and some that none knows.
    const COMPONENTS: &[&str] = &[
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
    fn the_folders_of_a_path_prove_a_collection() {
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
        fn every_path_is_classified_and_every_name_is_one_component(
            parts in prop::collection::vec(prop::sample::select(COMPONENTS), 1..9)
        ) {
            let path = parts.join("/");
            let classified = classify(&path);
            let rest = path.strip_prefix(classified.root).unwrap();
            prop_assert!(classified.root.is_empty() || rest.is_empty() || rest.starts_with('/'));
            let names = match classified.artifact {
                Artifact::List(at) | Artifact::Object(at) | Artifact::ClusterInfoList(at) => {
                    vec![at.group, at.resource, at.namespace]
                }
                Artifact::Log(log) | Artifact::PartialLog(log) => {
                    vec![log.namespace, log.container]
                }
                _ => Vec::new(),
            };
            prop_assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path}");
        }
    }
}
