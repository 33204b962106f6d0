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
const STATE: &[&str] = &["status", "connectionState", "lastObservedState"];

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&CATALOG_SOURCE], judge)
    .reads(&[Need::Kind(&POD), Need::Kind(&SUBSCRIPTION)])
    .grace(GRACE)
    .why(
        "Operators from the catalog cannot be installed or updated. While one catalog cannot be \
         read, no Subscription that may use it is resolved. Running operators continue to run, \
         and the cluster update is not blocked.",
    )
    .fix(
        "Check the catalog's pod. In most cases its image cannot be pulled. Mirror the image, \
         or disable the catalog if it is not needed.",
    )
    .run(&[
        "oc describe catalogsource -n {namespace} {name}",
        "oc get pods -n {namespace} -l olm.catalogSource={name}",
    ])
    .verify(&["oc get catalogsource -n {namespace} {name} -o yaml"]);

fn judge(cx: &RuleContext<'_>, source: &Resource) -> Result<Option<Finding>, NotJudged> {
    let text = |path: &[&str]| source.text(path).unwrap_or_default();
    let (state, reason) = (text(STATE), text(&["status", "reason"]));
    // The source itself has a problem.
    let is_invalid = matches!(
        &*reason,
        "SpecInvalidError" | "ConfigMapError" | "RegistryServerError" | "InvalidIntervalError"
    );
    // A connection that is not used is IDLE and works.
    let is_away = matches!(&*state, "TRANSIENT_FAILURE" | "CONNECTING");
    if !(is_invalid || is_away) || deletion_requested_at(source).is_some() {
        return Ok(None);
    }
    let (message, field) = if is_invalid {
        let message = excerpt(&text(&["status", "message"]));
        (format!("{reason}: {message}"), &["status", "reason"][..])
    } else {
        (format!("its connection is {state}"), STATE)
    };
    let pods = unready(cx, source);
    let reported = reported_by_subscription(cx, source);
    let written = source.time(&["status", "connectionState", "lastConnect"]);
    let conditions = pods.iter().map(|(_, ready)| *ready).chain(reported.map(|(_, it)| it));
    let since = conditions.filter_map(Condition::since).chain(written).min();
    let names: Vec<_> = pods.iter().map(|(pod, _)| pod.name()).collect();
    let of_pods = match names.as_slice() {
        [] => String::new(),
        names => format!(", and its pod {} is not ready", name_list(names)),
    };
    let subject = Subject::of(source);
    let summary = format!("{subject} is unhealthy: {message}{of_pods}");
    let finding = Finding::new(subject, summary, Evidence::field(source, field, message.clone()))
        .since(since.or_else(|| source.created()))
        .keywords(format!("{} {}", source.namespace(), names.join(" ")))
        .keywords(&message)
        .evidence(reported.map(|(subscription, condition)| {
            let note = "it cannot be resolved because the catalog cannot be read";
            Evidence::condition(subscription.resource(), condition, note)
        }))
        .evidence(pods.iter().map(|(pod, ready)| {
            Evidence::condition(pod.resource(), *ready, "the catalog's pod is not ready")
        }));
    Ok(Some(if is_invalid || !pods.is_empty() || reported.is_some() {
        finding
    } else {
        finding.likely("only the last observed connection state shows it")
    }))
}

/// Pods of the catalog that have been not ready for longer than [`GRACE`], with that condition.
fn unready<'s>(cx: &RuleContext<'s>, source: &Resource) -> Vec<(Pod<'s>, Condition<'s>)> {
    let is_its =
        |pod: &Pod<'_>| pod.resource().label("olm.catalogSource").as_deref() == Some(source.name());
    let pods = cx.within::<Pod<'s>>(source.namespace());
    let unready = pods.filter(|pod| is_its(pod) && is_expected(*pod)).filter_map(|pod| {
        let ready = pod.condition("Ready").filter(|it| it.is_false())?;
        Persistence::of(cx, ready.since(), GRACE).counts().then_some((pod, ready))
    });
    unready.collect()
}

/// A Subscription that has reported for longer than [`GRACE`] that the catalog cannot be read.
fn reported_by_subscription<'s>(
    cx: &RuleContext<'s>,
    source: &Resource,
) -> Option<(Subscription<'s>, Condition<'s>)> {
    let named = format!("from source {}/{}", source.name(), source.namespace());
    cx.all::<Subscription<'s>>().find_map(|subscription| {
        let condition = subscription.condition("ResolutionFailed").filter(|it| it.is_true())?;
        let counts = Persistence::of(cx, condition.since(), GRACE).counts();
        (counts && condition.message().contains(&named)).then_some((subscription, condition))
    })
}
