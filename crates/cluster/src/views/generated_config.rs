//! `KubeletConfig` and `ContainerRuntimeConfig`: the machine-config operator generates
//! MachineConfigs from them.

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::{CONTAINER_RUNTIME_CONFIG, KUBELET_CONFIG};

view! {
    /// One KubeletConfig or ContainerRuntimeConfig.
    GeneratedConfig: KUBELET_CONFIG, CONTAINER_RUNTIME_CONFIG
}

impl<'s> GeneratedConfig<'s> {
    /// The last outcome that the controller reported. It appends a condition whenever the outcome
    /// changes.
    pub fn outcome(self) -> Option<Condition<'s>> {
        Condition::all(self.0).last()
    }

    /// The last outcome, if it is a failure. `Failure` is a failure with any status, because
    /// releases differ in the status they set; `Accepted` and `Success` are failures if they are
    /// False.
    pub fn failure(self) -> Option<Condition<'s>> {
        self.outcome().filter(|outcome| match &*outcome.name() {
            "Failure" => true,
            "Accepted" | "Success" => outcome.is_false(),
            _ => false,
        })
    }
}
