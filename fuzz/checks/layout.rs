//! Any path has a place, and the root it names is the path's own beginning.

use mustknow_cluster::layout::{self, Artifact};

/// Asserts it of one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(path) = std::str::from_utf8(data) else { return };
    let placed = layout::classify(path);
    let rest = path.strip_prefix(placed.root).expect("a root is where its path begins");
    // A file of objects is a collection of its own.
    let is_folder = placed.root.is_empty() || rest.is_empty() || rest.starts_with('/');
    assert!(is_folder, "{:?} of {path:?}", placed.root);
    let names = match placed.artifact {
        Artifact::List(at) | Artifact::Object(at) | Artifact::Dumped(at) => {
            vec![at.resource, at.namespace]
        }
        Artifact::Log(log) | Artifact::LogPart(log) if !log.namespace.is_empty() => {
            vec![log.namespace, log.pod, log.container]
        }
        _ => Vec::new(),
    };
    assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path:?}");
}
