//! Every path is classified, and its root is a prefix of the path.

use mustknow_cluster::layout::{self, Artifact};

/// Asserts it of one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(path) = std::str::from_utf8(data) else { return };
    let classified = layout::classify(path);
    let rest = path.strip_prefix(classified.root).expect("a root is a prefix of its path");
    // A manifest file is a collection of its own.
    let is_folder = classified.root.is_empty() || rest.is_empty() || rest.starts_with('/');
    assert!(is_folder, "{:?} of {path:?}", classified.root);
    let names = match classified.artifact {
        Artifact::List(at) | Artifact::Object(at) | Artifact::ClusterInfoList(at) => {
            vec![at.resource, at.namespace]
        }
        Artifact::Log(log) | Artifact::PartialLog(log) if !log.namespace.is_empty() => {
            vec![log.namespace, log.pod, log.container]
        }
        _ => Vec::new(),
    };
    assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path:?}");
}
