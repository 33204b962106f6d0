//! KubeletConfig or ContainerRuntimeConfig that was not applied.
//!
//! # Why it matters
//!
//! The machine-config-controller generates a MachineConfig from each of these objects. If that
//! fails, the setting reaches no node: the object exists, but kubelets and container runtimes run
//! without it.
//!
//! # What to do
//!
//! Follow the message of the condition: no pool has the selected labels, a field is not allowed, or
//! the value cannot be parsed.
//!
//! # Blind spots
//!
//! Only the last condition counts. Earlier conditions are from attempts that have been fixed since.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/kubelet-config/helpers.go`
//!   (`wrapErrorWithCondition`), `pkg/controller/container-runtime-config/helpers.go`

use mustknow_cluster::model::kinds::{
    CONTAINER_RUNTIME_CONFIG, KUBELET_CONFIG, MACHINE_CONFIG_POOL,
};
use mustknow_cluster::views::{Condition, GeneratedConfig};

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};

/// How long the controller may fail while pools are created and deleted.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "machineconfig/config-not-accepted",
    title: "KubeletConfig or ContainerRuntimeConfig that was not applied",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&KUBELET_CONFIG), Need::Kind(&CONTAINER_RUNTIME_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in cx.all::<GeneratedConfig<'_>>() {
        examined += 1;
        if let Some(failure) = config.failure() {
            // The controller resets the time with each attempt, so the age of the object counts.
            let changed = config.resource().created();
            let persistence = Persistence::of(cx, changed, GRACE);
            findings.push(persistence.apply(finding(config, failure), META.severity));
        }
    }
    let none = "no KubeletConfig or ContainerRuntimeConfig in the archive";
    Verdict::over(examined, findings, none)
}

fn finding(config: GeneratedConfig<'_>, failure: Condition<'_>) -> Finding {
    let subject = Subject::view(config);
    let message = failure.message();
    let kind = subject.kind.to_lowercase();
    let name = subject.name.clone();
    let detail = message.strip_prefix("Error: ").unwrap_or(&message);
    let summary = format!("{subject} is not applied to any node: {}", excerpt(detail));
    let evidence = Evidence::condition(config.resource(), failure, "last controller message");
    Finding::new(subject, summary, evidence)
        .keywords(&name)
        .keywords(&message)
        .why(
            "The machine-config-controller could not generate a MachineConfig from it, so kubelets \
             and container runtimes run without the setting.",
        )
        .remedy(
            Remedy::new("Fix the problem that the condition reports.")
                .command(format!("oc get {kind} {name} -o yaml"))
                .command("oc get machineconfigpools --show-labels")
                .verify(format!("oc describe {kind} {name}")),
        )
}
