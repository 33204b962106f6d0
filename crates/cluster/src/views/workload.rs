//! Deployments, DaemonSets and StatefulSets: desired and available pods.

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::{DAEMON_SET, DEPLOYMENT, STATEFUL_SET};

view! {
    /// One Deployment, DaemonSet or StatefulSet.
    Workload: DEPLOYMENT, DAEMON_SET, STATEFUL_SET
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkloadKind {
    /// `Deployment`
    Deployment,
    /// `DaemonSet`
    DaemonSet,
    /// `StatefulSet`
    StatefulSet,
}

impl<'s> Workload<'s> {
    /// The kind.
    pub fn kind(self) -> WorkloadKind {
        match self.0.key().kind.name {
            "DaemonSet" => WorkloadKind::DaemonSet,
            "StatefulSet" => WorkloadKind::StatefulSet,
            _ => WorkloadKind::Deployment,
        }
    }

    /// Whether its controller has written a status; without one the counters mean nothing.
    pub fn has_status(self) -> bool {
        self.0.at(&["status"]).is_some_and(|status| !status.is_empty())
    }

    /// How many pods are desired.
    pub fn desired(self) -> i64 {
        match self.kind() {
            WorkloadKind::DaemonSet => self.number(&["status", "desiredNumberScheduled"]),
            _ => self.0.at(&["spec", "replicas"]).and_then(Value::as_i64).unwrap_or(1),
        }
    }

    /// How many pods are available; for a StatefulSet, ready.
    pub fn available(self) -> i64 {
        match self.kind() {
            WorkloadKind::DaemonSet => self.number(&["status", "numberAvailable"]),
            WorkloadKind::Deployment => self.number(&["status", "availableReplicas"]),
            WorkloadKind::StatefulSet => self.number(&["status", "readyReplicas"]),
        }
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    fn number(self, path: &[&str]) -> i64 {
        self.0.at(path).and_then(Value::as_i64).unwrap_or(0)
    }
}
