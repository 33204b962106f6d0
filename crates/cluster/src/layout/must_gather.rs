//! The layout of `oc adm must-gather` and `oc adm inspect`: one folder per image, with a subfolder
//! for each kind of data.
//!
//! Sources: openshift/must-gather `collection-scripts`; openshift/oc `pkg/cli/admin/inspect`,
//! `pkg/cli/admin/mustgather`.

use super::artifact::{Artifact, Classified, LogFile, ResourcePath};
use super::paths::{file_name, log_stem, parent, split, stem};
use crate::model::format::Format;
use crate::model::known_file::KnownFile;

/// Folders directly below the root of a collection.
const MARKERS: [&str; 15] = [
    "cluster-scoped-resources",
    "namespaces",
    "etcd_info",
    "monitoring",
    "host_service_logs",
    "pod_network_connectivity_check",
    "ingress_controllers",
    "web_hooks",
    "network_logs",
    "static-pods",
    "audit_logs",
    "insights-data",
    "nodes",
    "machine_config_ondisk",
    "machine_config_termination_logs",
];

/// Files at the root of a collection that only a must-gather has.
const OF_MUST_GATHER: [&str; 4] = ["version", "gather.logs", "gather.log", "gather-debug.log"];

/// Classifies a path of a must-gather or an inspect.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let name = file_name(path);
    let is_marker = |folder: &str, _: &str| MARKERS.contains(&folder);
    if let Some((root, marker, below)) = split(path, is_marker) {
        let format = format_of(root, marker);
        return Some(Classified { root, artifact: inside(marker, below, name), format });
    }
    let root = parent(path);
    let artifact = at_root(name)?;
    let format =
        if OF_MUST_GATHER.contains(&name) { Format::MustGather } else { Format::Inspection };
    Some(Classified { root, artifact, format })
}

/// An inspect has two folders; a must-gather runs several inspects and writes other folders as
/// well.
fn format_of(root: &str, marker: &str) -> Format {
    let is_inspect = file_name(root).starts_with("inspect.local.");
    let is_named = || root.split('/').any(|folder| folder.starts_with("must-gather"));
    match marker {
        _ if is_inspect => Format::Inspection,
        "cluster-scoped-resources" | "namespaces" if !is_named() => Format::Inspection,
        _ => Format::MustGather,
    }
}

fn at_root(name: &str) -> Option<Artifact<'_>> {
    match name {
        "timestamp" => Some(Artifact::Timestamp),
        "must-gather.logs" | "must-gather.log" | "gather.logs" | "gather.log"
        | "gather-debug.log" => Some(Artifact::GatherLog),
        "report.yaml" => Some(Artifact::CleanReport),
        "version" | "event-filter.html" => Some(Artifact::Ignored),
        _ => name.starts_with("aggregated-discovery").then_some(Artifact::Ignored),
    }
}

fn inside<'p>(marker: &str, rest: &'p str, name: &'p str) -> Artifact<'p> {
    match marker {
        "cluster-scoped-resources" => resource(rest, ""),
        "namespaces" => namespace(rest),
        "etcd_info" => match rest {
            "member_list.json" => Artifact::KnownFile(KnownFile::EtcdMembers),
            "endpoint_health.json" => Artifact::KnownFile(KnownFile::EtcdHealth),
            "endpoint_status.json" => Artifact::KnownFile(KnownFile::EtcdStatus),
            "alarm_list.json" => Artifact::KnownFile(KnownFile::EtcdAlarms),
            "object_count.json" => Artifact::KnownFile(KnownFile::EtcdObjects),
            _ => Artifact::Ignored,
        },
        "monitoring" => monitoring(rest).map_or(Artifact::Ignored, Artifact::KnownFile),
        "host_service_logs" => service_log(host_service(rest)),
        "nodes" => service_log(node_service(rest)),
        "static-pods" => service_log(static_pod(rest)),
        "machine_config_termination_logs" => service_log(daemon(rest)),
        "pod_network_connectivity_check" | "web_hooks" if stem(name).is_some() => {
            Artifact::Manifest
        }
        _ => Artifact::Ignored,
    }
}

/// The responses of Prometheus, or its errors; a cluster runs one or two replicas.
fn monitoring(rest: &str) -> Option<KnownFile> {
    match rest {
        "prometheus/rules.json" | "alerts.json" => return Some(KnownFile::Alerts),
        "prometheus/rules.stderr" | "alert.stderr" => return Some(KnownFile::AlertsStderr),
        _ => {}
    }
    let (replica, file) = rest.strip_prefix("prometheus/prometheus-k8s-")?.split_once('/')?;
    let replica = match replica {
        "0" => 0,
        "1" => 1,
        _ => return None,
    };
    match file {
        "active-targets.json" => Some(KnownFile::Targets(replica)),
        "status/tsdb.json" => Some(KnownFile::Series(replica)),
        _ => None,
    }
}

/// `<group>/<resource>.yaml` or `<group>/<resource>/<name>.yaml`.
fn resource<'p>(rest: &'p str, namespace: &'p str) -> Artifact<'p> {
    let mut parts = rest.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(group), Some(file), None, _) => match stem(file) {
            Some(resource) => Artifact::List(ResourcePath {
                group: core_is_empty(group),
                resource: unqualified(resource, group),
                namespace,
            }),
            None => Artifact::Ignored,
        },
        (Some(group), Some(resource), Some(file), None) if stem(file).is_some() => {
            Artifact::Object(ResourcePath {
                group: core_is_empty(group),
                resource: unqualified(resource, group),
                namespace,
            })
        }
        // `core/pods/<pod>/<pod>.yaml` of older inspects.
        (Some(group), Some(resource @ "pods"), Some(pod), Some(file))
            if stem(file) == Some(pod) =>
        {
            Artifact::Object(ResourcePath { group: core_is_empty(group), resource, namespace })
        }
        _ => Artifact::Ignored,
    }
}

fn core_is_empty(group: &str) -> &str {
    if group == "core" { "" } else { group }
}

/// `backups.velero.io` in the folder `velero.io` is `backups`.
fn unqualified<'p>(resource: &'p str, group: &str) -> &'p str {
    resource
        .strip_suffix(group)
        .and_then(|head| head.strip_suffix('.'))
        .filter(|head| !head.is_empty())
        .unwrap_or(resource)
}

fn namespace(rest: &str) -> Artifact<'_> {
    let Some((namespace, below)) = rest.split_once('/') else { return Artifact::Ignored };
    if let Some(("pods", below)) = below.split_once('/') {
        return pod(namespace, below);
    }
    if stem(below) == Some(namespace) {
        return Artifact::Object(ResourcePath { group: "", resource: "namespaces", namespace: "" });
    }
    // `namespaces/all/namespaces/<ns>.yaml`, written by some releases.
    if let Some(("namespaces", file)) = below.split_once('/')
        && stem(file).is_some()
    {
        return Artifact::Object(ResourcePath { group: "", resource: "namespaces", namespace: "" });
    }
    resource(below, namespace)
}

/// `<pod>/<pod>.yaml` and `<pod>/<container>/<container>/logs/...`.
fn pod<'p>(namespace: &'p str, rest: &'p str) -> Artifact<'p> {
    let mut parts = rest.split('/');
    let (Some(pod), Some(second)) = (parts.next(), parts.next()) else { return Artifact::Ignored };
    if parts.clone().next().is_none() {
        return match stem(second) {
            Some(name) if name == pod => {
                Artifact::Object(ResourcePath { group: "", resource: "pods", namespace })
            }
            _ => Artifact::Ignored,
        };
    }
    let container = second;
    let Some(file) = rest.rsplit('/').next() else { return Artifact::Ignored };
    let is_rotated = rest.contains("/rotated/");
    let is_log = rest.contains("/logs/") && (log_stem(file).is_some() || is_rotated);
    if !is_log {
        return Artifact::Ignored;
    }
    let earlier = file.starts_with("previous") || is_rotated;
    Artifact::Log(LogFile { namespace, pod, container, earlier })
}

/// Node or role, service, and whether the log is from before the last restart.
type NodeService<'p> = (&'p str, &'p str, bool);

fn service_log(service: Option<NodeService<'_>>) -> Artifact<'_> {
    service.map_or(Artifact::Ignored, |(pod, container, earlier)| {
        Artifact::Log(LogFile { namespace: "", pod, container, earlier })
    })
}

/// `masters/kubelet_service.log`, the same for one node, and
/// `windows/log_files/kubelet/kubelet.log`.
fn host_service(rest: &str) -> Option<NodeService<'_>> {
    let (nodes, file) = rest.split_once('/')?;
    if let Some((service, _)) =
        file.strip_prefix("log_files/").and_then(|below| below.split_once('/'))
    {
        return Some((nodes, service, false));
    }
    let service = log_stem(file)?.strip_suffix("_service")?;
    (!service.contains('/')).then_some((nodes, service, false))
}

/// `<node>/<node>_logs_kubelet.gz`.
fn node_service(rest: &str) -> Option<NodeService<'_>> {
    let (node, file) = rest.split_once('/')?;
    let service = file.strip_prefix(node)?.strip_prefix("_logs_")?;
    let service = service.strip_suffix(".gz").unwrap_or(service);
    let service = service.strip_suffix(".log").unwrap_or(service);
    (!service.is_empty() && !service.contains('/')).then_some((node, service, false))
}

/// `kube-apiserver/<node>-termination.log.gz`, `kube-apiserver/<node>-startup.log.gz`, and the
/// same with a date. They are stored on the node and come from earlier instances.
fn static_pod(rest: &str) -> Option<NodeService<'_>> {
    let (service, file) = rest.split_once('/')?;
    let name = log_stem(file).filter(|name| !name.contains('/'))?;
    let node = ["-termination", "-startup"].iter().find_map(|part| name.rfind(part))?;
    Some((name.get(..node)?, service, true))
}

/// `<node>/<file>.log`: logs of the machine-config daemon from before its last restart.
fn daemon(rest: &str) -> Option<NodeService<'_>> {
    let (node, file) = rest.split_once('/')?;
    log_stem(file).map(|_| (node, "machine-config-daemon", true))
}

#[cfg(test)]
mod tests {
    use super::super::classify::classify;
    use super::*;

    fn artifact(path: &str) -> Artifact<'_> {
        classify(path).artifact
    }

    #[test]
    fn the_root_is_the_path_before_the_first_marker() {
        let below = "namespaces/kube-system/core/configmaps.yaml";
        let expected = Artifact::List(ResourcePath {
            group: "",
            resource: "configmaps",
            namespace: "kube-system",
        });
        for root in ["", "must-gather.local.1/quay-io-x", "inspect.local.7", "a/b/c/d/e"] {
            let path = if root.is_empty() { below.to_owned() } else { format!("{root}/{below}") };
            assert_eq!(
                (classify(&path).root, classify(&path).artifact),
                (root, expected),
                "{path}"
            );
        }
    }

    #[test]
    fn a_must_gather_has_more_folders_than_an_inspect() {
        for (path, format) in [
            ("x/namespaces/a/core/pods.yaml", Format::Inspection),
            ("inspect.local.7/cluster-scoped-resources/core/nodes.yaml", Format::Inspection),
            ("must-gather.local.1/inspect.local.7/namespaces/a/a.yaml", Format::Inspection),
            ("must-gather.local.1/image/namespaces/a/a.yaml", Format::MustGather),
            ("a/must-gather/image/namespaces/a/a.yaml", Format::MustGather),
            ("must-gather/namespaces/a/a.yaml", Format::MustGather),
            ("x/etcd_info/member_list.json", Format::MustGather),
            ("x/gather.logs", Format::MustGather),
            ("x/version", Format::MustGather),
        ] {
            assert_eq!(classify(path).format, format, "{path}");
        }
    }

    #[test]
    fn a_pod_has_three_possible_paths() {
        let list = Artifact::List(ResourcePath { group: "", resource: "pods", namespace: "x" });
        let object = Artifact::Object(ResourcePath { group: "", resource: "pods", namespace: "x" });
        assert_eq!(artifact("namespaces/x/core/pods.yaml"), list);
        assert_eq!(artifact("namespaces/x/pods/p/p.yaml"), object);
        assert_eq!(artifact("namespaces/x/core/pods/p.yaml"), object);
        assert_eq!(artifact("namespaces/x/core/pods/p/p.yaml"), object);
    }

    #[test]
    fn a_container_log_has_pod_and_container() {
        let is_log = |file: &str, earlier| {
            let path = format!("namespaces/x/pods/p/c/{file}");
            let log = LogFile { namespace: "x", pod: "p", container: "c", earlier };
            assert_eq!(artifact(&path), Artifact::Log(log), "{path}");
        };
        for file in ["current.log", "current.insecure.log", "current.log.gz"] {
            is_log(&format!("c/logs/{file}"), false);
        }
        let rotated = ["0.log", "0.log.20240101-010101", "0.log.20240101-010101.gz"];
        let rotated = rotated.map(|file| format!("rotated/{file}"));
        for file in ["previous.log", "previous.insecure.log"].into_iter().map(str::to_owned) {
            is_log(&format!("c/logs/{file}"), true);
            // Older releases name the container once.
            is_log(&format!("logs/{file}"), true);
        }
        for file in rotated {
            is_log(&format!("c/logs/{file}"), true);
        }
        assert_eq!(artifact("namespaces/x/pods/p/frr/frr/logs/frr.conf"), Artifact::Ignored);
    }

    #[test]
    fn a_node_log_has_node_or_role_and_service() {
        for (path, pod, container, earlier) in [
            ("host_service_logs/masters/kubelet_service.log", "masters", "kubelet", false),
            ("host_service_logs/workers/crio_service.log.gz", "workers", "crio", false),
            ("host_service_logs/node-a/rpm-ostreed_service.log", "node-a", "rpm-ostreed", false),
            (
                "host_service_logs/windows/log_files/kube-proxy/kube-proxy.exe.ERROR",
                "windows",
                "kube-proxy",
                false,
            ),
            ("nodes/a.b.c/a.b.c_logs_kubelet.gz", "a.b.c", "kubelet", false),
            ("nodes/a/a_logs_crio", "a", "crio", false),
            ("static-pods/kube-apiserver/a-b-termination.log.gz", "a-b", "kube-apiserver", true),
            (
                "static-pods/kube-apiserver/a-startup-20240101T010101.log.gz",
                "a",
                "kube-apiserver",
                true,
            ),
            ("machine_config_termination_logs/a/previous.log", "a", "machine-config-daemon", true),
        ] {
            let log = LogFile { namespace: "", pod, container, earlier };
            assert_eq!(artifact(path), Artifact::Log(log), "{path}");
            let wrapped = format!("must-gather/image/{path}");
            assert_eq!(classify(&wrapped).root, "must-gather/image");
        }
        for path in [
            "nodes/a/dmesg",
            "nodes/a/sysinfo.log",
            "nodes/a/b_logs_kubelet.gz",
            "nodes/skipped_nodes.txt",
            "host_service_logs/masters/kubelet.txt",
            "static-pods/kube-apiserver/x.yaml",
        ] {
            assert_eq!(artifact(path), Artifact::Ignored, "{path}");
        }
    }

    #[test]
    fn a_namespace_object_proves_the_namespace() {
        let namespace =
            Artifact::Object(ResourcePath { group: "", resource: "namespaces", namespace: "" });
        assert_eq!(artifact("namespaces/x/x.yaml"), namespace);
        assert_eq!(artifact("namespaces/all/namespaces/x.yaml"), namespace);
    }

    #[test]
    fn qualified_folders_and_both_forms_of_a_resource_are_known() {
        let group = "velero.io";
        let list = Artifact::List(ResourcePath { group, resource: "backups", namespace: "x" });
        assert_eq!(artifact("namespaces/x/velero.io/backups.velero.io.yaml"), list);
        let object = Artifact::Object(ResourcePath { group, resource: "backups", namespace: "x" });
        assert_eq!(artifact("namespaces/x/velero.io/backups.velero.io/b.yaml"), object);
    }

    #[test]
    fn a_known_file_is_found_at_its_usual_path() {
        use KnownFile::{Alerts, EtcdAlarms, EtcdHealth, EtcdMembers, EtcdObjects, EtcdStatus};
        for known_file in [EtcdMembers, EtcdHealth, EtcdStatus, EtcdAlarms, EtcdObjects, Alerts] {
            assert_eq!(artifact(known_file.usual_path()), Artifact::KnownFile(known_file));
        }
        assert_eq!(artifact("monitoring/alerts.json"), Artifact::KnownFile(Alerts));
        for replica in [0, 1] {
            for known_file in [KnownFile::Targets(replica), KnownFile::Series(replica)] {
                assert_eq!(artifact(known_file.usual_path()), Artifact::KnownFile(known_file));
            }
        }
        let stderr = Artifact::KnownFile(KnownFile::AlertsStderr);
        assert_eq!(artifact("monitoring/prometheus/rules.stderr"), stderr);
        assert_eq!(artifact("monitoring/alert.stderr"), stderr);
        for path in [
            "monitoring/prometheus/prometheus-k8s-2/active-targets.json",
            "monitoring/prometheus/prometheus-k8s-0/active-targets.stderr",
            "monitoring/prometheus/prometheus-k8s-0/status/runtimeinfo.json",
            "monitoring/prometheus/status/config.json",
        ] {
            assert_eq!(artifact(path), Artifact::Ignored, "{path}");
        }
        assert_eq!(artifact("etcd_info/metrics.openmetrics"), Artifact::Ignored);
    }

    #[test]
    fn files_that_no_rule_reads_are_ignored() {
        for path in ["event-filter.html", "._x.yaml", "a/b/namespaces", "network_logs/x.yaml"] {
            assert_eq!(artifact(path), Artifact::Ignored, "{path}");
        }
        assert_eq!(artifact("co.yaml"), Artifact::Manifest);
        assert_eq!(artifact("wrapper/timestamp"), Artifact::Timestamp);
    }
}
