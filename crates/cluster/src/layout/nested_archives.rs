//! Which files of an archive are opened if they are archives or compressed.
//!
//! Called only for files whose first bytes show it, so ordinary files cost nothing.

use super::artifact::{Artifact, Classified};
use crate::layout;

/// Whether the file at `path` is opened if it is an archive or compressed.
///
/// Compressed logs are decompressed by the log scanner. Archives below the folders of a collection
/// contain no cluster data, but a single list may be compressed there.
pub(crate) fn may_be_opened(path: &str) -> bool {
    let Classified { root, artifact, .. } = layout::classify(path);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match artifact {
        Artifact::Manifest | Artifact::Unrecognized => true,
        Artifact::Ignored if root == folder => true,
        Artifact::Ignored => {
            layout::classify(mustknow_archive::without_suffix(path)).artifact != Artifact::Ignored
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_opened_outside_the_folders_of_a_collection() {
        for path in
            ["a.tar.gz", "mg/inner", "co.yaml", "mg/co.yaml.gz", "namespaces/x/core/pods.yaml.gz"]
        {
            assert!(may_be_opened(path), "{path}");
        }
        for path in [
            "namespaces/x/core/pods.yaml",
            "namespaces/x/pods/p/c/c/logs/rotated/0.log.20240101-010101.gz",
            "nodes/a/a_logs_kubelet.gz",
            "mg/audit_logs/kube-apiserver/a-audit.log.gz",
            "mg/network_logs/ovnk_database_store.tar.gz",
            "timestamp",
        ] {
            assert!(!may_be_opened(path), "{path}");
        }
    }
}
