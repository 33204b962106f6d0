//! Which pods and logs belong to which component.

use mustknow_cluster::{Interest, Snapshot, open_stream};

use super::*;
use crate::domain::component_logs::*;

/// A cluster with these pods: namespace, name, labels, more fields.
fn cluster(pods: &[(&str, &str, &str, &str)]) -> Snapshot {
    let pods: Vec<_> = pods
        .iter()
        .map(|(namespace, name, labels, more)| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  namespace: {namespace}\n  name: \
                 {name}\n  labels: {{{labels}}}\n{more}"
            )
        })
        .collect();
    let text = pods.join("---\n");
    let limits = mustknow_archive::Limits::default();
    open_stream("pods.yaml", text.as_bytes(), &Interest::everything(), limits, &|_| {})
        .unwrap()
        .snapshots
        .remove(0)
}

/// The component of the only pod.
fn component(namespace: &str, name: &str, labels: &str, more: &str) -> Option<Component> {
    let cluster = cluster(&[(namespace, name, labels, more)]);
    Component::of_pod(cluster.all::<Pod<'_>>().next().unwrap())
}

const OF_DAEMON_SET: &str =
    "  ownerReferences:\n  - {apiVersion: apps/v1, kind: DaemonSet, name: a, uid: u}\n";

#[test]
fn the_pods_of_each_distribution_are_found_by_their_labels() {
    for (namespace, name, labels, expected) in [
        ("openshift-etcd", "etcd-a", "app: etcd", Component::Etcd),
        ("kube-system", "etcd-a", "component: etcd, tier: control-plane", Component::Etcd),
        (
            "openshift-kube-scheduler",
            "openshift-kube-scheduler-a",
            "app: openshift-kube-scheduler",
            Component::KubeScheduler,
        ),
        (
            "kube-system",
            "kube-controller-manager-a",
            "component: kube-controller-manager",
            Component::KubeControllerManager,
        ),
        ("kube-system", "coredns-7db6d8ff4d-x", "k8s-app: kube-dns", Component::Dns),
        (
            "kube-system",
            "rke2-coredns-rke2-coredns-58fd75f64b-x",
            "k8s-app: kube-dns",
            Component::Dns,
        ),
        (
            "openshift-dns",
            "dns-default-x",
            "dns.operator.openshift.io/daemonset-dns: default",
            Component::Dns,
        ),
        ("kube-system", "kube-proxy-x", "k8s-app: kube-proxy", Component::KubeProxy),
        ("kube-system", "kube-proxy-gke-a-x", "component: kube-proxy", Component::KubeProxy),
        ("kube-system", "metrics-server-x", "k8s-app: metrics-server", Component::MetricsServer),
        // A static pod without labels is known by its name.
        ("kube-system", "kube-apiserver-a", "", Component::KubeApiServer),
    ] {
        assert_eq!(component(namespace, name, labels, ""), Some(expected), "{name}");
    }
}

#[test]
fn a_name_or_a_label_elsewhere_proves_nothing() {
    for (namespace, name, labels) in [
        ("shop", "etcd-0", "app: etcd"),
        ("openshift-etcd", "etcd-guard-a", "app: guard"),
        ("openshift-etcd", "installer-3-a", "app: installer"),
        (
            "openshift-dns",
            "node-resolver-x",
            "dns.operator.openshift.io/daemonset-node-resolver: x",
        ),
        ("shop", "web", "k8s-app: kube-dns"),
        ("shop", "calico-node-x", "k8s-app: calico-node"),
    ] {
        assert_eq!(component(namespace, name, labels, ""), None, "{name}");
    }
}

#[test]
fn a_network_plugin_is_known_by_what_it_configures_or_by_its_label() {
    let mounting = |path: &str| {
        format!("{OF_DAEMON_SET}spec:\n  volumes:\n  - {{name: n, hostPath: {{path: {path}}}}}\n")
    };
    for path in ["/etc/cni/net.d", "/etc/cni/net.d/", "/var/lib/rancher/k3s/agent/etc/cni/net.d"] {
        assert_eq!(component("net", "new-x", "app: new", &mounting(path)), Some(Component::Cni));
    }
    assert_eq!(component("net", "new-x", "app: new", &mounting("/var/log")), None);
    for (namespace, label) in [
        ("kube-system", "k8s-app: cilium"),
        ("calico-system", "k8s-app: calico-node"),
        ("kube-flannel", "k8s-app: flannel"),
        ("kube-system", "k8s-app: aws-node"),
        ("kube-system", "k8s-app: kindnet"),
        ("kube-system", "name: weave-net"),
        ("kube-system", "component: antrea-agent"),
        ("openshift-ovn-kubernetes", "app: ovnkube-node"),
    ] {
        let found = component(namespace, "agent-x", label, OF_DAEMON_SET);
        assert_eq!(found, Some(Component::Cni), "{label}");
    }
}

#[test]
fn a_storage_driver_is_known_by_its_sidecars_and_mounts() {
    let status = "status:\n  containerStatuses:\n  - {name: csi-provisioner, ready: true}\n";
    assert_eq!(component("storage", "a-0", "app: a", status), Some(Component::Csi));
    let mounts = "spec:\n  volumes:\n  - hostPath: {path: /var/lib/kubelet/plugins_registry}\n";
    assert_eq!(component("storage", "a-0", "app: a", mounts), Some(Component::Csi));
}

#[test]
fn what_has_no_pod_is_run_by_something_else() {
    use PlainDistribution::{Eks, K3s, Kubeadm, Rke2, Talos};
    for (component, distribution, host) in [
        (Component::Etcd, Kubeadm, ComponentHost::Pods),
        (Component::Etcd, Rke2, ComponentHost::Pods),
        (Component::Etcd, K3s, ComponentHost::Program("k3s")),
        (Component::KubeProxy, K3s, ComponentHost::Program("k3s")),
        (Component::Dns, K3s, ComponentHost::Pods),
        (Component::Etcd, Talos, ComponentHost::Service("etcd")),
        (Component::KubeApiServer, Talos, ComponentHost::Pods),
        (Component::KubeScheduler, Eks, ComponentHost::Provider),
        (Component::Dns, Eks, ComponentHost::Pods),
    ] {
        assert_eq!(component.host(distribution), host, "{component:?} {distribution}");
    }
}

#[test]
fn every_log_is_of_a_location() {
    let of = |component: Component, logs: &[LogSource]| {
        for at in component.locations() {
            let is_listed = logs.iter().any(|it| it.includes(at.namespace, at.container));
            assert!(is_listed, "{}: {at:?}", component.as_str());
        }
    };
    of(Component::Etcd, ETCD_LOGS);
    of(Component::KubeApiServer, KUBE_API_SERVER_LOGS);
    of(Component::KubeControllerManager, KUBE_CONTROLLER_MANAGER_LOGS);
    of(Component::KubeScheduler, KUBE_SCHEDULER_LOGS);
    of(Component::Dns, DNS_LOGS);
    of(Component::KubeProxy, KUBE_PROXY_LOGS);
    of(Component::MetricsServer, METRICS_SERVER_LOGS);
}

#[test]
fn all_pods_of_a_component_are_found_in_one_pass() {
    let cluster = cluster(&[
        ("kube-system", "etcd-a", "component: etcd", ""),
        ("kube-system", "etcd-b", "component: etcd", ""),
        ("kube-system", "kube-proxy-x", "k8s-app: kube-proxy", ""),
        ("shop", "web", "app: web", ""),
    ]);
    let ComponentPods(all) = ComponentPods::of(&cluster);
    let count = |component| all.get(&component).map_or(0, Vec::len);
    assert_eq!(Component::ALL.map(count), [2, 0, 0, 0, 0, 1, 0, 0, 0]);
}
