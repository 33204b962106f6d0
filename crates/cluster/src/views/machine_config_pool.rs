//! `MachineConfigPool`: a group of nodes with the same rendered configuration.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::MACHINE_CONFIG_POOL;

view! {
    /// One MachineConfigPool.
    MachineConfigPool: MACHINE_CONFIG_POOL
}

impl<'s> MachineConfigPool<'s> {
    /// The name: `master`, `worker`, or a custom one.
    pub fn name(self) -> &'s str {
        self.0.name()
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// The conditions.
    pub fn conditions(self) -> impl Iterator<Item = Condition<'s>> {
        Condition::all(self.0)
    }

    /// Whether a cluster update waits for it, as it always does for `master`.
    pub fn is_required(self) -> bool {
        self.name() == "master"
            || self.0.at(&["metadata", "labels"]).is_some_and(|labels| {
                labels
                    .get("operator.machineconfiguration.openshift.io/required-for-upgrade")
                    .is_some()
            })
    }

    /// `spec.paused`.
    pub fn is_paused(self) -> bool {
        self.0.at(&["spec", "paused"]).and_then(Value::as_bool) == Some(true)
    }

    /// The desired rendered configuration.
    pub fn desired_config(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "configuration", "name"])
    }

    /// The rendered configuration that all its machines run.
    pub fn current_config(self) -> Option<Cow<'s, str>> {
        self.0.text(&["status", "configuration", "name"])
    }

    /// A counter of its status: `machineCount`, `updatedMachineCount`, ...
    pub fn count(self, field: &str) -> Option<i64> {
        self.0.at(&["status", field]).and_then(Value::as_i64)
    }
}
