//! A Subscription whose InstallPlan is gone.
//!
//! # Why it matters
//!
//! The Subscription waits for a plan that somebody deleted, and the operator is neither installed nor
//! updated.
//!
//! # What to do
//!
//! Delete the Subscription and make it anew: OLM then makes another plan. The operator that is installed
//! stays.
//!
//! # Blind spots
//!
//! A plan of an operator that is installed and at its newest version is not needed any more.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`InstallPlanMissing`,
//!   `ReferencedInstallPlanNotFound`)

use mustknow_gather::kinds::{SUBSCRIPTION, Subscription};

use crate::catalog::prelude::*;
use crate::facts::{Complaints, Patience, is_plain, severity_in};

/// How long OLM may take to make another plan.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/install-plan-missing",
    title: "a Subscription whose InstallPlan is gone",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Subscription<'_>>().count();
    let each = |subscription: Subscription<'_>, _: &str| {
        let resource = subscription.resource();
        format!("{} {}", resource.namespace(), resource.name())
    };
    let findings = Complaints::all(case, "InstallPlanMissing", each)
        .iter()
        .filter_map(|complaints| finding(case, complaints))
        .collect();
    Verdict::over(examined, findings, "no Subscription in the archive")
}

fn finding(case: &Case<'_>, complaints: &Complaints<'_>) -> Option<Finding> {
    let patience = complaints.patience(case, GRACE);
    let (subscription, _) = complaints.by.first()?;
    let resource = subscription.resource();
    let is_current = resource.text(&["status", "state"]).as_deref() == Some("AtLatestKnown");
    if patience == Patience::Young || is_current {
        return None;
    }
    let (reason, message) = complaints.words();
    let plan = resource.text(&["status", "installplan", "name"]).unwrap_or_default();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let mut evidence = complaints.evidence().into_iter();
    let which = if plan.is_empty() { String::new() } else { format!(" {plan}") };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} waits for InstallPlan{which}, which is gone"),
        evidence.next()?,
    )
    .since(complaints.since())
    .saying(format!("{reason}: {message}"))
    .why("The operator is neither installed nor updated until there is another plan.");
    let remedy = Remedy::new("Delete the Subscription and make it anew.")
        .before("its spec is kept elsewhere, to make it anew from", Proof::ByHand(String::new()));
    let remedy = if is_plain(namespace) && is_plain(name) {
        remedy
            .command(format!(
                "oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"
            ))
            .verify(format!("oc get installplans -n {namespace}"))
    } else {
        remedy
    };
    let usual = severity_in(case, namespace, META.severity);
    Some(patience.weigh(finding.remedy(remedy), usual))
}
