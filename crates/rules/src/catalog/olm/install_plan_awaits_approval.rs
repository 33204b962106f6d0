//! An InstallPlan that waits for approval.
//!
//! # Why it matters
//!
//! With manual approval an operator stays at its version until somebody approves the next one. In
//! that time it misses fixes, and an update of the cluster may ask for the newer one.
//!
//! # What to do
//!
//! Approve the plan when the version it names is wanted. It covers every operator it lists.
//!
//! # Blind spots
//!
//! That it waits is a decision of who runs the cluster, and no fault.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go` (`RequiresApproval`)

use mustknow_gather::kinds::{INSTALL_PLAN, InstallPlan};

use super::install_plan_failed::{is_newest, versions};
use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, few};

/// How long approval takes without being worth a word.
const GRACE: Span = Span::hours(24);

pub(super) static META: Meta = Meta {
    id: "olm/install-plan-awaits-approval",
    title: "an InstallPlan that waits for approval",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&INSTALL_PLAN)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<InstallPlan<'_>>().count();
    let findings = case
        .all::<InstallPlan<'_>>()
        .map(View::resource)
        .filter(|plan| plan.text(&["status", "phase"]).as_deref() == Some("RequiresApproval"))
        .filter(|plan| plan.text(&["spec", "approved"]).as_deref() != Some("true"))
        .filter(|plan| case.is_older(plan.created(), GRACE))
        .filter(|plan| asked_to_go(plan).is_none() && is_newest(case, plan))
        .map(|plan| {
            let (subject, namespace, name) = (Subject::of(plan), plan.namespace(), plan.name());
            Finding::new(
                subject.clone(),
                format!("{subject} waits for approval of {}", few(&versions(plan))),
                Evidence::field(plan, &["status", "phase"], "nobody approved it"),
            )
            .since(plan.created())
            .why("The operators it names stay at their version until it is approved.")
            .remedy(
                Remedy::new("Approve the plan when what it installs is wanted.")
                    .command(format!("oc describe installplan -n {namespace} {name}"))
                    .before("every version it lists is wanted", Proof::ByHand(String::new()))
                    .verify(format!("oc get installplan -n {namespace} {name}")),
            )
        })
        .collect();
    Verdict::over(examined, findings, "no InstallPlan in the archive")
}
