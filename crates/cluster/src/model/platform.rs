//! Which Kubernetes it is, by what the archive shows.
//!
//! Signs are weighed in steps, because clusters borrow from one another. What only the platform
//! itself can write decides first. Then come the nodes of a known distribution: a plain cluster may
//! well hold a Route or a namespace `openshift-operators` of a product that was made for OpenShift.
//! Signs that only suggest a platform come last, and where nothing is left, the answer is unknown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use mustknow_yaml::Value;

use super::coverage::Coverage;
use super::kind::Kind;
use super::kinds::{CONFIG_MAP, NAMESPACE, NODE, POD};
use super::resource::Resource;

/// Which Kubernetes a cluster is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// OpenShift or OKD.
    OpenShift,
    /// Another distribution of Kubernetes.
    Kubernetes,
    /// The archive does not show it.
    #[default]
    Unknown,
}

/// A distribution of Kubernetes other than OpenShift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlainDistribution {
    /// kubeadm, and what is built on it, unless it is kind or minikube.
    Kubeadm,
    /// kind.
    Kind,
    /// minikube.
    Minikube,
    /// k3s and k3d.
    K3s,
    /// RKE2.
    Rke2,
    /// Talos Linux.
    Talos,
    /// Amazon Elastic Kubernetes Service.
    Eks,
    /// Azure Kubernetes Service.
    Aks,
    /// Google Kubernetes Engine.
    Gke,
    /// Another distribution, or the archive does not show which.
    Other,
}

impl PlainDistribution {
    /// Every distribution.
    pub const ALL: [Self; 10] = [
        Self::Kubeadm,
        Self::Kind,
        Self::Minikube,
        Self::K3s,
        Self::Rke2,
        Self::Talos,
        Self::Eks,
        Self::Aks,
        Self::Gke,
        Self::Other,
    ];

    /// The name that its makers use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kubeadm => "kubeadm",
            Self::Kind => "kind",
            Self::Minikube => "minikube",
            Self::K3s => "k3s",
            Self::Rke2 => "RKE2",
            Self::Talos => "Talos",
            Self::Eks => "EKS",
            Self::Aks => "AKS",
            Self::Gke => "GKE",
            Self::Other => "Kubernetes",
        }
    }

    /// Whether a cloud provider runs the control plane, so that no dump contains it.
    pub const fn is_managed(self) -> bool {
        matches!(self, Self::Eks | Self::Aks | Self::Gke)
    }
}

impl fmt::Display for PlainDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// API groups that only the platform serves: its release payload and its aggregated API servers.
///
/// Many products have a group below `openshift.io` and run on any Kubernetes, so the suffix proves
/// nothing: `csiaddons`, `replication.storage`, `sriovnetwork`, `nfd`, `ptp`, `hive`,
/// `agent-install`, `hypershift`, `ocs`, `local.storage`, `logging`, `metering`, `sharedresource`.
///
/// Sources: openshift/api, each `register.go`; openshift/cloud-credential-operator,
/// openshift/cluster-autoscaler-operator, openshift/cluster-node-tuning-operator.
const PLATFORM_GROUPS: [&str; 37] = [
    "apiextensions.openshift.io",
    "apiserver.openshift.io",
    "apps.openshift.io",
    "authorization.openshift.io",
    "autoscaling.openshift.io",
    "build.openshift.io",
    "cloud.network.openshift.io",
    "cloudcredential.openshift.io",
    "config.openshift.io",
    "controlplane.operator.openshift.io",
    "etcd.openshift.io",
    "helm.openshift.io",
    "image.openshift.io",
    "imageregistry.operator.openshift.io",
    "ingress.operator.openshift.io",
    "insights.openshift.io",
    "kubecontrolplane.config.openshift.io",
    "machine.openshift.io",
    "machineconfiguration.openshift.io",
    "monitoring.openshift.io",
    "network.openshift.io",
    "network.operator.openshift.io",
    "oauth.openshift.io",
    "openshiftcontrolplane.config.openshift.io",
    "operator.openshift.io",
    "osin.config.openshift.io",
    "performance.openshift.io",
    "platform.openshift.io",
    "project.openshift.io",
    "quota.openshift.io",
    "samples.operator.openshift.io",
    "security.internal.openshift.io",
    "servicecertsigner.config.openshift.io",
    "template.openshift.io",
    "tuned.openshift.io",
    "unidling.openshift.io",
    "user.openshift.io",
];

/// API groups of the platform whose CRDs are also installed on plain clusters, for tests and for
/// products that can do without the rest.
const BORROWED_GROUPS: [&str; 3] =
    ["console.openshift.io", "route.openshift.io", "security.openshift.io"];

/// Domains of the labels and annotations that the platform puts on nodes.
///
/// Sources: openshift/machine-config-operator `templates/*/01-*-kubelet/*/units/kubelet.service.yaml`
/// and `pkg/daemon/constants/constants.go`; openshift/machine-api-operator;
/// openshift/windows-machine-config-operator.
const NODE_DOMAINS: [&str; 6] = [
    "node.openshift.io",
    "machineconfiguration.openshift.io",
    "machine.openshift.io",
    "cloud.network.openshift.io",
    "tuned.openshift.io",
    "windowsmachineconfig.openshift.io",
];

/// Operating systems that are built for the platform, as nodes report them.
const OS_IMAGES: [&str; 4] =
    ["Red Hat Enterprise Linux CoreOS", "CentOS Stream CoreOS", "RHCOS", "SCOS"];

/// Annotations that admission and controllers of the platform write on every pod and namespace.
///
/// Sources: openshift/api `security/v1/consts.go`; openshift/apiserver-library-go
/// `pkg/securitycontextconstraints/sccadmission`.
const POD_SCC: &str = "openshift.io/scc";
const NAMESPACE_UID_RANGE: &str = "openshift.io/sa.scc.uid-range";
/// The ConfigMap that the platform creates in every namespace.
const SERVICE_CA: &str = "openshift-service-ca.crt";

/// The objects of an archive, by kind.
type Objects = BTreeMap<&'static Kind, Vec<Resource>>;

/// Which Kubernetes it is, and of a plain cluster which distribution.
pub(crate) fn detect(
    objects: &Objects,
    coverage: &Coverage,
) -> (Platform, Option<PlainDistribution>) {
    let nodes = of_kind(objects, &NODE);
    let plain = |distribution| (Platform::Kubernetes, Some(distribution));
    if has_platform_objects(objects, coverage) || nodes.iter().any(is_openshift_node) {
        return (Platform::OpenShift, None);
    }
    if let Some(distribution) = nodes.iter().find_map(distribution_of_node) {
        return plain(distribution);
    }
    if suggests_openshift(objects, coverage) {
        return (Platform::OpenShift, None);
    }
    match distribution_of_system(objects) {
        Some(distribution) => plain(distribution),
        None if nodes.iter().any(has_node_info) => plain(PlainDistribution::Other),
        None => (Platform::Unknown, None),
    }
}

/// Whether an API group is of OpenShift, and on a plain cluster at most as a CRD of a product.
pub fn is_openshift_group(group: &str) -> bool {
    platform_group(group).is_some() || BORROWED_GROUPS.contains(&group)
}

/// The group of the platform, if it is one.
pub(crate) fn platform_group(group: &str) -> Option<&'static str> {
    PLATFORM_GROUPS.into_iter().find(|known| *known == group)
}

fn of_kind<'o>(objects: &'o Objects, kind: &Kind) -> &'o [Resource] {
    objects.get(kind).map(Vec::as_slice).unwrap_or_default()
}

fn has_platform_objects(objects: &Objects, coverage: &Coverage) -> bool {
    let stored = objects.iter().filter(|(_, all)| !all.is_empty()).map(|(kind, _)| kind.group);
    stored.chain(coverage.groups()).any(|group| platform_group(group).is_some())
}

/// Whether the platform or its installer labelled, annotated or built the node.
fn is_openshift_node(node: &Resource) -> bool {
    let has_mark = |field: &str| {
        keys(node, field).any(|key| {
            key.split_once('/').is_some_and(|(domain, _)| NODE_DOMAINS.contains(&domain))
        })
    };
    let os = info(node, "osImage");
    has_mark("labels")
        || has_mark("annotations")
        || OS_IMAGES.iter().any(|image| os.contains(image))
        || info(node, "kubeletVersion").contains("okd")
}

/// The distribution whose programs set up the node, if they left a sign.
///
/// Sources: kubernetes-sigs/kind `pkg/cluster/internal/kubeadm/config.go` (provider id);
/// kubernetes/minikube `pkg/minikube/bootstrapper/kubeadm/kubeadm.go` (labels); k3s-io/k3s and
/// rancher/rke2 (version suffix, annotations); siderolabs/talos `pkg/machinery/version`
/// (os-release) and `pkg/machinery/constants`; awslabs/amazon-eks-ami, Azure/AKS and GKE (version
/// suffix, labels); kubernetes/kubernetes `cmd/kubeadm/app/constants/constants.go` (annotation).
fn distribution_of_node(node: &Resource) -> Option<PlainDistribution> {
    let version = info(node, "kubeletVersion");
    let provider = node.text(&["spec", "providerID"]).unwrap_or_default();
    let labelled = |prefix: &str| keys(node, "labels").any(|key| key.starts_with(prefix));
    let annotated = |prefix: &str| keys(node, "annotations").any(|key| key.starts_with(prefix));
    let is_annotated_by = |domain: &str| {
        keys(node, "annotations")
            .any(|key| key.split_once('/').is_some_and(|(of, _)| of.ends_with(domain)))
    };
    let signs = [
        (provider.starts_with("kind://"), PlainDistribution::Kind),
        (labelled("minikube.k8s.io/"), PlainDistribution::Minikube),
        (version.contains("+rke2") || annotated("rke2.io/"), PlainDistribution::Rke2),
        (
            version.contains("+k3s") || provider.starts_with("k3s://") || annotated("k3s.io/"),
            PlainDistribution::K3s,
        ),
        (
            info(node, "osImage").starts_with("Talos") || is_annotated_by("talos.dev"),
            PlainDistribution::Talos,
        ),
        (version.contains("-eks-") || labelled("eks.amazonaws.com/"), PlainDistribution::Eks),
        (
            version.contains("-gke.") || labelled("cloud.google.com/gke-nodepool"),
            PlainDistribution::Gke,
        ),
        (labelled("kubernetes.azure.com/"), PlainDistribution::Aks),
        (annotated("kubeadm.alpha.kubernetes.io/"), PlainDistribution::Kubeadm),
    ];
    signs.into_iter().find(|(is_shown, _)| *is_shown).map(|(_, distribution)| distribution)
}

/// Whether something is in the archive that OpenShift writes, and a plain cluster seldom has.
fn suggests_openshift(objects: &Objects, coverage: &Coverage) -> bool {
    let is_of_platform = |name: &str| name == "openshift" || name.starts_with("openshift-");
    let annotated = |kind: &Kind, name: &str| {
        of_kind(objects, kind).iter().any(|object| object.annotation(name).is_some())
    };
    let stored = objects.iter().filter(|(_, all)| !all.is_empty()).map(|(kind, _)| kind.group);
    coverage.namespaces().any(is_of_platform)
        || stored.chain(coverage.groups()).any(|group| BORROWED_GROUPS.contains(&group))
        || of_kind(objects, &NAMESPACE).iter().any(|it| is_of_platform(it.name()))
        || of_kind(objects, &CONFIG_MAP).iter().any(|it| it.name() == SERVICE_CA)
        || annotated(&NAMESPACE, NAMESPACE_UID_RANGE)
        || annotated(&POD, POD_SCC)
}

/// The distribution of a cluster whose `kube-system` holds what OpenShift runs elsewhere: the
/// control plane, kube-proxy and the cluster's DNS.
///
/// Sources: kubernetes/kubernetes `cmd/kubeadm/app/util/staticpod/utils.go`,
/// `cmd/kubeadm/app/phases/addons`.
fn distribution_of_system(objects: &Objects) -> Option<PlainDistribution> {
    let is_system = |object: &&Resource| object.namespace() == "kube-system";
    let config_maps = of_kind(objects, &CONFIG_MAP).iter().filter(is_system);
    let pods = || of_kind(objects, &POD).iter().filter(is_system);
    let is_of_kubeadm =
        |pod: &Resource| keys(pod, "annotations").any(|key| key.starts_with("kubeadm."));
    let is_usual = |pod: &Resource| {
        let label = |name: &str| pod.label(name).unwrap_or_default();
        matches!(&*label("k8s-app"), "kube-dns" | "kube-proxy") || label("tier") == "control-plane"
    };
    if config_maps.into_iter().any(|it| it.name() == "kubeadm-config") || pods().any(is_of_kubeadm)
    {
        return Some(PlainDistribution::Kubeadm);
    }
    pods().any(is_usual).then_some(PlainDistribution::Other)
}

/// Whether the kubelet wrote its node information: an object without it may have lost its signs.
fn has_node_info(node: &Resource) -> bool {
    node.at(&["status", "nodeInfo"]).is_some_and(|info| !info.is_empty())
}

fn info(node: &Resource, field: &str) -> String {
    node.text(&["status", "nodeInfo", field]).unwrap_or_default().into_owned()
}

/// The keys of the labels or annotations.
fn keys<'o>(object: &'o Resource, field: &str) -> impl Iterator<Item = Cow<'o, str>> {
    object.at(&["metadata", field]).into_iter().flat_map(Value::entries).map(|(key, _)| key)
}
