//! How grave a problem is, by the place of its subject.
//!
//! One policy holds for every distribution. A namespace is the **platform** if the cluster does not
//! work without it: `kube-system`, `kube-public` and `kube-node-lease`, and on OpenShift `openshift`
//! and every `openshift-*`; of `default` only the Service `kubernetes` is. It is an **add-on** if
//! other namespaces depend on it, which its objects show before its name does: it serves an
//! APIService, an admission webhook or the conversion of a CRD, or it runs a DaemonSet on the network
//! of the nodes or with their system folders, or the control plane of a hosted cluster. Well-known names come second, for dumps without these
//! objects. Everything else is a **workload**. A problem of the platform is as grave as its rule
//! declares; one of an add-on is at most an error, because the cluster itself works; one of a
//! workload is at most a warning, because only its users miss it. Cluster-scoped subjects count as
//! the platform, apart from a Namespace itself and from findings that say which namespaces they
//! affect.

use std::collections::BTreeSet;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    API_SERVICE, CUSTOM_RESOURCE_DEFINITION, MUTATING_WEBHOOK, POD, VALIDATING_WEBHOOK,
};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{
    ApiService, CustomResourceDefinition, Pod, Webhook, WebhookConfiguration,
};

use super::context::RuleContext;
use super::evidence::Subject;
use super::finding::Finding;
use super::memo::Memo;
use super::meta::Severity;

/// The kinds by which add-ons are told. A scan that judges severities reads them, whatever its
/// rules need.
pub const DECIDING: [&Kind; 5] =
    [&API_SERVICE, &CUSTOM_RESOURCE_DEFINITION, &MUTATING_WEBHOOK, &POD, &VALIDATING_WEBHOOK];

/// Who depends on what runs in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Its own users.
    Workload,
    /// Other namespaces.
    AddOn,
    /// The cluster.
    Platform,
}

impl Tier {
    /// The severity of a problem that is `usual` where the rule does not know the place.
    pub fn severity(self, usual: Severity) -> Severity {
        match self {
            Self::Platform => usual,
            Self::AddOn => usual.min(Severity::Error),
            Self::Workload => usual.min(Severity::Warning),
        }
    }
}

/// Namespaces that every Kubernetes has.
const SYSTEM: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

/// Namespaces of well-known add-ons, as their manifests and charts name them.
const ADD_ONS: &[&str] = &[
    "amazon-cloudwatch",
    "argocd",
    "aws-observability",
    "cert-manager",
    "cilium",
    "cnpg-system",
    "crossplane-system",
    "default-http-backend",
    "external-dns",
    "external-secrets",
    "falco",
    "flux-system",
    "gatekeeper-system",
    "gmp-system",
    "gpu-operator",
    "haproxy-controller",
    "ingress-nginx",
    "istio-ingress",
    "istio-system",
    "karpenter",
    "keda",
    "knative-serving",
    "kong",
    "kubernetes-dashboard",
    "kubevirt",
    "kyverno",
    "linkerd",
    "local-path-storage",
    "longhorn-system",
    "metallb-system",
    "monitoring",
    "multus",
    "nginx-ingress",
    "node-feature-discovery",
    "nvidia-gpu-operator",
    "olm",
    "openebs",
    "operators",
    "projectcontour",
    "prometheus",
    "rook-ceph",
    "tigera-operator",
    "traefik",
    "velero",
];
/// How the names of more of them begin. Kubernetes reserves `kube-` for its system.
const ADD_ON_PREFIXES: [&str; 7] =
    ["kube-", "calico-", "cattle-", "capi-", "gke-", "knative-", "linkerd-"];

/// Folders of the node that only a part of the system mounts.
const SYSTEM_FOLDERS: [&str; 13] = [
    "/boot",
    "/dev",
    "/etc/cni",
    "/etc/kubernetes",
    "/lib/modules",
    "/opt/cni",
    "/proc",
    "/run",
    "/sys",
    "/usr",
    "/var/lib/kubelet",
    "/var/log",
    "/var/run",
];

/// The namespace of the Service that converts the versions of a CRD, in v1 and in v1beta1.
const CONVERSION: &[&str] =
    &["spec", "conversion", "webhook", "clientConfig", "service", "namespace"];
const OLD_CONVERSION: &[&str] =
    &["spec", "conversion", "webhookClientConfig", "service", "namespace"];

/// The label of every pod of a hosted control plane.
const HOSTED_CONTROL_PLANE: &str = "hypershift.openshift.io/hosted-control-plane";

/// The namespaces of one cluster whose objects show that others depend on them.
#[derive(Debug)]
pub struct Tiers {
    add_ons: BTreeSet<Box<str>>,
}

impl Tiers {
    /// The tiers of a cluster, derived once.
    pub fn get<'m>(snapshot: &Snapshot, memo: &'m Memo) -> &'m Self {
        memo.get_or_derive(|| Self::of(snapshot))
    }

    /// The tiers of a cluster.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut add_ons = BTreeSet::new();
        let mut add = |namespace: &str| {
            if !add_ons.contains(namespace) {
                add_ons.insert(Box::from(namespace));
            }
        };
        for api in snapshot.all::<ApiService<'_>>() {
            api.service().iter().for_each(|(namespace, _)| add(namespace));
        }
        for configuration in snapshot.all::<WebhookConfiguration<'_>>() {
            let services = configuration.webhooks().filter_map(Webhook::service);
            services.for_each(|(namespace, _)| add(&namespace));
        }
        for definition in snapshot.all::<CustomResourceDefinition<'_>>() {
            let of = |path| definition.resource().text(path);
            of(CONVERSION).or_else(|| of(OLD_CONVERSION)).iter().for_each(|it| add(it));
        }
        for pod in snapshot.all::<Pod<'_>>() {
            if serves_node(pod) || is_of_hosted_cluster(pod) {
                add(pod.namespace());
            }
        }
        Self { add_ons }
    }

    /// The tier of a finding: of the namespaces that it affects, or else of its subject.
    pub fn of_finding(&self, finding: &Finding) -> Tier {
        let affected = finding.affects.iter().map(|namespace| self.of_namespace(namespace)).max();
        affected.unwrap_or_else(|| self.of_subject(&finding.subject))
    }

    /// The tier of what a finding is about.
    pub fn of_subject(&self, subject: &Subject) -> Tier {
        if subject.namespace.is_empty() && subject.kind == "Namespace" {
            return self.of_namespace(&subject.name);
        }
        let is_api_server = subject.namespace == "default"
            && subject.name == "kubernetes"
            && matches!(&*subject.kind, "Service" | "Endpoints" | "EndpointSlice");
        if is_api_server { Tier::Platform } else { self.of_namespace(&subject.namespace) }
    }

    /// The tier of a namespace; of cluster scope if it is empty.
    pub fn of_namespace(&self, namespace: &str) -> Tier {
        let is_platform = namespace.is_empty()
            || SYSTEM.contains(&namespace)
            || namespace == "openshift"
            || namespace.starts_with("openshift-");
        let is_well_known = || {
            ADD_ONS.contains(&namespace)
                || ADD_ON_PREFIXES.iter().any(|prefix| namespace.starts_with(prefix))
        };
        match namespace {
            _ if is_platform => Tier::Platform,
            // Whatever runs in it, users put it there.
            "default" => Tier::Workload,
            _ if self.add_ons.contains(namespace) || is_well_known() => Tier::AddOn,
            _ => Tier::Workload,
        }
    }
}

/// Whether a namespace belongs to the platform.
pub fn is_platform(cx: &RuleContext<'_>, namespace: &str) -> bool {
    Tiers::get(cx.snapshot(), cx.memo()).of_namespace(namespace) == Tier::Platform
}

/// Whether a pod of a DaemonSet serves its node: on the network of the node, or with folders of its
/// system.
fn serves_node(pod: Pod<'_>) -> bool {
    let is_of_daemon_set = || pod.owner().is_some_and(|(kind, _)| kind == "DaemonSet");
    let mounts_system = || pod.host_paths().any(|path| is_system_folder(&path));
    is_of_daemon_set() && (pod.is_on_host_network() || mounts_system())
}

/// Whether the pod is a part of the control plane of another cluster.
///
/// Source: openshift/hypershift `support/config/deployment.go`.
fn is_of_hosted_cluster(pod: Pod<'_>) -> bool {
    pod.labels().is_some_and(|labels| labels.get(HOSTED_CONTROL_PLANE).is_some())
}

fn is_system_folder(path: &str) -> bool {
    let is_below = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == "/" || SYSTEM_FOLDERS.iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use mustknow_archive::Limits;
    use mustknow_cluster::{Interest, open_stream};

    use super::*;

    fn tiers(objects: &str) -> Tiers {
        let limits = Limits::default();
        let archive =
            open_stream("x.yaml", objects.as_bytes(), &Interest::everything(), limits, &|_| {});
        Tiers::of(&archive.unwrap().snapshots[0])
    }

    /// A pod in namespace `x`.
    fn pod(owner: &str, spec: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: x\n  ownerReferences:\n  \
             - {{kind: {owner}, name: o}}\nspec: {{{spec}}}\n"
        )
    }

    #[test]
    fn the_platform_is_known_by_its_names() {
        let tiers = tiers(&pod("ReplicaSet", ""));
        for namespace in
            ["", "kube-system", "kube-public", "kube-node-lease", "openshift", "openshift-etcd"]
        {
            assert_eq!(tiers.of_namespace(namespace), Tier::Platform, "{namespace}");
        }
        for namespace in ["ingress-nginx", "kube-flannel", "calico-system", "cattle-system"] {
            assert_eq!(tiers.of_namespace(namespace), Tier::AddOn, "{namespace}");
        }
        for namespace in ["default", "shop", "x", "openshifty", "kubernetes"] {
            assert_eq!(tiers.of_namespace(namespace), Tier::Workload, "{namespace}");
        }
    }

    #[test]
    fn of_the_default_namespace_only_the_api_service_is_platform() {
        let tiers = tiers(&pod("ReplicaSet", ""));
        let of = |kind: &'static str, name: &str| {
            tiers.of_subject(&Subject::namespaced(kind, "default", name))
        };
        assert_eq!(of("Service", "kubernetes"), Tier::Platform);
        assert_eq!(of("Endpoints", "kubernetes"), Tier::Platform);
        assert_eq!(of("Pod", "kubernetes"), Tier::Workload);
        assert_eq!(of("Service", "web"), Tier::Workload);
        let node = Subject::cluster("Node", "a");
        assert_eq!(tiers.of_subject(&node), Tier::Platform);
    }

    #[test]
    fn a_namespace_that_serves_others_is_an_add_on() {
        let service = "{name: s, namespace: x}";
        for object in [
            format!(
                "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {{name: \
                 v1.a.b}}\nspec: {{service: {service}}}\n"
            ),
            format!(
                "apiVersion: admissionregistration.k8s.io/v1\nkind: \
                 ValidatingWebhookConfiguration\nmetadata: {{name: a}}\nwebhooks:\n- {{name: a, \
                 clientConfig: {{service: {service}}}}}\n"
            ),
            format!(
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: \
                 {{name: a.b}}\nspec: {{conversion: {{webhook: {{clientConfig: {{service: \
                 {service}}}}}}}}}\n"
            ),
            pod("DaemonSet", "hostNetwork: true"),
            pod("DaemonSet", "volumes: [{name: n, hostPath: {path: /var/lib/kubelet/plugins}}]"),
            pod("DaemonSet", "volumes: [{name: n, hostPath: {path: /}}]"),
            pod("StatefulSet", "").replace(
                "  name: p\n",
                "  name: p\n  labels: {hypershift.openshift.io/hosted-control-plane: x}\n",
            ),
        ] {
            assert_eq!(tiers(&object).of_namespace("x"), Tier::AddOn, "{object}");
        }
    }

    #[test]
    fn a_workload_that_only_resembles_an_add_on_stays_one() {
        for object in [
            pod("ReplicaSet", "hostNetwork: true"),
            pod("DaemonSet", ""),
            pod("DaemonSet", "volumes: [{name: n, hostPath: {path: /data}}]"),
            pod("DaemonSet", "volumes: [{name: n, hostPath: {path: /devices}}]"),
            "apiVersion: admissionregistration.k8s.io/v1\nkind: \
             ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n- {name: a, \
             clientConfig: {url: 'https://x'}}\n"
                .to_owned(),
        ] {
            assert_eq!(tiers(&object).of_namespace("x"), Tier::Workload, "{object}");
        }
        // A webhook in the namespace of users does not make them a platform.
        let own =
            pod("DaemonSet", "hostNetwork: true").replace("namespace: x", "namespace: default");
        assert_eq!(tiers(&own).of_namespace("default"), Tier::Workload);
    }

    #[test]
    fn severities_are_limited_by_the_tier_and_never_raised() {
        use Severity::{Critical, Error, Info, Warning};
        for (tier, expected) in [
            (Tier::Platform, [Info, Warning, Error, Critical]),
            (Tier::AddOn, [Info, Warning, Error, Error]),
            (Tier::Workload, [Info, Warning, Warning, Warning]),
        ] {
            assert_eq!(Severity::ALL.map(|usual| tier.severity(usual)), expected, "{tier:?}");
        }
    }

    #[test]
    fn the_tiers_are_derived_once() {
        let archive = open_stream(
            "x.yaml",
            pod("DaemonSet", "hostNetwork: true").as_bytes(),
            &Interest::everything(),
            Limits::default(),
            &|_| {},
        );
        let (snapshot, memo) = (&archive.unwrap().snapshots[0], Memo::default());
        let first = Tiers::get(snapshot, &memo);
        assert!(std::ptr::eq(first, Tiers::get(snapshot, &memo)));
    }
}
