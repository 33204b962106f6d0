//! Which files of an archive are opened when their bytes are those of an archive or compressed.
//!
//! Asked only of files whose first bytes say so: an ordinary one costs nothing.

use mustknow_archive;

use super::artifact::{Artifact, Classified};
use crate::layout;

/// Whether the file at `path` is opened should it be an archive or compressed.
///
/// Logs are read compressed as they are. Below a folder that only a collection has, archives hold
/// nothing of a cluster, but a list may have been compressed by itself.
pub(crate) fn may_be_opened(path: &str) -> bool {
    let Classified { root, artifact, .. } = layout::classify(path);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match artifact {
        Artifact::Loose | Artifact::Nameless => true,
        Artifact::Noise if root == folder => true,
        Artifact::Noise => {
            layout::classify(mustknow_archive::without_suffix(path)).artifact != Artifact::Noise
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_looked_for_where_a_collection_has_none() {
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
