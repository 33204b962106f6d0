//! MachineHealthCheck with stopped remediation.
//!
//! # Why it matters
//!
//! More Machines are unhealthy than the MachineHealthCheck may replace at once, so it replaces
//! none. The cause then affects more than one Machine.
//!
//! # What to do
//!
//! Restore the nodes manually. Remediation continues automatically when enough Machines are
//! healthy.
//!
//! # Blind spots
//!
//! The MachineHealthCheck counts Machines without a node as unhealthy.
//!
//! # References
//!
//! - openshift/api `machine/v1beta1/types_machinehealthcheck.go` (`RemediationAllowed`,
//!   `TooManyUnhealthy`)
//! - openshift/machine-api-operator
//!   `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`

use mustknow_cluster::model::kinds::MACHINE_HEALTH_CHECK;
use mustknow_cluster::views::MachineHealthCheck;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};

/// How long the condition may last while nodes restart.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machines/remediation-halted",
    title: "MachineHealthCheck with stopped remediation",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_HEALTH_CHECK)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined = cx.all::<MachineHealthCheck<'_>>().count();
    let findings = cx.all::<MachineHealthCheck<'_>>().filter_map(|it| finding(cx, it)).collect();
    Verdict::over(examined, findings, "no MachineHealthCheck in the archive")
}

fn finding(cx: &RuleContext<'_>, check: MachineHealthCheck<'_>) -> Option<Finding> {
    let resource = check.resource();
    let condition = check.condition("RemediationAllowed").filter(|it| it.is_false())?;
    let persistence = Persistence::of(cx, condition.since(), GRACE);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let (subject, namespace, message) =
        (Subject::of(resource), resource.namespace(), condition.message());
    let number = |field: &str| resource.text(&["status", field]).unwrap_or_default();
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} replaces no Machines, {} of {} are healthy: {}",
            number("currentHealthy"),
            number("expectedMachines"),
            excerpt(&message)
        ),
        Evidence::condition(resource, condition, condition.reason()),
    )
    .since(condition.since())
    .keywords(format!("{}: {message}", condition.reason()))
    .why("Too many Machines are unhealthy at once, so none is replaced.")
    .remedy(
        Remedy::new("Restore the nodes manually. Remediation then continues automatically.")
            .command(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
            .command("oc get nodes")
            .verify(format!("oc get machinehealthchecks -n {namespace}")),
    );
    Some(persistence.apply(finding, META.severity))
}
