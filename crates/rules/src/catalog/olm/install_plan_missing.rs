//! `Subscription` with a missing InstallPlan.
//!
//! A missing plan of an operator that is installed in its newest version is not reported, because
//! the plan is no longer needed.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`InstallPlanMissing`,
//!   `ReferencedInstallPlanNotFound`)

use crate::catalog::prelude::*;

/// How long OLM may take to create another plan.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "The Subscription waits for an InstallPlan that was deleted, and the operator is not \
         installed or updated.",
    )
    .fix(
        "Delete the Subscription and create it again. OLM then creates another InstallPlan. The \
         installed operator stays.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Subscription<'_>>().count();
    let each = |subscription: Subscription<'_>, _: &str| {
        let resource = subscription.resource();
        format!("{} {}", resource.namespace(), resource.name())
    };
    let findings = SubscriptionConditions::all(cx, "InstallPlanMissing", each)
        .into_iter()
        .filter_map(|conditions| finding(cx, &conditions));
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, conditions: &SubscriptionConditions<'_>) -> Option<Finding> {
    let persistence = conditions.persistence(cx, GRACE);
    let (subscription, _) = conditions.members.first()?;
    let resource = subscription.resource();
    let is_current = resource.text(&["status", "state"]).as_deref() == Some("AtLatestKnown");
    if persistence == Persistence::WithinGrace || is_current {
        return None;
    }
    let (reason, message) = conditions.reason_and_message();
    let plan = resource.text(&["status", "installplan", "name"]).unwrap_or_default();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let mut evidence = conditions.evidence().into_iter();
    let which = if plan.is_empty() { String::new() } else { format!(" {plan}") };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} waits for InstallPlan{which}, which does not exist"),
        evidence.next()?,
    )
    .since(conditions.since())
    .keywords(format!("{reason}: {message}"));
    let remedy = Remedy::new("Delete the Subscription and create it again.")
        .precondition("the Subscription's spec is saved elsewhere", Proof::ByHand(String::new()));
    let remedy = if is_shell_safe(namespace) && is_shell_safe(name) {
        remedy
            .command(format!(
                "oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"
            ))
            .verify(format!("oc get installplans -n {namespace}"))
    } else {
        remedy
    };
    let usual = severity_in(cx, namespace, RULE.meta.severity);
    Some(persistence.apply(finding.remedy(remedy), usual))
}
