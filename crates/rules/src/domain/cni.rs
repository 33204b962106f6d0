//! The agents of network plugins.
//!
//! A plugin is what puts its configuration where the container runtime looks for it; the well-known
//! ones are told by their labels as well, because a dump may lack the volumes of their pods.
//!
//! Sources, each the manifest or chart of the plugin: projectcalico/calico `manifests/calico.yaml`;
//! rancher/rke2-charts (canal); cilium/cilium
//! `install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml`; flannel-io/flannel
//! `Documentation/kube-flannel.yml`; aws/amazon-vpc-cni-k8s `config/master/aws-k8s-cni.yaml`;
//! Azure/azure-container-networking `cns/azure-cns.yaml`; kubernetes-sigs/kind
//! `pkg/build/nodeimage/const_cni.go`; antrea-io/antrea `build/yamls/antrea.yml`; weaveworks/weave;
//! kubeovn/kube-ovn; openshift/cluster-network-operator `bindata/network`.

use mustknow_cluster::model::log::LogSource;
use mustknow_cluster::views::Pod;

/// A network plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CniPlugin {
    /// The name that its makers use.
    pub name: &'static str,
    /// A label of its agents: key and value.
    pub label: (&'static str, &'static str),
    /// The container of the agent.
    pub container: &'static str,
}

const fn plugin(
    name: &'static str,
    label: (&'static str, &'static str),
    container: &'static str,
) -> CniPlugin {
    CniPlugin { name, label, container }
}

/// The well-known plugins.
pub const PLUGINS: &[CniPlugin] = &[
    plugin("OVN-Kubernetes", ("app", "ovnkube-node"), "ovnkube-controller"),
    plugin("OpenShift SDN", ("app", "sdn"), "sdn"),
    plugin("Multus", ("app", "multus"), "kube-multus"),
    plugin("Calico", ("k8s-app", "calico-node"), "calico-node"),
    plugin("Canal", ("k8s-app", "canal"), "calico-node"),
    plugin("Cilium", ("k8s-app", "cilium"), "cilium-agent"),
    plugin("Flannel", ("k8s-app", "flannel"), "kube-flannel"),
    plugin("Flannel", ("app", "flannel"), "kube-flannel"),
    plugin("Amazon VPC CNI", ("k8s-app", "aws-node"), "aws-node"),
    plugin("Azure CNI", ("k8s-app", "azure-cns"), "cns-container"),
    plugin("kindnet", ("k8s-app", "kindnet"), "kindnet-cni"),
    plugin("Antrea", ("component", "antrea-agent"), "antrea-agent"),
    plugin("Weave Net", ("name", "weave-net"), "weave"),
    plugin("kube-router", ("k8s-app", "kube-router"), "kube-router"),
    plugin("Kube-OVN", ("app", "kube-ovn-cni"), "cni-server"),
];

/// The logs of the agents.
pub const CNI_LOGS: &[LogSource] = &[
    LogSource::container("openshift-ovn-kubernetes", "ovnkube-controller"),
    LogSource::container("openshift-ovn-kubernetes", "ovnkube-node"),
    LogSource::container("openshift-sdn", "sdn"),
    LogSource::container("kube-system", "calico-node"),
    LogSource::container("calico-system", "calico-node"),
    LogSource::container("kube-system", "cilium-agent"),
    LogSource::container("cilium", "cilium-agent"),
    LogSource::container("kube-flannel", "kube-flannel"),
    LogSource::container("kube-system", "kube-flannel"),
    LogSource::container("kube-system", "aws-node"),
    LogSource::container("kube-system", "cns-container"),
    LogSource::container("kube-system", "kindnet-cni"),
    LogSource::container("kube-system", "antrea-agent"),
    LogSource::container("kube-system", "weave"),
    LogSource::container("kube-system", "kube-router"),
    LogSource::container("kube-system", "cni-server"),
];

/// How the folders end in which container runtimes look for the configuration of plugins:
/// `/etc/cni/net.d`, `/etc/kubernetes/cni/net.d`, `/var/lib/rancher/k3s/agent/etc/cni/net.d`.
const CONFIGURATION: &str = "/cni/net.d";

/// The well-known plugin whose agent the pod is.
pub fn plugin_of(pod: Pod<'_>) -> Option<&'static CniPlugin> {
    let labels = pod.labels()?;
    PLUGINS.iter().find(|plugin| {
        let (key, value) = plugin.label;
        labels.text_at(&[key]).as_deref() == Some(value)
    })
}

/// Whether the pod is the agent of a network plugin on its node.
pub fn is_cni(pod: Pod<'_>) -> bool {
    let is_of_daemon_set = pod.owner().is_some_and(|(kind, _)| kind == "DaemonSet");
    let configures = || {
        pod.host_paths().any(|path| {
            let path = path.trim_end_matches('/');
            path.ends_with(CONFIGURATION) || path == "/etc/cni"
        })
    };
    // A user may choose the same label, but not in a namespace of the system.
    let is_known =
        || (is_of_daemon_set || pod.namespace().starts_with("kube-")) && plugin_of(pod).is_some();
    is_of_daemon_set && configures() || is_known()
}
