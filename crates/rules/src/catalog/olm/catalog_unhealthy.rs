//! Unhealthy CatalogSource.
//!
//! The connection state is written whenever any catalog changes its state, so its time does not
//! show since when this catalog has been down. A state of the last minutes is reported only if the
//! catalog's pod has been not ready, or Subscriptions have reported the catalog, for longer.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`syncConnection`), `pkg/controller/registry/grpc/source.go`
//! - operator-framework/api `pkg/operators/v1alpha1/catalogsource_types.go`

use crate::catalog::prelude::*;

/// How long the replacement of a catalog's pod may take.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&CATALOG_SOURCE)])
    .reads(&[Need::Kind(&POD), Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "Operators from the catalog cannot be installed or updated. While one catalog cannot be \
         read, no Subscription that may use it is resolved. Running operators continue to run, \
         and the cluster update is not blocked.",
    )
    .fix(
        "Check the catalog's pod. In most cases its image cannot be pulled. Mirror the image, \
         or disable the catalog if it is not needed.",
    );

/// States of a connection that is not established. A connection that is not used is `IDLE` and
/// works.
const AWAY: [&str; 2] = ["TRANSIENT_FAILURE", "CONNECTING"];
/// Reasons that report a problem with the source itself.
const INVALID: [&str; 4] =
    ["SpecInvalidError", "ConfigMapError", "RegistryServerError", "InvalidIntervalError"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<CatalogSource<'_>>().count();
    let findings = cx
        .all::<CatalogSource<'_>>()
        .map(View::resource)
        .filter(|source| deletion_requested_at(source).is_none())
        .filter_map(|source| finding(cx, source));
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, source: &Resource) -> Option<Finding> {
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
    let pods: Vec<_> = unready(cx, source).collect();
    let condition = condition(cx, source);
    let unready_since = pods.iter().filter_map(|pod| pod.condition("Ready")?.since());
    let reported_since = condition.as_ref().and_then(|(since, _)| *since);
    let since = written.into_iter().chain(unready_since).chain(reported_since).min();
    let is_confirmed = !pods.is_empty() || condition.is_some();
    let since = since.or_else(|| source.created());
    let persistence = Persistence::of(cx, since, GRACE).or_exceeded(is_confirmed);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let (message, field): (_, &[&str]) = if is_invalid {
        (format!("{reason}: {}", excerpt(&message)), &["status", "reason"])
    } else {
        (format!("its connection is {state}"), STATE)
    };
    let names: Vec<_> = pods.iter().map(|pod| pod.resource().name()).collect();
    let subject = Subject::of(source);
    let of_pods = match names.as_slice() {
        [] => String::new(),
        names => format!(", and its pod {} is not ready", name_list(names)),
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is unhealthy: {message}{of_pods}"),
        Evidence::field(source, field, message.clone()),
    )
    .since(since)
    .keywords(format!("{namespace} {}", names.join(" ")))
    .keywords(&message)
    .evidence(condition.map(|(_, evidence)| evidence))
    .evidence(pods.iter().filter_map(|pod| {
        let condition = pod.condition("Ready")?;
        Some(Evidence::condition(pod.resource(), condition, "the catalog's pod is not ready"))
    }))
    .run(format!("oc describe catalogsource -n {namespace} {name}"))
    .run(format!("oc get pods -n {namespace} -l olm.catalogSource={name}"))
    .verify(format!("oc get catalogsource -n {namespace} {name} -o yaml"));
    let finding = if is_invalid || is_confirmed {
        finding
    } else {
        finding.likely("only the last observed connection state shows it")
    };
    Some(persistence.apply(finding, severity_in(cx, namespace, RULE.meta.severity)))
}

/// Pods of the catalog that have been not ready for longer than `GRACE`.
fn unready<'s>(cx: &RuleContext<'s>, source: &Resource) -> impl Iterator<Item = Pod<'s>> {
    let name = source.name().to_owned();
    let cx = *cx;
    cx.within::<Pod<'s>>(source.namespace()).filter(move |pod| {
        let resource = pod.resource();
        let is_its = resource.label("olm.catalogSource").as_deref() == Some(&*name);
        let ready = pod.condition("Ready").filter(|it| it.is_false());
        is_its && is_expected(*pod) && ready.is_some_and(|it| cx.is_older(it.since(), GRACE))
    })
}

/// A Subscription that has reported for longer than `GRACE` that the catalog cannot be read, and
/// since when.
fn condition(cx: &RuleContext<'_>, source: &Resource) -> Option<(Option<Time>, Evidence)> {
    let named = format!("from source {}/{}", source.name(), source.namespace());
    cx.all::<Subscription<'_>>().find_map(|subscription| {
        let condition = subscription.condition("ResolutionFailed").filter(|it| it.is_true())?;
        let is_match = condition.message().contains(&named);
        (is_match && cx.is_older(condition.since(), GRACE)).then(|| {
            let note = "it cannot be resolved because the catalog cannot be read";
            let evidence = Evidence::condition(subscription.resource(), condition, note);
            (condition.since(), evidence)
        })
    })
}
