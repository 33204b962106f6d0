//! The layout of the insights operator: JSON objects, most of them without a kind, which the path
//! shows.
//!
//! It contains a selection: some pods, some namespaces, log lines with certain words. So no folder
//! proves that an object is absent, and its logs are partial. Events have no names and no involved
//! objects, the resources of operators have no metadata and status: neither is read, because a
//! condition that was removed would look like a condition that does not exist.
//!
//! Source: openshift/insights-operator `docs/gathered-data.md`, `pkg/gatherers`.

use super::artifact::{Artifact, Classified, LogFile};
use super::paths::{at, log_stem, parent, resource_of, split, stem};
use crate::model::format::Format;
use crate::model::known_file::KnownFile;

const CONFIG: &str = "config.openshift.io";
const MACHINE: &str = "machine.openshift.io";
const MACHINE_CONFIG: &str = "machineconfiguration.openshift.io";
const REGISTRY: &str = "imageregistry.operator.openshift.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// Files of one object: name, group and resource.
const FILES: [(&str, &str, &str); 12] = [
    ("version", CONFIG, "clusterversions"),
    ("infrastructure", CONFIG, "infrastructures"),
    ("network", CONFIG, "networks"),
    ("oauth", CONFIG, "oauths"),
    ("ingress", CONFIG, "ingresses"),
    ("proxy", CONFIG, "proxies"),
    ("featuregate", CONFIG, "featuregates"),
    ("image", CONFIG, "images"),
    ("apiserver", CONFIG, "apiservers"),
    ("authentication", CONFIG, "authentications"),
    ("imageregistry", REGISTRY, "configs"),
    ("imagepruner", REGISTRY, "imagepruners"),
];

/// Folders of cluster-scoped objects.
const FOLDERS: [(&str, &str, &str); 12] = [
    ("node", "", "nodes"),
    ("persistentvolumes", "", "persistentvolumes"),
    ("schedulers", CONFIG, "schedulers"),
    ("certificatesigningrequests", "certificates.k8s.io", "certificatesigningrequests"),
    ("crd", "apiextensions.k8s.io", "customresourcedefinitions"),
    ("machineconfigpools", MACHINE_CONFIG, "machineconfigpools"),
    ("machineconfigs", MACHINE_CONFIG, "machineconfigs"),
    ("containerruntimeconfigs", MACHINE_CONFIG, "containerruntimeconfigs"),
    ("kubeletconfigs", MACHINE_CONFIG, "kubeletconfigs"),
    ("validatingwebhookconfigurations", ADMISSION, "validatingwebhookconfigurations"),
    ("mutatingwebhookconfigurations", ADMISSION, "mutatingwebhookconfigurations"),
    ("storageclasses", "storage.k8s.io", "storageclasses"),
];

/// Folders with one folder per namespace.
const BY_NAMESPACE: [(&str, &str, &str); 7] = [
    ("pod", "", "pods"),
    ("pdbs", "policy", "poddisruptionbudgets"),
    ("machines", MACHINE, "machines"),
    ("machinesets", MACHINE, "machinesets"),
    ("machinehealthchecks", MACHINE, "machinehealthchecks"),
    ("controlplanemachinesets", MACHINE, "controlplanemachinesets"),
    ("subscriptions", "operators.coreos.com", "subscriptions"),
];

/// Other files and folders of an insights archive, which are not read.
const IGNORED: [&str; 21] = [
    "clusterrolebinding",
    "configmaps",
    "cost_management_metrics_configs",
    "dvo_metrics",
    "helmchart_info.json",
    "hostsubnet",
    "installplans.json",
    "jaegertracing.io",
    "logging",
    "machineautoscalers",
    "namespaces_with_overlapping_uids.json",
    "olm_operators.json",
    "opentelemetry",
    "podnetworkconnectivitychecks.json",
    "running_containers.json",
    "securitycontextconstraint",
    "serviceaccounts.json",
    "silenced_alerts.json",
    "storage",
    "versioned_object_revision_counts.json",
    "workload_info.json",
];

/// Classifies a path of an insights archive.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    // Most paths belong to other layouts; this check is cheaper than splitting them.
    if !["config/", "conditional/", "insights-operator/"].iter().any(|part| path.contains(part)) {
        return None;
    }
    let (root, folder, below) = split(path, |folder, below| match folder {
        "config" => is_known(below),
        "conditional" => below.starts_with("namespaces/") || below.starts_with("alerts/"),
        // In a must-gather the folder contains insights archives, not these files.
        "insights-operator" => stem(below).is_some_and(|name| !name.contains('/')),
        _ => false,
    })?;
    // A namespace may have the name of one of the folders.
    if matches!(super::paths::file_name(root), "namespaces" | "cluster-scoped-resources") {
        return None;
    }
    let artifact = match folder {
        "config" => config(below),
        "conditional" => conditional(below),
        _ => None,
    };
    let artifact = artifact.unwrap_or(Artifact::Ignored);
    Some(Classified { root, artifact, format: Format::Insights })
}

fn is_known(below: &str) -> bool {
    let first = below.split('/').next().unwrap_or_default();
    if first.len() == below.len() {
        let of_object =
            stem(first).is_some_and(|name| FILES.iter().any(|(file, ..)| *file == name));
        let of_alerts = matches!(first, "alerts.json" | "tsdb.json" | "id" | "metrics");
        return of_object || of_alerts || IGNORED.contains(&first);
    }
    first == "clusteroperator"
        || FOLDERS.iter().chain(&BY_NAMESPACE).any(|(folder, ..)| *folder == first)
        || IGNORED.contains(&first)
}

fn config(below: &str) -> Option<Artifact<'_>> {
    let Some((folder, rest)) = below.split_once('/') else {
        if below == "alerts.json" {
            return Some(Artifact::KnownFile(KnownFile::Alerts));
        }
        let name = stem(below)?;
        return find(&FILES, name).map(|(group, resource)| object(group, resource, ""));
    };
    match folder {
        "node" if rest.starts_with("logs/") => {
            let node = log_stem(rest.strip_prefix("logs/")?)?;
            let is_name = !node.contains('/');
            is_name.then(|| part("", node, "kubelet", false))
        }
        "pod" if rest.contains("/logs/") => pod_log(rest),
        "clusteroperator" => operator(rest),
        "storage" => {
            let file = rest.strip_prefix("storageclasses/").filter(|file| !file.contains('/'))?;
            stem(file).map(|_| object("storage.k8s.io", "storageclasses", ""))
        }
        _ => match (find(&FOLDERS, folder), find(&BY_NAMESPACE, folder), rest.split_once('/')) {
            (Some((group, resource)), _, None) => stem(rest).map(|_| object(group, resource, "")),
            (_, Some((group, resource)), Some((namespace, file))) if !file.contains('/') => {
                stem(file).map(|_| object(group, resource, namespace))
            }
            // Older releases have no namespace in the path.
            (_, Some((group, resource)), None) => stem(rest).map(|_| object(group, resource, "")),
            _ => None,
        },
    }
}

fn find(
    table: &'static [(&str, &'static str, &'static str)],
    name: &str,
) -> Option<(&'static str, &'static str)> {
    table.iter().find(|(known, ..)| *known == name).map(|(_, group, resource)| (*group, *resource))
}

fn object<'p>(group: &'p str, resource: &'p str, namespace: &'p str) -> Artifact<'p> {
    Artifact::Object(at(group, resource, namespace))
}

fn part<'p>(namespace: &'p str, pod: &'p str, container: &'p str, earlier: bool) -> Artifact<'p> {
    Artifact::PartialLog(LogFile { namespace, pod, container, earlier })
}

/// `<operator>.json`, and the resources of the operators as `<group>/<kind>/<name>.json` or
/// `<group>/<kind>/<namespace>/<name>.json`, which contain their kind.
fn operator(rest: &str) -> Option<Artifact<'_>> {
    let mut parts = rest.split('/');
    let group = parts.next()?;
    let Some(kind) = parts.next() else {
        return stem(group).map(|_| object(CONFIG, "clusteroperators", ""));
    };
    let (third, fourth) = (parts.next()?, parts.next());
    let namespace = if fourth.is_some() { third } else { "" };
    stem(fourth.unwrap_or(third))?;
    Some(object(group, resource_of(group, kind), namespace))
}

/// `<namespace>/logs/<pod>/<container>_current.log`; before 4.6 the name has no container, and the
/// log is ignored.
fn pod_log(rest: &str) -> Option<Artifact<'_>> {
    let (namespace, rest) = rest.split_once("/logs/")?;
    let (pod, file) = rest.split_once('/')?;
    let (container, which) = log_stem(file)?.rsplit_once('_')?;
    let is_name = !namespace.contains('/') && !container.contains('/');
    (is_name && matches!(which, "current" | "previous"))
        .then(|| part(namespace, pod, container, which == "previous"))
}

/// `namespaces/<namespace>/pods/<pod>/...`, collected while certain alerts fire.
fn conditional(below: &str) -> Option<Artifact<'_>> {
    let (namespace, rest) = below.strip_prefix("namespaces/")?.split_once('/')?;
    let (pod, rest) = rest.strip_prefix("pods/")?.split_once('/')?;
    if !rest.contains('/') {
        return (stem(rest) == Some(pod)).then(|| object("", "pods", namespace));
    }
    let (container, logs) = rest.strip_prefix("containers/")?.split_once('/')?;
    log_stem(logs)?;
    match parent(logs) {
        "logs" => Some(part(namespace, pod, container, false)),
        "logs-previous" => Some(part(namespace, pod, container, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::classify::classify;
    use super::*;

    #[test]
    fn the_kind_follows_from_the_path() {
        for (path, group, resource, namespace) in [
            ("config/version.json", CONFIG, "clusterversions", ""),
            ("config/network.json", CONFIG, "networks", ""),
            ("config/node/a.b.json", "", "nodes", ""),
            ("config/clusteroperator/dns.json", CONFIG, "clusteroperators", ""),
            ("config/pod/x/p.json", "", "pods", "x"),
            ("config/pdbs/x/p.json", "policy", "poddisruptionbudgets", "x"),
            ("config/machines/x/m.json", MACHINE, "machines", "x"),
            ("config/machinehealthchecks/m.json", MACHINE, "machinehealthchecks", ""),
            ("config/storage/storageclasses/s.json", "storage.k8s.io", "storageclasses", ""),
            (
                "config/clusteroperator/operator.openshift.io/etcd/cluster.json",
                "operator.openshift.io",
                "etcds",
                "",
            ),
            (
                "config/clusteroperator/operator.openshift.io/ingresscontroller/x/default.json",
                "operator.openshift.io",
                "ingresscontrollers",
                "x",
            ),
            ("conditional/namespaces/x/pods/p/p.json", "", "pods", "x"),
        ] {
            let artifact = object(group, resource, namespace);
            for root in ["", "insights-2024", "mg/image/insights-data/insights-operator/a"] {
                let full = if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") };
                let classified = Classified { root, artifact, format: Format::Insights };
                assert_eq!(classify(&full), classified, "{full}");
            }
        }
    }

    #[test]
    fn its_logs_are_partial() {
        for (path, namespace, pod, container, earlier) in [
            ("config/pod/x/logs/p/c_current.log", "x", "p", "c", false),
            ("config/pod/x/logs/p/c_previous.log", "x", "p", "c", true),
            ("config/node/logs/a.b.log", "", "a.b", "kubelet", false),
            (
                "conditional/namespaces/x/pods/p/containers/c/logs/last-100-lines.log",
                "x",
                "p",
                "c",
                false,
            ),
            (
                "conditional/namespaces/x/pods/p/containers/c/logs-previous/last-100-lines.log",
                "x",
                "p",
                "c",
                true,
            ),
        ] {
            assert_eq!(classify(path).artifact, part(namespace, pod, container, earlier), "{path}");
        }
        // The container is unknown.
        assert_eq!(classify("config/pod/x/logs/p/errors.log").artifact, Artifact::Ignored);
    }

    #[test]
    fn files_without_objects_are_ignored() {
        for path in [
            "config/id",
            "config/metrics",
            "config/workload_info.json",
            "config/configmaps/x/y/config.json",
            "config/pod/x",
            "config/pod/x/y/z/p.json",
            "insights-operator/gathers.json",
            "conditional/alerts/A/api_request_counts.json",
            "conditional/namespaces/x/imagestreams/i.json",
        ] {
            assert_eq!(classify(path).artifact, Artifact::Ignored, "{path}");
            assert_eq!(classify(path).format, Format::Insights, "{path}");
        }
        assert_eq!(classify("config/alerts.json").artifact, Artifact::KnownFile(KnownFile::Alerts));
    }

    #[test]
    fn a_folder_name_alone_does_not_make_an_insights_archive() {
        for path in [
            "namespaces/config/pod/y/z.json",
            "config/other.json",
            "config/other/x.json",
            "mg/insights-data/insights-operator/x.tar.gz",
        ] {
            assert_ne!(classify(path).format, Format::Insights, "{path}");
        }
    }
}
