//! `KubeletConfig` and `ContainerRuntimeConfig`: what the machine-config operator makes
//! MachineConfigs of.

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::{CONTAINER_RUNTIME_CONFIG, KUBELET_CONFIG};

view! {
    /// One KubeletConfig or ContainerRuntimeConfig.
    GeneratedConfig: KUBELET_CONFIG, CONTAINER_RUNTIME_CONFIG
}

impl<'s> GeneratedConfig<'s> {
    /// What the controller said last. It adds a condition for each outcome that differs from the one
    /// before, so the last one holds.
    pub fn outcome(self) -> Option<Condition<'s>> {
        Condition::all(self.0).last()
    }

    /// The last outcome, when it is a failure. `Failure` is a failure whatever its status: releases
    /// differ in which they give it; `Accepted` and `Success` are one when False.
    pub fn failure(self) -> Option<Condition<'s>> {
        self.outcome().filter(|outcome| match &*outcome.name() {
            "Failure" => true,
            "Accepted" | "Success" => outcome.is_false(),
            _ => false,
        })
    }
}
