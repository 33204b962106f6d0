//! An `IngressController` that the ingress operator refuses.
//!
//! # Why it matters
//!
//! The operator validates an `IngressController` before it does anything for it. A new one that is
//! refused gets no routers; one that ran before keeps them as they are, and no change or update
//! reaches it.
//!
//! # What to do
//!
//! Correct what the message names: a domain that another one has, a certificate that is not there,
//! a setting that the platform does not know.
//!
//! # Blind spots
//!
//! This is what the ingress operator says. Less than five minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/controller.go` (`admit`,
//!   reason `Invalid`)

use mustknow_gather::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, Patience, excerpt, is_plain};

/// How long the operator may take to look again.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "ingress/not-admitted",
    title: "an IngressController that the ingress operator refuses",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ingress = match Ingress::of(case, "Admitted") {
        Ok(ingress) => ingress,
        Err(gap) => return Verdict::Unknown(gap),
    };
    let findings =
        ingress.bad.iter().filter(|says| says.is_false).map(|says| finding(case, says)).collect();
    Verdict::over(ingress.examined, findings, "the cluster has no IngressController")
}

fn finding(case: &Case<'_>, says: &IngressSays<'_>) -> Finding {
    let name = &says.controller;
    // The others are of the administrator's own making.
    let full = if name == "default" { META.severity } else { Severity::Warning };
    let remedy = Remedy::new("Correct what the message names.");
    let remedy = if is_plain(name) {
        remedy.command(format!(
            "oc get ingresscontroller {name} -n openshift-ingress-operator -o yaml"
        ))
    } else {
        remedy
    };
    let words = if says.message.is_empty() { &says.reason } else { &says.message };
    Finding::new(
        says.subject(),
        format!("IngressController {name} is refused: {}", excerpt(words)),
        says.evidence(excerpt(&says.message)),
    )
    .severity(Patience::of(case, says.since(), GRACE).severity(full))
    .since(says.since())
    .saying(says.words())
    .why("A new one gets no routers; routers that ran before stay as they are.")
    .explains(Subject::cluster("ClusterOperator", "ingress"), "Admitted")
    .remedy(remedy.verify("oc get ingresscontrollers -n openshift-ingress-operator"))
}
