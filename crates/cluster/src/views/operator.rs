//! The operators' own resources in `operator.openshift.io`: conditions before they are aggregated
//! into a ClusterOperator, and revisions of static pods.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::{
    INGRESS_CONTROLLER, OPERATOR_AUTHENTICATION, OPERATOR_CONFIG, OPERATOR_CONSOLE,
    OPERATOR_CSI_SNAPSHOT_CONTROLLER, OPERATOR_DNS, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER,
    OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER,
    OPERATOR_KUBE_STORAGE_VERSION_MIGRATOR, OPERATOR_NETWORK, OPERATOR_OPENSHIFT_API_SERVER,
    OPERATOR_OPENSHIFT_CONTROLLER_MANAGER, OPERATOR_SERVICE_CA, OPERATOR_STORAGE,
};
use crate::model::time::{self, Time};

view! {
    /// An operator's own resource, such as `kubeapiservers.operator.openshift.io/cluster`.
    Operator: OPERATOR_AUTHENTICATION, OPERATOR_CONSOLE, OPERATOR_DNS, OPERATOR_ETCD,
        OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER,
        OPERATOR_NETWORK, OPERATOR_OPENSHIFT_API_SERVER, OPERATOR_OPENSHIFT_CONTROLLER_MANAGER,
        OPERATOR_SERVICE_CA, OPERATOR_STORAGE, OPERATOR_CONFIG, OPERATOR_CSI_SNAPSHOT_CONTROLLER,
        OPERATOR_KUBE_STORAGE_VERSION_MIGRATOR
}

view! {
    /// One IngressController.
    IngressController: INGRESS_CONTROLLER
}

impl<'s> IngressController<'s> {
    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }
}

/// One entry of `status.nodeStatuses`: the revision a control-plane node runs.
#[derive(Clone, Copy)]
pub struct NodeRevision<'s>(Value<'s>);

impl<'s> NodeRevision<'s> {
    /// The node.
    pub fn node(self) -> Cow<'s, str> {
        self.0.text_at(&["nodeName"]).unwrap_or_default()
    }

    /// The revision it runs; 0 if none yet.
    pub fn current(self) -> i64 {
        self.0.get("currentRevision").and_then(Value::as_i64).unwrap_or(0)
    }

    /// The revision it is being updated to; 0 if none.
    pub fn target(self) -> i64 {
        self.0.get("targetRevision").and_then(Value::as_i64).unwrap_or(0)
    }

    /// The last revision that failed on it; 0 if none.
    pub fn last_failed(self) -> i64 {
        self.0.get("lastFailedRevision").and_then(Value::as_i64).unwrap_or(0)
    }

    /// How it failed: `InstallerFailed`, `OperandFailed`, `OperandFailedFallback`; empty in older
    /// releases.
    pub fn failed_reason(self) -> Cow<'s, str> {
        self.0.text_at(&["lastFailedReason"]).unwrap_or_default()
    }

    /// When it last failed.
    pub fn failed_at(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["lastFailedTime"])?)
    }

    /// The errors of the failed installers.
    pub fn failures(self) -> impl Iterator<Item = Value<'s>> {
        self.0.get("lastFailedRevisionErrors").into_iter().flat_map(Value::items)
    }

    /// The entry itself, for its span.
    pub fn value(self) -> Value<'s> {
        self.0
    }
}

impl<'s> Operator<'s> {
    /// The ClusterOperator that aggregates the conditions of this resource, if there is one.
    pub fn cluster_operator(self) -> Option<&'static str> {
        Some(match self.0.key().kind.plural {
            "authentications" => "authentication",
            "configs" => "config-operator",
            "consoles" => "console",
            "csisnapshotcontrollers" => "csi-snapshot-controller",
            "dnses" => "dns",
            "etcds" => "etcd",
            "kubeapiservers" => "kube-apiserver",
            "kubecontrollermanagers" => "kube-controller-manager",
            "kubeschedulers" => "kube-scheduler",
            "kubestorageversionmigrators" => "kube-storage-version-migrator",
            "networks" => "network",
            "openshiftapiservers" => "openshift-apiserver",
            "openshiftcontrollermanagers" => "openshift-controller-manager",
            "servicecas" => "service-ca",
            "storages" => "storage",
            _ => return None,
        })
    }

    /// The conditions.
    pub fn conditions(self) -> impl Iterator<Item = Condition<'s>> {
        Condition::all(self.0)
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// `Managed`, `Unmanaged`, `Removed`, `Force`; an unset state means `Managed`.
    pub fn management_state(self) -> Cow<'s, str> {
        self.0.text(&["spec", "managementState"]).unwrap_or(Cow::Borrowed("Managed"))
    }

    /// `spec.unsupportedConfigOverrides`; None if it is empty.
    pub fn unsupported_overrides(self) -> Option<Value<'s>> {
        let overrides = self.0.at(&["spec", "unsupportedConfigOverrides"])?;
        overrides.entries().next().map(|_| overrides)
    }

    /// The revisions of the control-plane nodes.
    pub fn node_revisions(self) -> impl Iterator<Item = NodeRevision<'s>> {
        self.0.at(&["status", "nodeStatuses"]).into_iter().flat_map(Value::items).map(NodeRevision)
    }

    /// The newest available revision; 0 if there is none.
    pub fn latest_revision(self) -> i64 {
        self.0.at(&["status", "latestAvailableRevision"]).and_then(Value::as_i64).unwrap_or(0)
    }
}
