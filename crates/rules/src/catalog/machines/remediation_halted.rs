//! MachineHealthCheck with stopped remediation.
//!
//! The MachineHealthCheck counts Machines without a node as unhealthy.
//!
//! - openshift/api `machine/v1beta1/types_machinehealthcheck.go` (`RemediationAllowed`,
//!   `TooManyUnhealthy`)
//! - openshift/machine-api-operator
//!   `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`

use crate::catalog::prelude::*;

/// How long the condition may last while nodes restart.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_HEALTH_CHECK)])
    .check(check)
    .why(
        "More Machines are unhealthy than the MachineHealthCheck may replace at once, so it \
         replaces none. The cause then affects more than one Machine.",
    )
    .fix(
        "Restore the nodes manually. Remediation continues automatically when enough Machines \
         are healthy.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<MachineHealthCheck<'_>>().count();
    let findings = cx.all::<MachineHealthCheck<'_>>().filter_map(|it| finding(cx, it));
    Ok(Checked::over(examined, findings))
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
    .run(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
    .run("oc get nodes")
    .verify(format!("oc get machinehealthchecks -n {namespace}"));
    Some(persistence.apply(finding, RULE.meta.severity))
}
