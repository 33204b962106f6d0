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
    .needs(&[Need::Kind(&INSTALL_PLAN)])
    .reads(&[Need::Kind(&CLUSTER_SERVICE_VERSION)])
    .check(check)
    .why(
        "The operators in the plan are not installed or updated. The Operator Lifecycle Manager \
         does not retry a failed plan.",
    )
    .fix(
        "Fix the problem in the message, usually existing objects that a new \
         CustomResourceDefinition does not accept, or missing permissions. Then delete the \
         plan. If the Subscription still refers to the plan, also delete the plan's \
         ClusterServiceVersion.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<InstallPlan<'_>>().count();
    let findings = cx
        .all::<InstallPlan<'_>>()
        .map(View::resource)
        .filter(|plan| plan.text(&["status", "phase"]).as_deref() == Some("Failed"))
        .filter(|plan| deletion_requested_at(plan).is_none() && is_newest(cx, plan))
        .filter(|plan| !is_installed(cx, plan))
        .map(|plan| finding(cx, plan));
    Ok(Checked::over(examined, findings))
}

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

fn finding(cx: &RuleContext<'_>, plan: &Resource) -> Finding {
    let (subject, namespace, name) = (Subject::of(plan), plan.namespace(), plan.name());
    let condition = Condition::all(plan).find(|it| it.is_false());
    let reason = condition.map(|it| it.reason().into_owned()).unwrap_or_default();
    let message = condition
        .map(|it| it.message().into_owned())
        .filter(|message| !message.is_empty())
        .or_else(|| Some(plan.text(&["status", "message"])?.into_owned()))
        .unwrap_or_default();
    let versions = name_list(&versions(plan));
    let evidence = condition.map(|it| Evidence::condition(plan, it, excerpt(&message)));
    Finding::new(
        subject.clone(),
        format!("{subject} for {versions} failed, {reason}: {}", excerpt(&message)),
        Evidence::field(plan, &["status", "phase"], "the plan failed"),
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .since(condition.and_then(Condition::since).or_else(|| plan.created()))
    .keywords(format!("{reason}: {message}"))
    .evidence(evidence)
    .run(format!("oc describe installplan -n {namespace} {name}"))
    .before("the reported problem is fixed", Proof::ByHand(String::new()))
    .verify(format!("oc get installplans,clusterserviceversions -n {namespace}"))
}
