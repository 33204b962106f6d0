//! Failed InstallPlan.
//!
//! A plan is ignored if its namespace has a newer plan, or if its ClusterServiceVersions are
//! installed.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`syncInstallPlans`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&INSTALL_PLAN], |cx, plan| {
        let is_failed = plan.text(&["status", "phase"]).as_deref() == Some("Failed")
            && deletion_requested_at(plan).is_none()
            && is_newest(cx, plan)
            && !is_installed(cx, plan);
        Ok(is_failed.then(|| finding(plan)))
    })
    .reads(&[Need::Kind(&CLUSTER_SERVICE_VERSION)])
    .at_once("a failed plan is not retried")
    .why(
        "The operators in the plan are not installed or updated. The Operator Lifecycle Manager \
         does not retry a failed plan.",
    )
    .fix(
        "Fix the problem in the message, usually existing objects that a new \
         CustomResourceDefinition does not accept, or missing permissions. Then delete the \
         plan. If the Subscription still refers to the plan, also delete the plan's \
         ClusterServiceVersion.",
    )
    .run(&["oc describe installplan -n {namespace} {name}"])
    .verify(&["oc get installplans,clusterserviceversions -n {namespace}"])
    .before(&[("the reported problem is fixed", "")]);

/// Whether no newer plan exists in the namespace.
pub(super) fn is_newest(cx: &RuleContext<'_>, plan: &Resource) -> bool {
    let order = |plan: &Resource| {
        let generation = plan.at(&["spec", "generation"]).and_then(Value::as_i64).unwrap_or(0);
        (generation, plan.created())
    };
    let own = order(plan);
    !cx.within::<InstallPlan<'_>>(plan.namespace()).any(|it| order(it.resource()) > own)
}

/// The ClusterServiceVersions that a plan installs.
pub(super) fn versions(plan: &Resource) -> Vec<String> {
    let all = plan.at(&["spec", "clusterServiceVersionNames"]).into_iter().flat_map(Value::items);
    all.filter_map(|name| Some(name.text()?.into_owned())).collect()
}

fn is_installed(cx: &RuleContext<'_>, plan: &Resource) -> bool {
    let versions = versions(plan);
    let is_there = |name: &String| {
        let version = cx.find::<ClusterServiceVersion<'_>>(plan.namespace(), name);
        let phase = version.and_then(|it| it.resource().text(&["status", "phase"]));
        phase.as_deref() == Some("Succeeded")
    };
    !versions.is_empty() && versions.iter().all(is_there)
}

fn finding(plan: &Resource) -> Finding {
    let condition = Condition::all(plan).find(|it| it.is_false());
    let reason = condition.map(Condition::reason).unwrap_or_default();
    let message = condition
        .map(Condition::message)
        .filter(|message| !message.is_empty())
        .or_else(|| plan.text(&["status", "message"]))
        .unwrap_or_default();
    let (subject, versions) = (Subject::of(plan), name_list(&versions(plan)));
    let summary = format!("{subject} for {versions} failed, {reason}: {}", excerpt(&message));
    Finding::new(subject, summary, Evidence::field(plan, &["status", "phase"], "the plan failed"))
        .since(condition.and_then(Condition::since).or_else(|| plan.created()))
        .keywords(format!("{reason}: {message}"))
        .evidence(condition.map(|it| Evidence::condition(plan, it, excerpt(&message))))
}
