//! The layout of crust-gather: one YAML file for each object, in folders named after its
//! `apiVersion` and its kind, both in lower case.
//!
//! Filters may have omitted any object, and the dump does not record them, so no folder proves that
//! an object is absent. The pods that it runs on each node are stored without conditions and as
//! completed.
//!
//! Source: crust-gather/crust-gather `src/gather/representation.rs`, `src/scanners/host_logs.rs`,
//! `src/scanners/info.rs`.

use super::artifact::{Artifact, Classified, LogFile};
use super::paths::{at, file_name, parent, resource_of, split, stem};
use crate::model::format::Format;

/// The file with the time of the client.
const START: &str = "collected.timestamp";

/// Classifies a path of crust-gather.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    if file_name(path) == START {
        let (root, artifact) = (parent(path), Artifact::CollectionStart);
        return Some(Classified { root, artifact, format: Format::CrustGather });
    }
    let (root, folder, below) = split(path, |folder, below| match folder {
        "cluster" => below.split('/').count() == 3 && starts_with_version(below),
        "namespaces" => below.split_once('/').is_some_and(|(_, below)| starts_with_version(below)),
        _ => false,
    })?;
    let artifact = match folder {
        "cluster" => object(below, ""),
        _ => below.split_once('/').and_then(|(namespace, below)| inside(namespace, below)),
    };
    let artifact = artifact.unwrap_or(Artifact::Ignored);
    Some(Classified { root, artifact, format: Format::CrustGather })
}

/// Whether the first folder is an `apiVersion`: `v1`, `apps-v1`, `policy-v1beta1`. The folders of a
/// must-gather name only the group.
fn starts_with_version(below: &str) -> bool {
    below.split_once('/').is_some_and(|(folder, _)| group_of(folder).is_some())
}

/// The group of an `apiVersion` with a dash instead of the slash.
fn group_of(folder: &str) -> Option<&str> {
    let (group, version) = folder.rsplit_once('-').unwrap_or(("", folder));
    let digits = version.strip_prefix('v')?;
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_version = rest.len() < digits.len()
        && (rest.is_empty() || rest.starts_with("alpha") || rest.starts_with("beta"));
    is_version.then_some(group)
}

fn inside<'p>(namespace: &'p str, below: &'p str) -> Option<Artifact<'p>> {
    let mut parts = below.split('/');
    let (_, kind, pod, container, file) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next(), parts.next());
    match (container, file) {
        (None, _) => object(below, namespace),
        (Some(container), Some("current.log" | "previous.log"))
            if kind == "pod" && parts.next().is_none() =>
        {
            let earlier = file == Some("previous.log");
            Some(Artifact::Log(LogFile { namespace, pod, container, earlier }))
        }
        _ => None,
    }
}

/// `<group>-<version>/<kind>/<name>.yaml`
fn object<'p>(below: &'p str, namespace: &'p str) -> Option<Artifact<'p>> {
    let (version, rest) = below.split_once('/')?;
    let (kind, file) = rest.split_once('/')?;
    stem(file).filter(|name| !name.contains('/'))?;
    let group = group_of(version)?;
    Some(Artifact::Object(at(group, resource_of(group, kind), namespace)))
}

#[cfg(test)]
mod tests {
    use super::super::classify::classify;
    use super::*;

    #[test]
    fn an_object_is_in_the_folder_of_its_version_and_kind() {
        for (path, group, resource, namespace) in [
            ("cluster/v1/node/a.yaml", "", "nodes", ""),
            (
                "cluster/storage.k8s.io-v1/storageclass/s.yaml",
                "storage.k8s.io",
                "storageclasses",
                "",
            ),
            ("namespaces/x/v1/pod/p.yaml", "", "pods", "x"),
            ("namespaces/x/apps-v1/deployment/d.yaml", "apps", "deployments", "x"),
            (
                "namespaces/x/discovery.k8s.io-v1beta1/endpointslice/e.yaml",
                "discovery.k8s.io",
                "endpointslices",
                "x",
            ),
            ("namespaces/x/velero.io-v1/backup/b.yaml", "velero.io", "backup", "x"),
        ] {
            let artifact = Artifact::Object(at(group, resource, namespace));
            for root in ["", "crust-gather", "a/b"] {
                let full = format!("{root}/{path}");
                let full = full.trim_start_matches('/');
                let classified = Classified { root, artifact, format: Format::CrustGather };
                assert_eq!(classify(full), classified, "{full}");
            }
        }
    }

    #[test]
    fn the_time_of_the_client_is_at_the_root() {
        for (path, root) in [("crust-gather/collected.timestamp", "crust-gather"), (START, "")] {
            let artifact = Artifact::CollectionStart;
            let expected = Classified { root, artifact, format: Format::CrustGather };
            assert_eq!(classify(path), expected, "{path}");
        }
    }

    #[test]
    fn a_log_is_below_its_pod() {
        for (file, earlier) in [("current.log", false), ("previous.log", true)] {
            let log = LogFile { namespace: "x", pod: "p", container: "c", earlier };
            let path = format!("g/namespaces/x/v1/pod/p/c/{file}");
            assert_eq!(classify(&path).artifact, Artifact::Log(log));
        }
        for path in
            ["namespaces/x/v1/pod/p/c/d/current.log", "namespaces/x/v1/service/p/c/current.log"]
        {
            assert_eq!(classify(path).artifact, Artifact::Ignored, "{path}");
        }
    }

    #[test]
    fn the_folders_of_an_inspect_are_not_versions() {
        for path in [
            "namespaces/x/core/pods.yaml",
            "namespaces/x/apps/deployments/d.yaml",
            "namespaces/x/pods/p/p.yaml",
            "namespaces/v1/core/pods.yaml",
            "namespaces/x/vx/core/pods.yaml",
            "cluster/v1.yaml",
            "cluster/nodes/a.yaml",
        ] {
            assert_ne!(classify(path).format, Format::CrustGather, "{path}");
        }
    }
}
