//! Failing image imports of sample image streams.
//!
//! - openshift/cluster-samples-operator `pkg/stub/configmap.go` (`ImportImageErrorsExist`),
//!   `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs_any(&[Need::Kind(&SAMPLES_CONFIG), Need::Kind(&CLUSTER_OPERATOR)])
    .check(|cx| {
        let own = ("ImportImageErrorsExist", Status::True);
        let failing = samples_condition(cx, own, ("Progressing", "FailedImageImports"))?;
        Ok(Checked::over(1, failing.map(|(reported_by, it)| finding(cx, reported_by, it))))
    })
    // Imports are retried every few hours, and a registry may be unavailable.
    .note_until(Span::hours(2))
    .why(
        "The Samples Operator imports image streams for builders and databases from an external \
         registry. Only builds and applications that use an image stream that failed are \
         affected. OKD has no credentials for the registry of most samples, so this is the normal \
         state there.",
    )
    .fix(
        "If the samples are not needed, set managementState of the operator to Removed, or skip \
         the failing image streams. Otherwise allow access to the registry, or mirror the \
         images and configure the mirror.",
    )
    .run(&["oc edit configs.samples.operator.openshift.io cluster"])
    .verify(&["oc get imagestreams -n openshift"])
    .before(&[(
        "before the samples are removed: no build uses an image stream in namespace openshift",
        "oc get buildconfigs --all-namespaces -o yaml",
    )]);

fn finding(cx: &RuleContext<'_>, reported_by: &Resource, condition: Condition<'_>) -> Finding {
    // This condition names the image streams but is not a failure by itself.
    let named = cx.find::<ClusterOperator<'_>>("", "openshift-samples").and_then(|summary| {
        let progressing = summary.condition("Progressing")?;
        (progressing.reason() == "FailedImageImports").then_some((summary.resource(), progressing))
    });
    let of = match named.map(|(_, it)| streams(&it.message())).unwrap_or_default() {
        none if none.is_empty() => none,
        streams => format!(": {streams}"),
    };
    // Most samples come from a registry that OKD has no credentials for.
    let more = named.filter(|(summary, _)| summary.key() != reported_by.key());
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!("image imports of sample image streams are failing{of}"),
        Evidence::condition(reported_by, condition, excerpt(&condition.message())),
    )
    .severity(if is_okd(cx) { Info } else { Warning })
    .since(condition.since())
    .evidence(more.map(|(summary, it)| Evidence::condition(summary, it, excerpt(&it.message()))))
    .keywords(condition.message())
}

/// The names in `... failures for these imagestreams: a,b; last import attempt ...`.
fn streams(message: &str) -> String {
    let names = message.split_once("these imagestreams: ").map_or("", |(_, rest)| rest);
    excerpt(&names.split(';').next().unwrap_or_default().replace(',', ", "))
}
