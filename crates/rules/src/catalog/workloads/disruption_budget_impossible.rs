//! `PodDisruptionBudget` that never allows an eviction.
//!
//! On OpenShift a must-gather contains few user namespaces, which usually own such budgets. A budget
//! may be intended like this, for pods that an administrator moves manually: while no node is drained
//! and no update is in progress, it is a note.
//!
//! - kubernetes/kubernetes `pkg/controller/disruption/disruption.go`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/PodDisruptionBudgetAtLimit.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, Any)
    .each(&[&POD_DISRUPTION_BUDGET], |cx, budget| {
        let finding = finding(PodDisruptionBudget::of(budget));
        Ok(finding.map(|it| if is_felt(cx) { it } else { it.severity(Info) }))
    })
    .at_once("the setting is wrong from the beginning")
    .why(
        "A node drain waits until the budget allows the eviction of its pods, and this one \
         never does. This becomes visible only when a node is updated or replaced. The drain is \
         then blocked until an administrator acts.",
    )
    .fix(
        "Allow the eviction of one pod: set maxUnavailable: 1, or run one more pod than \
         minAvailable. Do so before the next update.",
    )
    .run(&["oc describe poddisruptionbudget -n {namespace} {name}"])
    .verify(&["oc get poddisruptionbudgets --all-namespaces"]);

/// Whether nodes are or will soon be drained, so that the budget holds something up.
fn is_felt(cx: &RuleContext<'_>) -> bool {
    is_updating(cx) || cx.all::<Node<'_>>().any(|it| it.is_unschedulable() || is_being_updated(it))
}

fn finding(budget: PodDisruptionBudget<'_>) -> Option<Finding> {
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
    let pods = pluralize(usize::try_from(expected).unwrap_or(0), "pod");
    let subject = Subject::of(resource);
    let summary = format!("{subject} never allows an eviction of its {pods} ({field}: {value})");
    let healthy = format!("{desired} of {expected} must be healthy at any time");
    Some(
        Finding::new(
            subject,
            summary,
            Evidence::field(resource, &["spec", field], "the budget's limit"),
        )
        .evidence([Evidence::field(resource, &["status", "desiredHealthy"], healthy)])
        .keywords(resource.name()),
    )
}
