//! A budget that allows no pod to go, even when all are well.
//!
//! # Why it matters
//!
//! Draining a node waits until the budget lets its pods go, and this one never does. Nobody notices
//! until a node is to be updated or replaced: then that waits until somebody acts.
//!
//! # What to do
//!
//! Let the budget allow one pod to go, with `maxUnavailable: 1` or one pod more than `minAvailable`, or
//! run one pod more. Do so before the next update.
//!
//! # Blind spots
//!
//! A must-gather holds few namespaces of users, and theirs are the budgets that do this mostly. A
//! budget may be meant so, for pods that somebody moves by hand.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/disruption/disruption.go`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/PodDisruptionBudgetAtLimit.md`

use mustknow_gather::kinds::{POD_DISRUPTION_BUDGET, PodDisruptionBudget};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, count};

pub(super) static META: Meta = Meta {
    id: "workloads/disruption-budget-impossible",
    title: "a budget that allows no pod to go, even when all are well",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD_DISRUPTION_BUDGET)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all = case.all::<PodDisruptionBudget<'_>>();
    let findings = all.filter_map(|budget| finding(case, budget)).collect();
    let examined = case.all::<PodDisruptionBudget<'_>>().count();
    Verdict::over(examined, findings, "no PodDisruptionBudget in the archive")
}

fn finding(case: &Case<'_>, budget: PodDisruptionBudget<'_>) -> Option<Finding> {
    let resource = budget.resource();
    let (expected, desired) = (budget.status("expectedPods")?, budget.status("desiredHealthy")?);
    let is_counted = budget.status("observedGeneration")
        >= resource.at(&["metadata", "generation"]).and_then(Value::as_i64);
    let allows_some = budget.disruptions_allowed() != Some(0) || desired < expected;
    if expected <= 0 || allows_some || !is_counted {
        return None;
    }
    let field = ["maxUnavailable", "minAvailable"]
        .into_iter()
        .find(|field| resource.at(&["spec", field]).is_some_and(|value| !value.is_null()))?;
    let value = resource.text(&["spec", field]).unwrap_or_default();
    let (subject, client) = (Subject::of(resource), client(case));
    let pods = count(usize::try_from(expected).unwrap_or(0), "pod");
    Some(
        Finding::new(
            subject.clone(),
            format!(
                "{subject} lets none of its {pods} go ({field}: {value}), so no drain passes it"
            ),
            Evidence::field(resource, &["spec", field], "what it asks for"),
        )
        .evidence([Evidence::field(
            resource,
            &["status", "desiredHealthy"],
            format!("{desired} of {expected} must be healthy at any time"),
        )])
        .saying(resource.name())
        .why(
            "It wants as many healthy pods as there are. A drain of a node with one of them waits \
             until somebody changes that.",
        )
        .remedy(
            Remedy::new("Let it allow one pod to go, or run one pod more, before the next update.")
                .command(format!(
                    "{client} describe poddisruptionbudget -n {} {}",
                    resource.namespace(),
                    resource.name()
                ))
                .verify(format!("{client} get poddisruptionbudgets --all-namespaces")),
        ),
    )
}
