//! The layout of Troubleshoot (`kubectl support-bundle`, kots, kurl): JSON lists by resource and
//! namespace, with sensitive values replaced by `***HIDDEN***`.
//!
//! The lists of a namespace are complete. The list of namespaces is not, if the bundle was
//! restricted to some of them, so its objects count as single objects. Logs contain only their last
//! lines.
//!
//! Source: replicatedhq/troubleshoot `pkg/constants/constants.go`,
//! `pkg/collect/cluster_resources.go`.

use super::artifact::{Artifact, Classified, LogFile};
use super::paths::{at, log_stem, split, stem};
use crate::model::format::Format;

/// The placeholder for a value that was removed.
pub(crate) const HIDDEN: &[u8] = b"***HIDDEN***";

const ADMISSION: &str = "admissionregistration.k8s.io";

/// Files of cluster-scoped resources.
const OF_CLUSTER: [(&str, &str, &str); 9] = [
    ("nodes", "", "nodes"),
    ("pvs", "", "persistentvolumes"),
    ("storage-classes", "storage.k8s.io", "storageclasses"),
    ("volumeattachments", "storage.k8s.io", "volumeattachments"),
    ("ingress-classes", "networking.k8s.io", "ingressclasses"),
    ("custom-resource-definitions", "apiextensions.k8s.io", "customresourcedefinitions"),
    ("certificatesigningrequests", "certificates.k8s.io", "certificatesigningrequests"),
    ("validating-webhook-configurations", ADMISSION, "validatingwebhookconfigurations"),
    ("mutating-webhook-configurations", ADMISSION, "mutatingwebhookconfigurations"),
];

/// Folders with one list per namespace.
const BY_NAMESPACE: [(&str, &str, &str); 20] = [
    ("pods", "", "pods"),
    ("services", "", "services"),
    ("endpoints", "", "endpoints"),
    ("endpointslices", "discovery.k8s.io", "endpointslices"),
    ("configmaps", "", "configmaps"),
    ("events", "", "events"),
    ("limitranges", "", "limitranges"),
    ("resource-quota", "", "resourcequotas"),
    ("serviceaccounts", "", "serviceaccounts"),
    ("pvcs", "", "persistentvolumeclaims"),
    ("deployments", "apps", "deployments"),
    ("statefulsets", "apps", "statefulsets"),
    ("daemonsets", "apps", "daemonsets"),
    ("replicasets", "apps", "replicasets"),
    ("jobs", "batch", "jobs"),
    ("cronjobs", "batch", "cronjobs"),
    ("ingress", "networking.k8s.io", "ingresses"),
    ("network-policy", "networking.k8s.io", "networkpolicies"),
    ("pod-disruption-budgets", "policy", "poddisruptionbudgets"),
    ("leases", "coordination.k8s.io", "leases"),
];

/// Classifies a path of a support bundle.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let (root, _, below) = split(path, |folder, _| folder == "cluster-resources")?;
    let artifact = inside(below).unwrap_or(Artifact::Ignored);
    Some(Classified { root, artifact, format: Format::SupportBundle })
}

fn inside(below: &str) -> Option<Artifact<'_>> {
    let find = |table: &'static [(&str, &'static str, &'static str)], name: &str| {
        table
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, group, resource)| (*group, *resource))
    };
    let Some((folder, rest)) = below.split_once('/') else {
        let name = stem(below)?;
        if name == "namespaces" {
            return Some(Artifact::Object(at("", "namespaces", "")));
        }
        let (group, resource) = find(&OF_CLUSTER, name)?;
        return Some(Artifact::List(at(group, resource, "")));
    };
    match (folder, rest.split_once('/')) {
        ("pods", Some(("logs", rest))) => log(rest),
        ("custom-resources", of_namespace) => {
            let (definition, namespace) = match of_namespace {
                Some((definition, file)) => (definition, stem(file)?),
                None => (stem(rest)?, ""),
            };
            let (resource, group) = definition.split_once('.')?;
            let is_place = !namespace.contains('/');
            is_place.then(|| Artifact::List(at(group, resource, namespace)))
        }
        (_, None) => {
            let (group, resource) = find(&BY_NAMESPACE, folder)?;
            Some(Artifact::List(at(group, resource, stem(rest)?)))
        }
        _ => None,
    }
}

/// `<namespace>/<pod>/<container>.log` and `<container>-previous.log`.
fn log(rest: &str) -> Option<Artifact<'_>> {
    let mut parts = rest.split('/');
    let (Some(namespace), Some(pod), Some(file), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let name = log_stem(file).filter(|name| !name.ends_with("-logs-errors"))?;
    let earlier = name.ends_with("-previous");
    let container = name.strip_suffix("-previous").unwrap_or(name);
    Some(Artifact::PartialLog(LogFile { namespace, pod, container, earlier }))
}

#[cfg(test)]
mod tests {
    use super::super::classify::classify;
    use super::*;

    #[test]
    fn a_list_is_found_by_resource_and_namespace() {
        for (path, group, resource, namespace) in [
            ("nodes.json", "", "nodes", ""),
            ("storage-classes.json", "storage.k8s.io", "storageclasses", ""),
            ("pods/kube-system.json", "", "pods", "kube-system"),
            ("pvcs/x.json", "", "persistentvolumeclaims", "x"),
            ("ingress/x.json", "networking.k8s.io", "ingresses", "x"),
            ("custom-resources/backups.velero.io/x.yaml", "velero.io", "backups", "x"),
            (
                "custom-resources/installers.cluster.kurl.sh.json",
                "cluster.kurl.sh",
                "installers",
                "",
            ),
        ] {
            let artifact = Artifact::List(at(group, resource, namespace));
            for root in ["", "support-bundle-2024", "a/b"] {
                let full = format!("{root}/cluster-resources/{path}");
                let full = full.trim_start_matches('/');
                let classified = Classified { root, artifact, format: Format::SupportBundle };
                assert_eq!(classify(full), classified, "{full}");
            }
        }
    }

    #[test]
    fn the_list_of_namespaces_proves_no_absence() {
        let artifact = Artifact::Object(at("", "namespaces", ""));
        assert_eq!(classify("cluster-resources/namespaces.json").artifact, artifact);
    }

    #[test]
    fn a_log_is_partial_and_has_its_container() {
        for (file, container, earlier) in
            [("velero.log", "velero", false), ("velero-previous.log", "velero", true)]
        {
            let log = LogFile { namespace: "x", pod: "p", container, earlier };
            let path = format!("b/cluster-resources/pods/logs/x/p/{file}");
            assert_eq!(classify(&path).artifact, Artifact::PartialLog(log), "{path}");
        }
        for path in [
            "cluster-resources/pods/logs/x/p/c-logs-errors.log",
            "cluster-resources/pods/logs/x/c.log",
            "cluster-resources/pods/x/y.json",
            "cluster-resources/pods-errors.json",
            "cluster-resources/auth-cani-list/x.json",
            "cluster-resources/image-pull-secrets/x/y.json",
            "cluster-resources/groups.json",
            "cluster-resources/custom-resources/nodot.json",
        ] {
            assert_eq!(classify(path).artifact, Artifact::Ignored, "{path}");
        }
    }
}
