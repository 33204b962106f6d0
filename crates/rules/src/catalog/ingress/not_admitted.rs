//! `IngressController` not admitted by the ingress operator.
//!
//! This rule relies on what the ingress operator reports. A condition that has lasted for less than
//! five minutes is reported as informational only.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/controller.go` (`admit`,
//!   reason `Invalid`)

use crate::catalog::prelude::*;

/// How long the operator may take to check again.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "The operator validates an IngressController before it deploys or updates its routers. \
         A new one that is rejected gets no routers. Routers that ran before remain unchanged, \
         and no change or update reaches them.",
    )
    .fix(
        "Correct the setting that the message names: a domain that another IngressController \
         uses, a certificate that does not exist, or a setting that the platform does not \
         support.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let ingress = match IngressConditions::of(cx, "Admitted") {
        Ok(ingress) => ingress,
        Err(gap) => return Err(NotJudged::from(gap)),
    };
    let findings = ingress
        .bad
        .iter()
        .filter(|condition| condition.is_false)
        .map(|condition| finding(cx, condition));
    Ok(Checked::over(ingress.examined, findings))
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let name = &condition.controller;
    // All other IngressControllers were created by an administrator.
    let full = if name == "default" { RULE.meta.severity } else { Warning };
    let remedy = Remedy::new("Correct the setting that the message names.");
    let remedy = if is_shell_safe(name) {
        remedy.command(format!(
            "oc get ingresscontroller {name} -n openshift-ingress-operator -o yaml"
        ))
    } else {
        remedy
    };
    let detail = if condition.message.is_empty() { &condition.reason } else { &condition.message };
    Finding::new(
        condition.subject(),
        format!("IngressController {name} is not admitted: {}", excerpt(detail)),
        condition.evidence(excerpt(&condition.message)),
    )
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(full))
    .since(condition.since())
    .keywords(condition.keywords())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "Admitted")
    .remedy(remedy.verify("oc get ingresscontrollers -n openshift-ingress-operator"))
}
