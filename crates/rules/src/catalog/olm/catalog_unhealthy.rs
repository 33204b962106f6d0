//! A catalog of operators that does not answer.
//!
//! # Why it matters
//!
//! What the catalog offers can neither be installed nor updated, and while one catalog cannot be read
//! no Subscription that may use it is resolved. Operators that run go on running, and the cluster's own
//! update does not wait.
//!
//! # What to do
//!
//! Look at the pod of the catalog: mostly its image cannot be pulled. Mirror it, or disable a catalog
//! that nobody needs.
//!
//! # Blind spots
//!
//! The state is written when any catalog changes its state, so its time is not since when this one is
//! away; a state of the last minutes counts only when the catalog's pod is not ready or Subscriptions
//! complain of the catalog for longer.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`syncConnection`), `pkg/controller/registry/grpc/source.go`
//! - operator-framework/api `pkg/operators/v1alpha1/catalogsource_types.go`

use mustknow_gather::kinds::{CATALOG_SOURCE, CatalogSource, POD, Pod, SUBSCRIPTION, Subscription};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, excerpt, few, is_expected, severity_in};

/// How long the replacement of a catalog's pod may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/catalog-unhealthy",
    title: "a catalog of operators that does not answer",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CATALOG_SOURCE)],
    uses: &[Need::Kind(&POD), Need::Kind(&SUBSCRIPTION)],
};

/// States of a connection that is not made; one that nobody uses is `IDLE` and works.
const AWAY: [&str; 2] = ["TRANSIENT_FAILURE", "CONNECTING"];
/// Reasons that say what is wrong with the source itself.
const INVALID: [&str; 4] =
    ["SpecInvalidError", "ConfigMapError", "RegistryServerError", "InvalidIntervalError"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<CatalogSource<'_>>().count();
    let findings = case
        .all::<CatalogSource<'_>>()
        .map(View::resource)
        .filter(|source| asked_to_go(source).is_none())
        .filter_map(|source| finding(case, source))
        .collect();
    Verdict::over(examined, findings, "no CatalogSource in the archive")
}

fn finding(case: &Case<'_>, source: &Resource) -> Option<Finding> {
    const STATE: &[&str] = &["status", "connectionState", "lastObservedState"];
    let (namespace, name) = (source.namespace(), source.name());
    let state = source.text(STATE).unwrap_or_default();
    let reason = source.text(&["status", "reason"]).unwrap_or_default();
    let message = source.text(&["status", "message"]).unwrap_or_default();
    let is_invalid = INVALID.contains(&&*reason);
    if !is_invalid && !AWAY.contains(&&*state) {
        return None;
    }
    let written = source.time(&["status", "connectionState", "lastConnect"]);
    let pods: Vec<_> = unready(case, source).collect();
    let complaint = complaint(case, source);
    let since = written.into_iter().chain(complaint.as_ref().and_then(|(since, _)| *since)).min();
    let is_confirmed = !pods.is_empty() || complaint.is_some();
    let since = since.or_else(|| source.created());
    let patience = Patience::of(case, since, GRACE).or_outlasted(is_confirmed);
    if patience == Patience::Young {
        return None;
    }
    let (said, field): (_, &[&str]) = if is_invalid {
        (format!("{reason}: {}", excerpt(&message)), &["status", "reason"])
    } else {
        (format!("its connection is {state}"), STATE)
    };
    let names: Vec<_> = pods.iter().map(|pod| pod.resource().name()).collect();
    let subject = Subject::of(source);
    let of_pods = match names.as_slice() {
        [] => String::new(),
        names => format!(", and its pod {} is not ready", few(names)),
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} does not answer: {said}{of_pods}"),
        Evidence::field(source, field, said.clone()),
    )
    .since(since)
    .saying(format!("{namespace} {}", names.join(" ")))
    .saying(&said)
    .evidence(complaint.map(|(_, evidence)| evidence))
    .evidence(pods.iter().filter_map(|pod| {
        let condition = pod.condition("Ready")?;
        Some(Evidence::condition(pod.resource(), condition, "the pod of the catalog is not ready"))
    }))
    .why(
        "What it offers is neither installed nor updated, and Subscriptions that may use it are not \
         resolved. What runs goes on running.",
    )
    .remedy(
        Remedy::new("Look at the pod of the catalog; disable a catalog that nobody needs.")
            .command(format!("oc describe catalogsource -n {namespace} {name}"))
            .command(format!("oc get pods -n {namespace} -l olm.catalogSource={name}"))
            .verify(format!("oc get catalogsource -n {namespace} {name} -o yaml")),
    );
    let finding = if is_invalid || is_confirmed {
        finding
    } else {
        finding.likely("only the last state of its connection says so")
    };
    Some(patience.weigh(finding, severity_in(case, namespace, META.severity)))
}

/// Pods of the catalog that are not ready for long.
fn unready<'s>(case: &Case<'s>, source: &Resource) -> impl Iterator<Item = Pod<'s>> {
    let name = source.name().to_owned();
    let case = *case;
    case.within::<Pod<'s>>(source.namespace()).filter(move |pod| {
        let resource = pod.resource();
        let is_its = resource.label("olm.catalogSource").as_deref() == Some(&*name);
        let ready = pod.condition("Ready").filter(|it| it.is_false());
        is_its && is_expected(*pod) && ready.is_some_and(|it| case.is_older(it.since(), GRACE))
    })
}

/// A Subscription that says for long that the catalog cannot be read, and since when.
fn complaint(case: &Case<'_>, source: &Resource) -> Option<(Option<Time>, Evidence)> {
    let named = format!("from source {}/{}", source.name(), source.namespace());
    case.all::<Subscription<'_>>().find_map(|subscription| {
        let condition = subscription.condition("ResolutionFailed").filter(|it| it.is_true())?;
        let is_meant = condition.message().contains(&named);
        (is_meant && case.is_older(condition.since(), GRACE)).then(|| {
            let note = "it cannot be resolved for want of the catalog";
            let evidence = Evidence::condition(subscription.resource(), condition, note);
            (condition.since(), evidence)
        })
    })
}
