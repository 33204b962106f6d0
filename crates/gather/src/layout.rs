//! The one table from a path of the archive to what the file at that path is.
//!
//! Wrapper folders have any name and any depth, so a path is split at the first folder that only
//! a collection has (`cluster-scoped-resources`, `namespaces`, `etcd_info`, ...): what stands
//! before it is the root of the collection, what stands after it says what the file is.

/// What a file is, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact<'p> {
    /// Every object of one resource in one place: `namespaces/x/core/pods.yaml`.
    List(ResourcePath<'p>),
    /// One object: `cluster-scoped-resources/core/nodes/a.yaml`.
    Object(ResourcePath<'p>),
    /// A log of one container of one pod, or of a service of a node.
    Log(LogFile<'p>),
    /// A file with a shape of its own.
    Special(Special),
    /// `timestamp`: when the collection ran.
    Timestamp,
    /// A log of the collection itself: `must-gather.logs`, `gather.logs`.
    GatherLog,
    /// What obfuscated the archive wrote about its work.
    CleanReport,
    /// YAML or JSON at no known place; its content may still say what it is.
    Loose,
    /// Nothing a diagnosis reads.
    Noise,
}

/// What a path says of the objects in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourcePath<'p> {
    /// API group; empty for the core group.
    pub group: &'p str,
    /// The resource: `configmaps`.
    pub resource: &'p str,
    /// The namespace; empty for cluster scope.
    pub namespace: &'p str,
}

/// Where a log comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFile<'p> {
    /// Namespace of the pod; empty for a node service.
    pub namespace: &'p str,
    /// Pod; for a node service its node, or the role of the nodes whose logs are in one file.
    pub pod: &'p str,
    /// Container, or node service.
    pub container: &'p str,
    /// The log of the instance before the last restart, or a rotated one.
    pub earlier: bool,
}

/// Files that hold one known thing each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Special {
    /// `etcd_info/member_list.json`
    EtcdMembers,
    /// `etcd_info/endpoint_health.json`
    EtcdHealth,
    /// `etcd_info/endpoint_status.json`
    EtcdStatus,
    /// `etcd_info/alarm_list.json`
    EtcdAlarms,
    /// `etcd_info/object_count.json`
    EtcdObjects,
    /// `monitoring/prometheus/rules.json`, in 4.7 and 4.8 `monitoring/alerts.json`
    Alerts,
}

impl Special {
    /// Where a must-gather has it, for the reader who looks for it.
    pub const fn usual_path(self) -> &'static str {
        match self {
            Self::EtcdMembers => "etcd_info/member_list.json",
            Self::EtcdHealth => "etcd_info/endpoint_health.json",
            Self::EtcdStatus => "etcd_info/endpoint_status.json",
            Self::EtcdAlarms => "etcd_info/alarm_list.json",
            Self::EtcdObjects => "etcd_info/object_count.json",
            Self::Alerts => "monitoring/prometheus/rules.json",
        }
    }
}

/// A path with the collection it belongs to and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<'p> {
    /// The folder of the collection, without a trailing slash; empty at the top.
    pub root: &'p str,
    /// What the file is.
    pub artifact: Artifact<'p>,
}

/// Folders that stand directly below the root of a collection.
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

/// Says what the file at `path` is.
pub fn place(path: &str) -> Placed<'_> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("._") {
        return Placed { root: "", artifact: Artifact::Noise };
    }
    match split(path) {
        Some((root, marker, rest)) => Placed { root, artifact: inside(marker, rest, name) },
        None => Placed { root: parent(path), artifact: at_root(name) },
    }
}

/// Splits `path` at its first marker folder into root, marker and rest.
fn split(path: &str) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for folder in path.split('/') {
        let end = start + folder.len();
        if MARKERS.contains(&folder)
            && let Some(rest) = path.get(end + 1..)
        {
            let root = path.get(..start).unwrap_or_default();
            return Some((root.trim_end_matches('/'), folder, rest));
        }
        start = end + 1;
    }
    None
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn at_root(name: &str) -> Artifact<'_> {
    match name {
        "timestamp" => Artifact::Timestamp,
        "must-gather.logs" | "must-gather.log" | "gather.logs" | "gather.log"
        | "gather-debug.log" => Artifact::GatherLog,
        "report.yaml" => Artifact::CleanReport,
        _ if stem(name).is_some() && !name.starts_with("aggregated-discovery") => Artifact::Loose,
        _ => Artifact::Noise,
    }
}

/// The name of a YAML or JSON file without its suffix.
fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".json")).or(name.strip_suffix(".yml"))
}

fn inside<'p>(marker: &str, rest: &'p str, name: &'p str) -> Artifact<'p> {
    match marker {
        "cluster-scoped-resources" => resource(rest, ""),
        "namespaces" => namespace(rest),
        "etcd_info" => match rest {
            "member_list.json" => Artifact::Special(Special::EtcdMembers),
            "endpoint_health.json" => Artifact::Special(Special::EtcdHealth),
            "endpoint_status.json" => Artifact::Special(Special::EtcdStatus),
            "alarm_list.json" => Artifact::Special(Special::EtcdAlarms),
            "object_count.json" => Artifact::Special(Special::EtcdObjects),
            _ => Artifact::Noise,
        },
        "monitoring" => match rest {
            "prometheus/rules.json" | "alerts.json" => Artifact::Special(Special::Alerts),
            _ => Artifact::Noise,
        },
        "host_service_logs" => service_log(host_service(rest)),
        "nodes" => service_log(node_service(rest)),
        "static-pods" => service_log(static_pod(rest)),
        "machine_config_termination_logs" => service_log(daemon(rest)),
        "pod_network_connectivity_check" | "web_hooks" if stem(name).is_some() => Artifact::Loose,
        _ => Artifact::Noise,
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
            None => Artifact::Noise,
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
        _ => Artifact::Noise,
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
    let Some((namespace, below)) = rest.split_once('/') else { return Artifact::Noise };
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
    let (Some(pod), Some(second)) = (parts.next(), parts.next()) else { return Artifact::Noise };
    if parts.clone().next().is_none() {
        return match stem(second) {
            Some(name) if name == pod => {
                Artifact::Object(ResourcePath { group: "", resource: "pods", namespace })
            }
            _ => Artifact::Noise,
        };
    }
    let container = second;
    let Some(file) = rest.rsplit('/').next() else { return Artifact::Noise };
    let is_rotated = rest.contains("/rotated/");
    let is_log = rest.contains("/logs/") && (log_stem(file).is_some() || is_rotated);
    if !is_log {
        return Artifact::Noise;
    }
    let earlier = file.starts_with("previous") || is_rotated;
    Artifact::Log(LogFile { namespace, pod, container, earlier })
}

/// A log without what says that it is one and that it is packed.
fn log_stem(file: &str) -> Option<&str> {
    file.strip_suffix(".gz").unwrap_or(file).strip_suffix(".log")
}

/// Node or role, service, and whether the log is of an earlier run.
type Service<'p> = (&'p str, &'p str, bool);

fn service_log(service: Option<Service<'_>>) -> Artifact<'_> {
    service.map_or(Artifact::Noise, |(pod, container, earlier)| {
        Artifact::Log(LogFile { namespace: "", pod, container, earlier })
    })
}

/// `masters/kubelet_service.log`, the same for one node, and
/// `windows/log_files/kubelet/kubelet.log`.
fn host_service(rest: &str) -> Option<Service<'_>> {
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
fn node_service(rest: &str) -> Option<Service<'_>> {
    let (node, file) = rest.split_once('/')?;
    let service = file.strip_prefix(node)?.strip_prefix("_logs_")?;
    let service = service.strip_suffix(".gz").unwrap_or(service);
    let service = service.strip_suffix(".log").unwrap_or(service);
    (!service.is_empty() && !service.contains('/')).then_some((node, service, false))
}

/// `kube-apiserver/<node>-termination.log.gz`, `kube-apiserver/<node>-startup.log.gz`, and the
/// same with a date. They lie on the node, and tell of instances before the one that runs.
fn static_pod(rest: &str) -> Option<Service<'_>> {
    let (service, file) = rest.split_once('/')?;
    let name = log_stem(file).filter(|name| !name.contains('/'))?;
    let node = ["-termination", "-startup"].iter().find_map(|part| name.rfind(part))?;
    Some((name.get(..node)?, service, true))
}

/// `<node>/<file>.log`: what the machine-config daemon kept before it was restarted.
fn daemon(rest: &str) -> Option<Service<'_>> {
    let (node, file) = rest.split_once('/')?;
    log_stem(file).map(|_| (node, "machine-config-daemon", true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(path: &str) -> Artifact<'_> {
        place(path).artifact
    }

    #[test]
    fn the_root_is_what_stands_before_the_first_marker() {
        let below = "namespaces/kube-system/core/configmaps.yaml";
        let expected = Artifact::List(ResourcePath {
            group: "",
            resource: "configmaps",
            namespace: "kube-system",
        });
        for root in ["", "must-gather.local.1/quay-io-x", "inspect.local.7", "a/b/c/d/e"] {
            let path = if root.is_empty() { below.to_owned() } else { format!("{root}/{below}") };
            assert_eq!(place(&path), Placed { root, artifact: expected }, "{path}");
        }
    }

    #[test]
    fn a_pod_stands_in_three_places() {
        let list = Artifact::List(ResourcePath { group: "", resource: "pods", namespace: "x" });
        let object = Artifact::Object(ResourcePath { group: "", resource: "pods", namespace: "x" });
        assert_eq!(artifact("namespaces/x/core/pods.yaml"), list);
        assert_eq!(artifact("namespaces/x/pods/p/p.yaml"), object);
        assert_eq!(artifact("namespaces/x/core/pods/p.yaml"), object);
        assert_eq!(artifact("namespaces/x/core/pods/p/p.yaml"), object);
    }

    #[test]
    fn a_container_log_knows_pod_and_container() {
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
            // Before the container was named twice.
            is_log(&format!("logs/{file}"), true);
        }
        for file in rotated {
            is_log(&format!("c/logs/{file}"), true);
        }
        assert_eq!(artifact("namespaces/x/pods/p/frr/frr/logs/frr.conf"), Artifact::Noise);
    }

    #[test]
    fn a_log_of_a_node_knows_node_or_role_and_service() {
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
            assert_eq!(place(&wrapped).root, "must-gather/image");
        }
        for path in [
            "nodes/a/dmesg",
            "nodes/a/sysinfo.log",
            "nodes/a/b_logs_kubelet.gz",
            "nodes/skipped_nodes.txt",
            "host_service_logs/masters/kubelet.txt",
            "static-pods/kube-apiserver/x.yaml",
        ] {
            assert_eq!(artifact(path), Artifact::Noise, "{path}");
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
    fn qualified_folders_and_both_shapes_of_a_resource_are_known() {
        let group = "velero.io";
        let list = Artifact::List(ResourcePath { group, resource: "backups", namespace: "x" });
        assert_eq!(artifact("namespaces/x/velero.io/backups.velero.io.yaml"), list);
        let object = Artifact::Object(ResourcePath { group, resource: "backups", namespace: "x" });
        assert_eq!(artifact("namespaces/x/velero.io/backups.velero.io/b.yaml"), object);
    }

    #[test]
    fn a_file_with_a_shape_of_its_own_is_found_where_a_gather_puts_it() {
        use Special::{Alerts, EtcdAlarms, EtcdHealth, EtcdMembers, EtcdObjects, EtcdStatus};
        for special in [EtcdMembers, EtcdHealth, EtcdStatus, EtcdAlarms, EtcdObjects, Alerts] {
            assert_eq!(artifact(special.usual_path()), Artifact::Special(special));
        }
        assert_eq!(artifact("monitoring/alerts.json"), Artifact::Special(Alerts));
        assert_eq!(artifact("etcd_info/metrics.openmetrics"), Artifact::Noise);
    }

    #[test]
    fn what_no_diagnosis_reads_is_noise() {
        for path in ["event-filter.html", "._x.yaml", "a/namespaces", "network_logs/x.yaml"] {
            assert_eq!(artifact(path), Artifact::Noise, "{path}");
        }
        assert_eq!(artifact("co.yaml"), Artifact::Loose);
        assert_eq!(artifact("wrapper/timestamp"), Artifact::Timestamp);
    }
}
