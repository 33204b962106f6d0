//! `PodDisruptionBudget` that never allows an eviction.
//!
//! # Why it matters
//!
//! A node drain waits until the budget allows the eviction of its pods, and this one never does.
//! This becomes visible only when a node is updated or replaced. The drain is then blocked until an
//! administrator acts.
//!
//! # What to do
//!
//! Allow the eviction of one pod: set `maxUnavailable: 1`, or run one more pod than `minAvailable`.
//! Do so before the next update.
//!
//! # Blind spots
//!
//! A must-gather contains few user namespaces, which usually own such budgets. A budget may be
//! intended like this, for pods that an administrator moves manually.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/disruption/disruption.go`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/PodDisruptionBudgetAtLimit.md`

use mustknow_cluster::model::kinds::POD_DISRUPTION_BUDGET;
use mustknow_cluster::views::PodDisruptionBudget;
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::engine::{client, pluralize};

pub(super) static META: Meta = Meta {
    id: "workloads/disruption-budget-impossible",
    title: "PodDisruptionBudget that never allows an eviction",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD_DISRUPTION_BUDGET)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let all = cx.all::<PodDisruptionBudget<'_>>();
    let findings = all.filter_map(|budget| finding(cx, budget)).collect();
    let examined = cx.all::<PodDisruptionBudget<'_>>().count();
    Verdict::over(examined, findings, "no PodDisruptionBudget in the archive")
}

fn finding(cx: &RuleContext<'_>, budget: PodDisruptionBudget<'_>) -> Option<Finding> {
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
    let (subject, client) = (Subject::of(resource), client(cx));
    let pods = pluralize(usize::try_from(expected).unwrap_or(0), "pod");
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} never allows an eviction of its {pods} ({field}: {value})"),
            Evidence::field(resource, &["spec", field], "the budget's limit"),
        )
        .evidence([Evidence::field(
            resource,
            &["status", "desiredHealthy"],
            format!("{desired} of {expected} must be healthy at any time"),
        )])
        .keywords(resource.name())
        .why(
            "The budget requires as many healthy pods as exist. A drain of a node with one of them \
             is blocked until the budget or the number of pods is changed.",
        )
        .remedy(
            Remedy::new("Allow one eviction, or run one more pod, before the next update.")
                .command(format!(
                    "{client} describe poddisruptionbudget -n {} {}",
                    resource.namespace(),
                    resource.name()
                ))
                .verify(format!("{client} get poddisruptionbudgets --all-namespaces")),
        ),
    )
}
