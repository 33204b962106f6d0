//! A KubeletConfig or ContainerRuntimeConfig that cannot be applied.
//!
//! # Why it matters
//!
//! The machine-config controller makes a MachineConfig of each. Where that fails the setting
//! reaches no node: the object is there, and the kubelets and runtimes run as if it were not.
//!
//! # What to do
//!
//! Follow the words of the condition: no pool has the labels that are selected, a field is not
//! allowed, or the value does not parse.
//!
//! # Blind spots
//!
//! Only the last condition counts; earlier ones tell of attempts that were mended since.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/kubelet-config/helpers.go`
//!   (`wrapErrorWithCondition`), `pkg/controller/container-runtime-config/helpers.go`

use mustknow_gather::kinds::{
    CONTAINER_RUNTIME_CONFIG, Condition, GeneratedConfig, KUBELET_CONFIG, MACHINE_CONFIG_POOL,
};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long the controller may fail while pools come and go.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "machineconfig/config-not-accepted",
    title: "a KubeletConfig or ContainerRuntimeConfig that cannot be applied",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&KUBELET_CONFIG), Need::Kind(&CONTAINER_RUNTIME_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in case.all::<GeneratedConfig<'_>>() {
        examined += 1;
        if let Some(failure) = config.failure() {
            // The controller sets the time anew with each attempt, so the object's own age counts.
            let changed = config.resource().created();
            let patience = Patience::of(case, changed, GRACE);
            findings.push(patience.weigh(finding(config, failure), META.severity));
        }
    }
    let none = "no KubeletConfig and no ContainerRuntimeConfig in the archive";
    Verdict::over(examined, findings, none)
}

fn finding(config: GeneratedConfig<'_>, failure: Condition<'_>) -> Finding {
    let subject = Subject::view(config);
    let message = failure.message();
    let kind = subject.kind.to_lowercase();
    let name = subject.name.clone();
    let words = message.strip_prefix("Error: ").unwrap_or(&message);
    let summary = format!("{subject} is not applied to any node: {}", excerpt(words));
    let evidence = Evidence::condition(config.resource(), failure, "what the controller said last");
    Finding::new(subject, summary, evidence)
        .saying(&name)
        .saying(&message)
        .why(
            "The machine-config controller could not make a MachineConfig of it, so kubelets and \
             runtimes run without the setting.",
        )
        .remedy(
            Remedy::new("Mend what the condition names.")
                .command(format!("oc get {kind} {name} -o yaml"))
                .command("oc get machineconfigpools --show-labels")
                .verify(format!("oc describe {kind} {name}")),
        )
}
