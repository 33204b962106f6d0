//! A MachineHealthCheck that stopped mending.
//!
//! # Why it matters
//!
//! More Machines are unhealthy than the check may replace at once, so it replaces none. What made them
//! unhealthy is then wider than one Machine.
//!
//! # What to do
//!
//! Bring the nodes back by hand; the check goes on by itself once enough are healthy.
//!
//! # Blind spots
//!
//! The check counts Machines that have no node yet as unhealthy.
//!
//! # References
//!
//! - openshift/api `machine/v1beta1/types_machinehealthcheck.go` (`RemediationAllowed`,
//!   `TooManyUnhealthy`)
//! - openshift/machine-api-operator
//!   `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`

use mustknow_gather::kinds::{MACHINE_HEALTH_CHECK, MachineHealthCheck};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long it may last while nodes restart.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machines/remediation-halted",
    title: "a MachineHealthCheck that stopped mending",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_HEALTH_CHECK)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<MachineHealthCheck<'_>>().count();
    let findings =
        case.all::<MachineHealthCheck<'_>>().filter_map(|it| finding(case, it)).collect();
    Verdict::over(examined, findings, "no MachineHealthCheck in the archive")
}

fn finding(case: &Case<'_>, check: MachineHealthCheck<'_>) -> Option<Finding> {
    let resource = check.resource();
    let condition = check.condition("RemediationAllowed").filter(|it| it.is_false())?;
    let patience = Patience::of(case, condition.since(), GRACE);
    if patience == Patience::Young {
        return None;
    }
    let (subject, namespace, message) =
        (Subject::of(resource), resource.namespace(), condition.message());
    let number = |field: &str| resource.text(&["status", field]).unwrap_or_default();
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} replaces no Machine, {} of {} are healthy: {}",
            number("currentHealthy"),
            number("expectedMachines"),
            excerpt(&message)
        ),
        Evidence::condition(resource, condition, condition.reason()),
    )
    .since(condition.since())
    .saying(format!("{}: {message}", condition.reason()))
    .why("Too many Machines are unhealthy at once, so none is replaced.")
    .remedy(
        Remedy::new("Bring the nodes back by hand; the check then goes on by itself.")
            .command(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
            .command("oc get nodes")
            .verify(format!("oc get machinehealthchecks -n {namespace}")),
    );
    Some(patience.weigh(finding, META.severity))
}
