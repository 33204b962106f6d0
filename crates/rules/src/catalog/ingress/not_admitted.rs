//! `IngressController` not admitted by the ingress operator.
//!
//! This rule relies on what the ingress operator reports. A condition that has lasted for less than
//! five minutes is reported as informational only.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/controller.go` (`admit`,
//!   reason `Invalid`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    // The operator checks again within minutes.
    .note_until(Span::minutes(5))
    .why(
        "The operator validates an IngressController before it deploys or updates its routers. \
         A new one that is rejected gets no routers. Routers that ran before remain unchanged, \
         and no change or update reaches them.",
    )
    .fix(
        "Correct the setting that the message names: a domain that another IngressController \
         uses, a certificate that does not exist, or a setting that the platform does not \
         support.",
    )
    .run(&["oc get ingresscontroller {controller} -n openshift-ingress-operator -o yaml"])
    .verify(&["oc get ingresscontrollers -n openshift-ingress-operator -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let ingress = IngressConditions::of(cx, "Admitted")?;
    Ok(Checked::over(ingress.examined, ingress.false_ones().map(finding)))
}

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let IngressCondition { controller, message, reason, .. } = condition;
    let detail = excerpt(if message.is_empty() { reason } else { message });
    let summary = format!("IngressController {controller} is not admitted: {detail}");
    // All others were created by an administrator.
    let severity = if controller == "default" { Error } else { Warning };
    condition.finding(condition.subject(), &summary, "Admitted").severity(severity)
}
