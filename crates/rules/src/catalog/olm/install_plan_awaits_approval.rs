//! InstallPlan waiting for approval.
//!
//! Manual approval is a decision of the cluster administrators and not a fault.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go` (`RequiresApproval`)

use super::install_plan_failed::{is_newest, versions};
use crate::catalog::prelude::*;

/// How long an InstallPlan may wait for approval without being reported.
const GRACE: Span = Span::hours(24);

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .needs(&[Need::Kind(&INSTALL_PLAN)])
    .check(check)
    .why(
        "With manual approval an operator stays at its current version until an administrator \
         approves the next one. Meanwhile it is missing fixes, and a cluster update may require \
         the newer version.",
    )
    .fix(
        "Approve the InstallPlan if its versions are wanted. The approval applies to every \
         operator that the plan lists.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<InstallPlan<'_>>().count();
    let findings = cx
        .all::<InstallPlan<'_>>()
        .map(View::resource)
        .filter(|plan| plan.text(&["status", "phase"]).as_deref() == Some("RequiresApproval"))
        .filter(|plan| plan.text(&["spec", "approved"]).as_deref() != Some("true"))
        .filter(|plan| cx.is_older(plan.created(), GRACE))
        .filter(|plan| deletion_requested_at(plan).is_none() && is_newest(cx, plan))
        .map(|plan| {
            let (subject, namespace, name) = (Subject::of(plan), plan.namespace(), plan.name());
            Finding::new(
                subject.clone(),
                format!("{subject} waits for approval of {}", name_list(&versions(plan))),
                Evidence::field(plan, &["status", "phase"], "it is not approved"),
            )
            .since(plan.created())
            .run(format!("oc describe installplan -n {namespace} {name}"))
            .before("every version it lists is wanted", Proof::ByHand(String::new()))
            .verify(format!("oc get installplan -n {namespace} {name}"))
        });
    Ok(Checked::over(examined, findings))
}
