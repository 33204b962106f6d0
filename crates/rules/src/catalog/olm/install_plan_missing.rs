//! `Subscription` with a missing InstallPlan.
//!
//! A missing plan of an operator that is installed in its newest version is not reported, because
//! the plan is no longer needed.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`InstallPlanMissing`,
//!   `ReferencedInstallPlanNotFound`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(|cx| {
        let each = |subscription: Subscription<'_>, _: &str| {
            let resource = subscription.resource();
            format!("{} {}", resource.namespace(), resource.name())
        };
        SubscriptionConditions::judge(cx, "InstallPlanMissing", each, |missing| {
            let (subscription, _) = missing.members.first()?;
            let resource = subscription.resource();
            if resource.text(&["status", "state"]).as_deref() == Some("AtLatestKnown") {
                return None;
            }
            let plan = resource.text(&["status", "installplan", "name"]);
            let plan = plan.map(|name| format!(" {name}")).unwrap_or_default();
            let subject = Subject::of(resource);
            let summary = format!("{subject} waits for InstallPlan{plan}, which does not exist");
            missing.finding(subject, summary)
        })
    })
    // OLM may take that long to create another plan.
    .grace(Span::minutes(15))
    .why(
        "The Subscription waits for an InstallPlan that was deleted, and the operator is not \
         installed or updated.",
    )
    .fix(
        "Delete the Subscription and create it again. OLM then creates another InstallPlan. The \
         installed operator stays.",
    )
    .run(&["oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"])
    .verify(&["oc get installplans -n {namespace}"])
    .before(&[("the Subscription's spec is saved elsewhere", "")]);
