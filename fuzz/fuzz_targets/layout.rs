//! Any path has a place, and the root it names is the path's own beginning.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mustknow_gather::layout::{self, Artifact};

fuzz_target!(|path: &str| {
    let placed = layout::place(path);
    let rest = path.strip_prefix(placed.root).expect("a root is where its path begins");
    assert!(placed.root.is_empty() || rest.starts_with('/'), "{:?} of {path:?}", placed.root);
    let names = match placed.artifact {
        Artifact::List(at) | Artifact::Object(at) => vec![at.resource, at.namespace],
        Artifact::Log(log) if !log.namespace.is_empty() => {
            vec![log.namespace, log.pod, log.container]
        }
        _ => Vec::new(),
    };
    assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path:?}");
});
