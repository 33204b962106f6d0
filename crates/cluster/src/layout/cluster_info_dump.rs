//! The layout of `kubectl cluster-info dump --output-directory`: `nodes.json`, and for each
//! namespace a folder with seven lists and the logs of every pod.
//!
//! File names such as `pods.yaml` are not specific to a dump. The dump writes its lists in a fixed
//! order, with ReplicationControllers second, and users rarely export that list manually: a folder
//! that contains it is a namespace of a dump, and its lists are complete. Without it each file is a
//! collection of its own.
//!
//! Source: kubernetes/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`.

use std::collections::BTreeSet;

use super::artifact::{Artifact, Classified};
use super::paths::{at, file_name, parent, stem};
use crate::model::format::Format;

/// The lists of a namespace: name, group and resource.
const LISTS: [(&str, &str, &str); 7] = [
    ("events", "", "events"),
    (MARKER, "", "replicationcontrollers"),
    ("services", "", "services"),
    ("daemonsets", "apps", "daemonsets"),
    ("deployments", "apps", "deployments"),
    ("replicasets", "apps", "replicasets"),
    ("pods", "", "pods"),
];
/// The list that proves that a folder is a namespace of a dump.
const MARKER: &str = "replication-controllers";

/// Classifies a path of a cluster-info dump.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let format = Format::ClusterInfoDump;
    let (name, folder) = (file_name(path), parent(path));
    if name == "logs.txt" && !folder.is_empty() {
        // The file itself names pod and namespace.
        return Some(Classified { root: path, artifact: Artifact::PodLogs, format });
    }
    let name = stem(name)?;
    if name == "nodes" {
        return Some(Classified {
            root: path,
            artifact: Artifact::ClusterInfoList(at("", "nodes", "")),
            format,
        });
    }
    let (_, group, resource) = LISTS.iter().find(|(known, ..)| *known == name)?;
    let namespace = file_name(folder);
    let artifact = Artifact::ClusterInfoList(at(group, resource, namespace));
    (!namespace.is_empty()).then_some(Classified { root: path, artifact, format })
}

/// Whether the file at `path` proves that its folder is a namespace of a dump.
pub(super) fn is_marker_list(path: &str) -> bool {
    stem(file_name(path)) == Some(MARKER)
}

/// The cluster-info dumps of an input, as far as their namespaces are known.
#[derive(Default)]
pub(crate) struct Dumps {
    namespaces: BTreeSet<Box<str>>,
    roots: BTreeSet<Box<str>>,
}

impl Dumps {
    /// Records what the file at `path` proves about its folder.
    pub(crate) fn add(&mut self, path: &str) {
        if is_marker_list(path) {
            self.namespaces.insert(parent(path).into());
            self.roots.insert(parent(parent(path)).into());
        }
    }

    /// The folder of the dump that the file at `path` belongs to.
    pub(crate) fn root_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.namespaces.is_empty() {
            return None;
        }
        let folder = parent(path);
        let namespace = match classify(path)?.artifact {
            Artifact::ClusterInfoList(list) if list.namespace.is_empty() => {
                return self.roots.contains(folder).then_some(folder);
            }
            Artifact::PodLogs => parent(folder),
            _ => folder,
        };
        self.namespaces.contains(namespace).then(|| parent(namespace))
    }
}

#[cfg(test)]
mod tests {
    use super::super::classify::classify;
    use super::*;

    #[test]
    fn a_list_is_in_the_folder_of_its_namespace() {
        for (path, group, resource, namespace) in [
            ("dump/nodes.json", "", "nodes", ""),
            ("nodes.yaml", "", "nodes", ""),
            ("dump/x/pods.json", "", "pods", "x"),
            ("x/daemonsets.yaml", "apps", "daemonsets", "x"),
            ("x/replication-controllers.json", "", "replicationcontrollers", "x"),
        ] {
            let artifact = Artifact::ClusterInfoList(at(group, resource, namespace));
            let classified = Classified { root: path, artifact, format: Format::ClusterInfoDump };
            assert_eq!(classify(path), classified);
        }
        assert_eq!(classify("dump/x/p/logs.txt").artifact, Artifact::PodLogs);
        assert_eq!(classify("pods.yaml").artifact, Artifact::Manifest);
        assert_eq!(classify("dump/x/jobs.json").artifact, Artifact::Manifest);
    }

    #[test]
    fn only_the_marker_list_makes_a_folder_a_namespace() {
        let mut dumps = Dumps::default();
        for path in ["d/x/replication-controllers.json", "y/replication-controllers.yaml"] {
            dumps.add(path);
        }
        dumps.add("d/z/pods.json");
        for (path, root) in [
            ("d/x/pods.json", Some("d")),
            ("d/x/p/logs.txt", Some("d")),
            ("d/nodes.json", Some("d")),
            ("y/pods.yaml", Some("")),
            ("nodes.json", Some("")),
            ("d/z/pods.json", None),
            ("d/x/nodes.json", None),
            ("d/x/jobs.json", None),
            ("pods.json", None),
        ] {
            assert_eq!(dumps.root_of(path), root, "{path}");
        }
    }
}
