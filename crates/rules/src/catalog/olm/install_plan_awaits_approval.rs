//! InstallPlan waiting for approval.
//!
//! # Why it matters
//!
//! With manual approval an operator stays at its current version until an administrator approves
//! the next one. Meanwhile it is missing fixes, and a cluster update may require the newer version.
//!
//! # What to do
//!
//! Approve the InstallPlan if its versions are wanted. The approval applies to every operator that
//! the plan lists.
//!
//! # Blind spots
//!
//! Manual approval is a decision of the cluster administrators and not a fault.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go` (`RequiresApproval`)

use mustknow_cluster::model::kinds::INSTALL_PLAN;
use mustknow_cluster::views::InstallPlan;

use super::install_plan_failed::{is_newest, versions};
use crate::catalog::prelude::*;
use crate::domain::deletion_requested_at;
use crate::engine::name_list;

/// How long an InstallPlan may wait for approval without being reported.
const GRACE: Span = Span::hours(24);

pub(super) static META: Meta = Meta {
    id: "olm/install-plan-awaits-approval",
    title: "InstallPlan waiting for approval",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&INSTALL_PLAN)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
            .why("The operators in the plan stay at their current version until it is approved.")
            .remedy(
                Remedy::new("Approve the InstallPlan if the versions in it are wanted.")
                    .command(format!("oc describe installplan -n {namespace} {name}"))
                    .precondition("every version it lists is wanted", Proof::ByHand(String::new()))
                    .verify(format!("oc get installplan -n {namespace} {name}")),
            )
        })
        .collect();
    Verdict::over(examined, findings, "no InstallPlan in the archive")
}
