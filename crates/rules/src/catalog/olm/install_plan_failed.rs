//! An InstallPlan that failed.
//!
//! # Why it matters
//!
//! What the plan was to install or update is not. The Operator Lifecycle Manager does not try a
//! failed plan again.
//!
//! # What to do
//!
//! Mend what the message names, mostly objects that do not fit a new definition or permissions that
//! are missing; then delete the plan, and with a Subscription that stays at it the
//! ClusterServiceVersion it was for.
//!
//! # Blind spots
//!
//! Plans that a newer one of their namespace followed, or whose ClusterServiceVersions are installed,
//! are history and passed over.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/installplan_types.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`syncInstallPlans`)

use mustknow_gather::kinds::{
    CLUSTER_SERVICE_VERSION, ClusterServiceVersion, Condition, INSTALL_PLAN, InstallPlan,
};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, excerpt, few, severity_in};

pub(super) static META: Meta = Meta {
    id: "olm/install-plan-failed",
    title: "an InstallPlan that failed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&INSTALL_PLAN)],
    uses: &[Need::Kind(&CLUSTER_SERVICE_VERSION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<InstallPlan<'_>>().count();
    let findings = case
        .all::<InstallPlan<'_>>()
        .map(View::resource)
        .filter(|plan| plan.text(&["status", "phase"]).as_deref() == Some("Failed"))
        .filter(|plan| asked_to_go(plan).is_none() && is_newest(case, plan))
        .filter(|plan| !is_installed(case, plan))
        .map(|plan| finding(case, plan))
        .collect();
    Verdict::over(examined, findings, "no InstallPlan in the archive")
}

/// Whether no plan of the namespace followed it.
pub(super) fn is_newest(case: &Case<'_>, plan: &Resource) -> bool {
    let order = |plan: &Resource| {
        let generation = plan.at(&["spec", "generation"]).and_then(Value::as_i64).unwrap_or(0);
        (generation, plan.created())
    };
    let own = order(plan);
    !case.within::<InstallPlan<'_>>(plan.namespace()).any(|it| order(it.resource()) > own)
}

/// The ClusterServiceVersions a plan is for.
pub(super) fn versions(plan: &Resource) -> Vec<String> {
    let all = plan.at(&["spec", "clusterServiceVersionNames"]).into_iter().flat_map(Value::items);
    all.filter_map(|name| Some(name.text()?.into_owned())).collect()
}

fn is_installed(case: &Case<'_>, plan: &Resource) -> bool {
    let versions = versions(plan);
    let is_there = |name: &String| {
        let version = case.find::<ClusterServiceVersion<'_>>(plan.namespace(), name);
        let phase = version.and_then(|it| it.resource().text(&["status", "phase"]));
        phase.as_deref() == Some("Succeeded")
    };
    !versions.is_empty() && versions.iter().all(is_there)
}

fn finding(case: &Case<'_>, plan: &Resource) -> Finding {
    let (subject, namespace, name) = (Subject::of(plan), plan.namespace(), plan.name());
    let condition = Condition::all(plan).find(|it| it.is_false());
    let reason = condition.map(|it| it.reason().into_owned()).unwrap_or_default();
    let message = condition
        .map(|it| it.message().into_owned())
        .filter(|message| !message.is_empty())
        .or_else(|| Some(plan.text(&["status", "message"])?.into_owned()))
        .unwrap_or_default();
    let versions = few(&versions(plan));
    let evidence = condition.map(|it| Evidence::condition(plan, it, excerpt(&message)));
    Finding::new(
        subject.clone(),
        format!("{subject} for {versions} failed, {reason}: {}", excerpt(&message)),
        Evidence::field(plan, &["status", "phase"], "it failed"),
    )
    .severity(severity_in(case, namespace, META.severity))
    .since(condition.and_then(Condition::since).or_else(|| plan.created()))
    .saying(format!("{reason}: {message}"))
    .evidence(evidence)
    .why("What the plan was to install is not installed, and a failed plan is not tried again.")
    .remedy(
        Remedy::new("Mend what the message names, then delete the plan so that a new one is made.")
            .command(format!("oc describe installplan -n {namespace} {name}"))
            .before("what the message names is mended", Proof::ByHand(String::new()))
            .verify(format!("oc get installplans,clusterserviceversions -n {namespace}")),
    )
}
