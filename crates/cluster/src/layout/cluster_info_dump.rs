//! What `kubectl cluster-info dump --output-directory` writes: `nodes.json`, and for each namespace a
//! folder with seven lists and the logs of every pod.
//!
//! The names say little: anybody may keep a `pods.yaml` in a folder. The seven lists are written one
//! after the other and the one of ReplicationControllers is second, which nobody collects by hand: where
//! it is, the folder is a namespace, and its lists are whole. Until then each file stands for itself.
//!
//! Source: kubernetes/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`.

use std::collections::BTreeSet;

use super::artifact::{Artifact, Classified};
use super::paths::{at, file_name, parent, stem};
use crate::model::format::Format;

/// The lists of a namespace: name, group and resource.
const LISTS: [(&str, &str, &str); 7] = [
    ("events", "", "events"),
    (SIGN, "", "replicationcontrollers"),
    ("services", "", "services"),
    ("daemonsets", "apps", "daemonsets"),
    ("deployments", "apps", "deployments"),
    ("replicasets", "apps", "replicasets"),
    ("pods", "", "pods"),
];
/// The list that makes a folder a namespace.
const SIGN: &str = "replication-controllers";

/// Asks whether a dump puts its files so.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let format = Format::ClusterInfoDump;
    let (name, folder) = (file_name(path), parent(path));
    if name == "logs.txt" && !folder.is_empty() {
        // The pod and its namespace stand in the file.
        return Some(Classified { root: path, artifact: Artifact::PodLogs, format });
    }
    let name = stem(name)?;
    if name == "nodes" {
        return Some(Classified {
            root: path,
            artifact: Artifact::Dumped(at("", "nodes", "")),
            format,
        });
    }
    let (_, group, resource) = LISTS.iter().find(|(known, ..)| *known == name)?;
    let namespace = file_name(folder);
    let artifact = Artifact::Dumped(at(group, resource, namespace));
    (!namespace.is_empty()).then_some(Classified { root: path, artifact, format })
}

/// Whether the folder of the file at `path` is a namespace of a dump because that file is in it.
pub(super) fn is_sign(path: &str) -> bool {
    stem(file_name(path)) == Some(SIGN)
}

/// The dumps of an input, as far as it is known which folders are namespaces of one.
#[derive(Default)]
pub(crate) struct Dumps {
    namespaces: BTreeSet<Box<str>>,
    roots: BTreeSet<Box<str>>,
}

impl Dumps {
    /// Notes what the file at `path` says of its folder.
    pub(crate) fn see(&mut self, path: &str) {
        if is_sign(path) {
            self.namespaces.insert(parent(path).into());
            self.roots.insert(parent(parent(path)).into());
        }
    }

    /// The folder of the dump that the file at `path` is a part of.
    pub(crate) fn root_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.namespaces.is_empty() {
            return None;
        }
        let folder = parent(path);
        let namespace = match classify(path)?.artifact {
            Artifact::Dumped(list) if list.namespace.is_empty() => {
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
    fn a_list_stands_in_the_folder_of_its_namespace() {
        for (path, group, resource, namespace) in [
            ("dump/nodes.json", "", "nodes", ""),
            ("nodes.yaml", "", "nodes", ""),
            ("dump/x/pods.json", "", "pods", "x"),
            ("x/daemonsets.yaml", "apps", "daemonsets", "x"),
            ("x/replication-controllers.json", "", "replicationcontrollers", "x"),
        ] {
            let artifact = Artifact::Dumped(at(group, resource, namespace));
            let placed = Classified { root: path, artifact, format: Format::ClusterInfoDump };
            assert_eq!(classify(path), placed);
        }
        assert_eq!(classify("dump/x/p/logs.txt").artifact, Artifact::PodLogs);
        assert_eq!(classify("pods.yaml").artifact, Artifact::Loose);
        assert_eq!(classify("dump/x/jobs.json").artifact, Artifact::Loose);
    }

    #[test]
    fn only_one_list_makes_a_folder_a_namespace() {
        let mut dumps = Dumps::default();
        for path in ["d/x/replication-controllers.json", "y/replication-controllers.yaml"] {
            dumps.see(path);
        }
        dumps.see("d/z/pods.json");
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
