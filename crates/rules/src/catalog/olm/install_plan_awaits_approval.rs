//! InstallPlan waiting for approval.
//!
//! Manual approval is a decision of the cluster administrators and not a fault.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go` (`RequiresApproval`)

use super::install_plan_failed::{is_newest, versions};
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .each(&[&INSTALL_PLAN], |cx, plan| {
        let text = |path: &[&str]| plan.text(path).unwrap_or_default();
        let is_waiting = text(&["status", "phase"]) == "RequiresApproval"
            && text(&["spec", "approved"]) != "true"
            && deletion_requested_at(plan).is_none()
            && is_newest(cx, plan);
        let subject = Subject::of(plan);
        let summary = format!("{subject} waits for approval of {}", name_list(&versions(plan)));
        let evidence = || Evidence::field(plan, &["status", "phase"], "it is not approved");
        Ok(is_waiting.then(|| Finding::new(subject, summary, evidence()).since(plan.created())))
    })
    // Administrators may take a day.
    .grace(Span::hours(24))
    .why(
        "With manual approval an operator stays at its current version until an administrator \
         approves the next one. Meanwhile it is missing fixes, and a cluster update may require \
         the newer version.",
    )
    .fix(
        "Approve the InstallPlan if its versions are wanted. The approval applies to every \
         operator that the plan lists.",
    )
    .run(&["oc describe installplan -n {namespace} {name}"])
    .verify(&["oc get installplan -n {namespace} {name}"])
    .before(&[("every version it lists is wanted", "")]);
