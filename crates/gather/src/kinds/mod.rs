//! The kinds that rules read, each as a narrow typed view over its untyped body.
//!
//! A view costs nothing until a field is asked for. A kind that is not listed in [`ALL`] is
//! counted for coverage, never parsed.

mod api_service;
mod certificate_signing_request;
mod cluster_operator;
mod cluster_version;
mod condition;
mod config_map;
mod endpoints;
mod event;
mod infrastructure;
mod lease;
mod machine_config_pool;
mod node;
mod operator;
mod pod;
mod pod_disruption_budget;
mod secret;
mod service;
pub(crate) mod unread;
mod webhook;
mod workload;

pub use api_service::ApiService;
pub use certificate_signing_request::CertificateSigningRequest;
pub use cluster_operator::ClusterOperator;
pub use cluster_version::{ClusterVersion, HistoryEntry, UpdateState};
pub use condition::{Condition, Status};
pub use config_map::ConfigMap;
pub use endpoints::{EndpointSlice, Endpoints};
pub use event::Event;
pub use infrastructure::{AuthenticationConfig, Infrastructure};
pub use lease::Lease;
pub use machine_config_pool::MachineConfigPool;
pub use node::Node;
pub use operator::{IngressController, NodeRevision, Operator};
pub use pod::{Container, Pod, Terminated};
pub use pod_disruption_budget::PodDisruptionBudget;
pub use secret::Secret;
pub use service::Service;
pub use webhook::{Webhook, WebhookConfiguration};
pub use workload::{Workload, WorkloadKind};

use crate::resource::{Kind, Resource};

/// A typed view of one or several kinds.
pub trait View<'s>: Copy {
    /// The kinds the view reads.
    const KINDS: &'static [&'static Kind];

    /// The view of an object of one of [`Self::KINDS`].
    fn of(resource: &'s Resource) -> Self;

    /// The object behind the view.
    fn resource(self) -> &'s Resource;
}

/// Declares a view: a copyable reference to a [`Resource`] of the given kinds.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident: $($kind:path),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'s>(&'s $crate::resource::Resource);

        impl<'s> $crate::kinds::View<'s> for $name<'s> {
            const KINDS: &'static [&'static $crate::resource::Kind] = &[$(&$kind),+];

            fn of(resource: &'s $crate::resource::Resource) -> Self {
                Self(resource)
            }

            fn resource(self) -> &'s $crate::resource::Resource {
                self.0
            }
        }
    };
}
use view;

macro_rules! kinds {
    ($($constant:ident = $scope:ident($group:literal, $name:literal, $plural:literal);)+) => {
        $(
            #[doc = concat!("`", $plural, "` of group `", $group, "`.")]
            pub const $constant: Kind = Kind::$scope($group, $name, $plural);
        )+

        /// Every kind a rule can ask for.
        pub const ALL: &[&Kind] = &[$(&$constant),+];
    };
}

kinds! {
    CLUSTER_VERSION = cluster("config.openshift.io", "ClusterVersion", "clusterversions");
    CLUSTER_OPERATOR = cluster("config.openshift.io", "ClusterOperator", "clusteroperators");
    INFRASTRUCTURE = cluster("config.openshift.io", "Infrastructure", "infrastructures");
    AUTHENTICATION_CONFIG = cluster("config.openshift.io", "Authentication", "authentications");
    NODE = cluster("", "Node", "nodes");
    NAMESPACE = cluster("", "Namespace", "namespaces");
    POD = namespaced("", "Pod", "pods");
    EVENT = namespaced("", "Event", "events");
    CONFIG_MAP = namespaced("", "ConfigMap", "configmaps");
    SECRET = namespaced("", "Secret", "secrets");
    SERVICE = namespaced("", "Service", "services");
    ENDPOINTS = namespaced("", "Endpoints", "endpoints");
    ENDPOINT_SLICE = namespaced("discovery.k8s.io", "EndpointSlice", "endpointslices");
    LEASE = namespaced("coordination.k8s.io", "Lease", "leases");
    DEPLOYMENT = namespaced("apps", "Deployment", "deployments");
    DAEMON_SET = namespaced("apps", "DaemonSet", "daemonsets");
    STATEFUL_SET = namespaced("apps", "StatefulSet", "statefulsets");
    POD_DISRUPTION_BUDGET = namespaced("policy", "PodDisruptionBudget", "poddisruptionbudgets");
    API_SERVICE = cluster("apiregistration.k8s.io", "APIService", "apiservices");
    CERTIFICATE_SIGNING_REQUEST =
        cluster("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests");
    VALIDATING_WEBHOOK = cluster(
        "admissionregistration.k8s.io", "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations");
    MUTATING_WEBHOOK = cluster(
        "admissionregistration.k8s.io", "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations");
    MACHINE_CONFIG_POOL =
        cluster("machineconfiguration.openshift.io", "MachineConfigPool", "machineconfigpools");
    INGRESS_CONTROLLER =
        namespaced("operator.openshift.io", "IngressController", "ingresscontrollers");
    OPERATOR_AUTHENTICATION = cluster("operator.openshift.io", "Authentication", "authentications");
    OPERATOR_CONSOLE = cluster("operator.openshift.io", "Console", "consoles");
    OPERATOR_DNS = cluster("operator.openshift.io", "DNS", "dnses");
    OPERATOR_ETCD = cluster("operator.openshift.io", "Etcd", "etcds");
    OPERATOR_KUBE_API_SERVER = cluster("operator.openshift.io", "KubeAPIServer", "kubeapiservers");
    OPERATOR_KUBE_CONTROLLER_MANAGER =
        cluster("operator.openshift.io", "KubeControllerManager", "kubecontrollermanagers");
    OPERATOR_KUBE_SCHEDULER = cluster("operator.openshift.io", "KubeScheduler", "kubeschedulers");
    OPERATOR_NETWORK = cluster("operator.openshift.io", "Network", "networks");
    OPERATOR_OPENSHIFT_API_SERVER =
        cluster("operator.openshift.io", "OpenShiftAPIServer", "openshiftapiservers");
    OPERATOR_OPENSHIFT_CONTROLLER_MANAGER =
        cluster("operator.openshift.io", "OpenShiftControllerManager", "openshiftcontrollermanagers");
    OPERATOR_SERVICE_CA = cluster("operator.openshift.io", "ServiceCA", "servicecas");
    OPERATOR_STORAGE = cluster("operator.openshift.io", "Storage", "storages");
}

/// The kind that paths call `resource` in `group`.
pub fn by_path(group: &str, resource: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.plural == resource && kind.group == group)
}

/// The kind that manifests call `name` in the group of `api_version`.
pub fn by_manifest(api_version: &str, name: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.is_called(api_version, name))
}

/// The only kind called `name`, for objects that do not say their group.
pub fn by_bare_name(name: &str) -> Option<&'static Kind> {
    let mut found = ALL.iter().copied().filter(|kind| kind.name == name);
    found.next().filter(|_| found.next().is_none())
}
