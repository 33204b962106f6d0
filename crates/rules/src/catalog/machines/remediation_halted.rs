//! MachineHealthCheck with stopped remediation.
//!
//! The MachineHealthCheck counts Machines without a node as unhealthy.
//!
//! - openshift/api `machine/v1beta1/types_machinehealthcheck.go` (`RemediationAllowed`,
//!   `TooManyUnhealthy`)
//! - openshift/machine-api-operator
//!   `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .each(&[&MACHINE_HEALTH_CHECK], |_, check| {
        let allowed = Condition::find(check, "RemediationAllowed");
        Ok(allowed.filter(|it| it.is_false()).map(|halted| finding(check, halted)))
    })
    // Nodes may restart, for example during an update.
    .grace(Span::minutes(30))
    .why(
        "More Machines are unhealthy than the MachineHealthCheck may replace at once, so it \
         replaces none. The cause then affects more than one Machine.",
    )
    .fix(
        "Restore the nodes manually. Remediation continues automatically when enough Machines \
         are healthy.",
    )
    .run(&["oc get machines.machine.openshift.io -n {namespace} -o wide", "oc get nodes"])
    .verify(&["oc get machinehealthchecks -n {namespace}"]);

fn finding(check: &Resource, halted: Condition<'_>) -> Finding {
    let (subject, reason, message) = (Subject::of(check), halted.reason(), halted.message());
    let number = |field: &str| check.text(&["status", field]).unwrap_or_default();
    let summary = format!(
        "{subject} replaces no Machines, {} of {} are healthy: {}",
        number("currentHealthy"),
        number("expectedMachines"),
        excerpt(&message)
    );
    Finding::new(subject, summary, Evidence::condition(check, halted, reason.clone()))
        .since(halted.since())
        .keywords(format!("{reason}: {message}"))
}
