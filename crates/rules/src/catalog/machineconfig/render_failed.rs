//! A MachineConfigPool whose configuration cannot be rendered.
//!
//! # Why it matters
//!
//! The machine-config controller merges the `MachineConfigs` of a pool into one rendered
//! configuration. When that fails the pool keeps the last one: no change, and no release update,
//! reaches its nodes.
//!
//! # What to do
//!
//! The message names the MachineConfig, `KubeletConfig` or the conflict. Mend or remove it.
//!
//! # Blind spots
//!
//! While an update begins the controller and its inputs are of different releases for some minutes,
//! and rendering fails with `ignoring controller config`; that is a note until it lasts.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//!   (`syncFailingStatus`)

use mustknow_gather::kinds::{Condition, MACHINE_CONFIG_POOL, MachineConfigPool};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long rendering may fail while inputs change.
const GRACE: Span = Span::minutes(10);
/// How long controller and inputs may be of different releases.
const SKEW: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machineconfig/render-failed",
    title: "a MachineConfigPool whose configuration cannot be rendered",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in case.all::<MachineConfigPool<'_>>() {
        let Some(condition) = pool.condition("RenderDegraded") else { continue };
        examined += 1;
        if !condition.is_true() {
            continue;
        }
        let is_skew = condition.message().contains("ignoring controller config");
        let limit = if is_skew { SKEW } else { GRACE };
        let usual = if pool.is_required() { Severity::Critical } else { Severity::Error };
        let patience = Patience::of(case, condition.since(), limit);
        findings.push(patience.weigh(finding(pool, condition), usual));
    }
    Verdict::over(examined, findings, "no MachineConfigPool in the archive reports RenderDegraded")
}

fn finding(pool: MachineConfigPool<'_>, condition: Condition<'_>) -> Finding {
    let name = pool.name();
    let message = condition.message();
    let summary = format!(
        "the configuration of MachineConfigPool {name} cannot be rendered: {}",
        excerpt(message.split_once(&format!("pool {name}: ")).map_or(&*message, |(_, why)| why))
    );
    let evidence = Evidence::condition(pool.resource(), condition, "RenderDegraded is True");
    Finding::new(Subject::view(pool), summary, evidence)
        .since(condition.since())
        .saying(name)
        .saying(&message)
        .why(
            "The machine-config controller merges the MachineConfigs of the pool into one. Until \
             it can, no change and no release update reaches the nodes of the pool.",
        )
        // The pool's own condition and the same pool's other troubles share the subject.
        .explains(Subject::view(pool), "Failed to render")
        .explains(Subject::cluster("ClusterOperator", "machine-config"), "Failed to render")
        .remedy(
            Remedy::new("Mend or remove the MachineConfig or KubeletConfig the message names.")
                .command(
                    "oc get machineconfigs,kubeletconfigs,containerruntimeconfigs \
                     --sort-by=.metadata.creationTimestamp",
                )
                .verify(format!("oc get machineconfigpool {name} -o yaml")),
        )
}
