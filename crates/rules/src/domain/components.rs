//! The components of every cluster, and where they run on each distribution.
//!
//! A rule about etcd reads the same words on OpenShift and with kubeadm; only namespace, container
//! and labels differ, and they are here. Pods are told by their labels, because names differ more;
//! a pod without labels, as a static pod of an old release has none, is told by its name.
//!
//! Sources: kubernetes/kubernetes `cmd/kubeadm/app/util/staticpod/utils.go`,
//! `cmd/kubeadm/app/phases/addons`; rancher/rke2 `pkg/podtemplate/podtemplate.go`;
//! siderolabs/talos `internal/app/machined/pkg/controllers/k8s/internal/k8stemplates`; k3s-io/k3s
//! `manifests/coredns.yaml`, `manifests/metrics-server`; openshift/cluster-etcd-operator
//! `bindata/etcd/pod.gotpl.yaml`; openshift/cluster-kube-apiserver-operator
//! `bindata/assets/kube-apiserver/pod.yaml`, and the same of the controller manager and scheduler;
//! openshift/cluster-dns-operator `pkg/operator/controller`.

use std::collections::BTreeMap;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::log::LogSource;
use mustknow_cluster::model::platform::PlainDistribution;
use mustknow_cluster::views::Pod;

use crate::domain::cni::is_cni;
use crate::terms::context::RuleContext;

/// A component of every cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// etcd.
    Etcd,
    /// kube-apiserver.
    KubeApiServer,
    /// kube-controller-manager.
    KubeControllerManager,
    /// kube-scheduler.
    KubeScheduler,
    /// The DNS server of the cluster.
    Dns,
    /// kube-proxy.
    KubeProxy,
    /// The agents of the network plugin.
    Cni,
    /// The server of `metrics.k8s.io`.
    MetricsServer,
    /// The drivers of storage.
    Csi,
}

/// What runs a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentHost {
    /// Pods.
    Pods,
    /// Another program of the node, so that there is no pod: the unit of its journal.
    Program(&'static str),
    /// A service of the node of the component's own: the unit of its journal.
    Service(&'static str),
    /// The cloud provider, so that no dump contains it.
    Provider,
}

/// Where pods of a component run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentLocation {
    /// The namespace.
    pub namespace: &'static str,
    /// A label of the pods: key and value.
    pub label: (&'static str, &'static str),
    /// How the names of the pods begin.
    pub pod_prefix: &'static str,
    /// The container whose log matters.
    pub container: &'static str,
}

const fn location(
    namespace: &'static str,
    label: (&'static str, &'static str),
    pod_prefix: &'static str,
    container: &'static str,
) -> ComponentLocation {
    ComponentLocation { namespace, label, pod_prefix, container }
}

const ETCD: &[ComponentLocation] = &[
    location("openshift-etcd", ("app", "etcd"), "etcd-", "etcd"),
    location("kube-system", ("component", "etcd"), "etcd-", "etcd"),
];
const KUBE_API_SERVER: &[ComponentLocation] = &[
    location(
        "openshift-kube-apiserver",
        ("app", "openshift-kube-apiserver"),
        "kube-apiserver-",
        "kube-apiserver",
    ),
    location("kube-system", ("component", "kube-apiserver"), "kube-apiserver-", "kube-apiserver"),
];
const KUBE_CONTROLLER_MANAGER: &[ComponentLocation] = &[
    location(
        "openshift-kube-controller-manager",
        ("app", "kube-controller-manager"),
        "kube-controller-manager-",
        "kube-controller-manager",
    ),
    location(
        "kube-system",
        ("component", "kube-controller-manager"),
        "kube-controller-manager-",
        "kube-controller-manager",
    ),
];
const KUBE_SCHEDULER: &[ComponentLocation] = &[
    location(
        "openshift-kube-scheduler",
        ("app", "openshift-kube-scheduler"),
        "openshift-kube-scheduler-",
        "kube-scheduler",
    ),
    location("kube-system", ("component", "kube-scheduler"), "kube-scheduler-", "kube-scheduler"),
];
const DNS: &[ComponentLocation] = &[
    location(
        "openshift-dns",
        ("dns.operator.openshift.io/daemonset-dns", "default"),
        "dns-default-",
        "dns",
    ),
    location("kube-system", ("k8s-app", "kube-dns"), "coredns-", "coredns"),
    // The same label; RKE2 and GKE.
    location("kube-system", ("k8s-app", "kube-dns"), "rke2-coredns-rke2-coredns-", "coredns"),
    location("kube-system", ("k8s-app", "kube-dns"), "kube-dns-", "kubedns"),
];
const KUBE_PROXY: &[ComponentLocation] = &[
    location("openshift-kube-proxy", ("app", "kube-proxy"), "openshift-kube-proxy-", "kube-proxy"),
    location("openshift-sdn", ("app", "sdn"), "sdn-", "sdn"),
    location("kube-system", ("k8s-app", "kube-proxy"), "kube-proxy-", "kube-proxy"),
    // RKE2 and GKE, where they are static pods, and AKS.
    location("kube-system", ("component", "kube-proxy"), "kube-proxy-", "kube-proxy"),
];
const METRICS_SERVER: &[ComponentLocation] = &[
    location(
        "openshift-monitoring",
        ("app.kubernetes.io/name", "metrics-server"),
        "metrics-server-",
        "metrics-server",
    ),
    location(
        "openshift-monitoring",
        ("app.kubernetes.io/name", "prometheus-adapter"),
        "prometheus-adapter-",
        "prometheus-adapter",
    ),
    location("kube-system", ("k8s-app", "metrics-server"), "metrics-server-", "metrics-server"),
    location(
        "kube-system",
        ("app.kubernetes.io/name", "metrics-server"),
        "metrics-server-",
        "metrics-server",
    ),
];

impl Component {
    /// Every component.
    pub const ALL: [Self; 9] = [
        Self::Etcd,
        Self::KubeApiServer,
        Self::KubeControllerManager,
        Self::KubeScheduler,
        Self::Dns,
        Self::KubeProxy,
        Self::Cni,
        Self::MetricsServer,
        Self::Csi,
    ];

    /// The name that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiServer => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeScheduler => "kube-scheduler",
            Self::Dns => "cluster DNS",
            Self::KubeProxy => "kube-proxy",
            Self::Cni => "CNI plugin",
            Self::MetricsServer => "metrics-server",
            Self::Csi => "CSI driver",
        }
    }

    /// Where its pods run, OpenShift first. Plugins and drivers run anywhere, and have none.
    pub const fn locations(self) -> &'static [ComponentLocation] {
        match self {
            Self::Etcd => ETCD,
            Self::KubeApiServer => KUBE_API_SERVER,
            Self::KubeControllerManager => KUBE_CONTROLLER_MANAGER,
            Self::KubeScheduler => KUBE_SCHEDULER,
            Self::Dns => DNS,
            Self::KubeProxy => KUBE_PROXY,
            Self::MetricsServer => METRICS_SERVER,
            Self::Cni | Self::Csi => &[],
        }
    }

    /// What runs it on a plain cluster. On k3s a network plugin may be installed instead of the one
    /// that k3s contains.
    pub const fn host(self, distribution: PlainDistribution) -> ComponentHost {
        let is_control_plane = matches!(
            self,
            Self::Etcd | Self::KubeApiServer | Self::KubeControllerManager | Self::KubeScheduler
        );
        match (self, distribution) {
            _ if is_control_plane && distribution.is_managed() => ComponentHost::Provider,
            (Self::KubeProxy | Self::Cni, PlainDistribution::K3s) => ComponentHost::Program("k3s"),
            (_, PlainDistribution::K3s) if is_control_plane => ComponentHost::Program("k3s"),
            (Self::Etcd, PlainDistribution::Talos) => ComponentHost::Service("etcd"),
            _ => ComponentHost::Pods,
        }
    }

    /// Its pods, by namespace and name. Needs pods.
    pub fn pods<'s>(self, cx: &RuleContext<'s>) -> Vec<Pod<'s>> {
        let all = cx.memo().get_or_derive(|| ComponentPods::of(cx.snapshot()));
        let names = all.0.get(&self).map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(|(namespace, name)| cx.find(namespace, name)).collect()
    }

    /// The component that writes a log in pods.
    pub fn of_log(log: LogSource) -> Option<Self> {
        let writes =
            |at: &ComponentLocation| log == LogSource::container(at.namespace, at.container);
        Self::ALL.into_iter().find(|component| component.locations().iter().any(writes))
    }

    /// The component that a pod belongs to.
    pub fn of_pod(pod: Pod<'_>) -> Option<Self> {
        let is_at = |component: &Self| component.locations().iter().any(|at| at.includes(pod));
        Self::ALL.into_iter().find(is_at).or_else(|| match () {
            () if is_cni(pod) => Some(Self::Cni),
            () if is_csi(pod) => Some(Self::Csi),
            () => None,
        })
    }
}

impl ComponentLocation {
    /// Whether the pod runs there.
    pub fn includes(&self, pod: Pod<'_>) -> bool {
        let (key, value) = self.label;
        if pod.namespace() != self.namespace {
            return false;
        }
        match pod.labels().filter(|labels| !labels.is_empty()) {
            Some(labels) => labels.text_at(&[key]).as_deref() == Some(value),
            None => pod.name().starts_with(self.pod_prefix),
        }
    }
}

/// The namespace and the name of a pod.
type PodName = (Box<str>, Box<str>);

/// The pods of each component.
struct ComponentPods(BTreeMap<Component, Vec<PodName>>);

impl ComponentPods {
    fn of(snapshot: &Snapshot) -> Self {
        let mut all: BTreeMap<Component, Vec<_>> = BTreeMap::new();
        for pod in snapshot.all::<Pod<'_>>() {
            if let Some(component) = Component::of_pod(pod) {
                let name = (pod.namespace().into(), pod.name().into());
                all.entry(component).or_default().push(name);
            }
        }
        Self(all)
    }
}

/// Containers of the Kubernetes project beside a driver.
///
/// Source: kubernetes-csi/external-provisioner and its siblings; the examples of their READMEs.
const CSI_SIDECARS: [&str; 8] = [
    "csi-attacher",
    "csi-driver-registrar",
    "csi-node-driver-registrar",
    "csi-provisioner",
    "csi-resizer",
    "csi-snapshotter",
    "driver-registrar",
    "node-driver-registrar",
];
/// Where the kubelet and drivers meet.
const KUBELET_PLUGINS: &str = "/var/lib/kubelet/plugins";

/// Whether the pod is a part of a storage driver.
fn is_csi(pod: Pod<'_>) -> bool {
    pod.containers().any(|container| CSI_SIDECARS.contains(&&*container.name()))
        || pod.host_paths().any(|path| path.starts_with(KUBELET_PLUGINS))
}

#[cfg(test)]
mod tests;
