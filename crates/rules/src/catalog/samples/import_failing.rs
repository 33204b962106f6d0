//! Failing image imports of sample image streams.
//!
//! Imports are retried every few hours. A failure that has lasted for less than two hours is
//! reported as informational only.
//!
//! - openshift/cluster-samples-operator `pkg/stub/configmap.go` (`ImportImageErrorsExist`),
//!   `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use crate::catalog::prelude::*;

/// How long a registry may be unavailable.
const GRACE: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .reads(&[Need::Kind(&SAMPLES_CONFIG)])
    .check(check)
    .why(
        "The Samples Operator imports image streams for builders and databases from an external \
         registry. Image streams that fail have no image or an outdated one. Only builds and \
         applications that use them are affected. OKD has no credentials for the registry of \
         most samples, so this is the normal state there.",
    )
    .fix(
        "If the samples are not needed, set managementState of the operator to Removed, or skip \
         the failing image streams. Otherwise allow access to the registry, or mirror the \
         images and configure the mirror.",
    )
    .run(&[
        "oc get configs.samples.operator.openshift.io cluster -o yaml",
        "oc get imagestreams -n openshift",
    ])
    .before(&[(
        "before the samples are removed: no build uses an image stream in namespace \
                 openshift",
        "oc get buildconfigs --all-namespaces -o yaml",
    )]);

type ReportedCondition<'s> = (&'s Resource, Condition<'s>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find::<SamplesConfig<'_>>("", "cluster");
    let state = own.and_then(|own| own.resource().text(&["spec", "managementState"]));
    if !matches!(state.as_deref(), None | Some("" | "Managed")) {
        return Err(not_applicable("the samples are not managed"));
    }
    let summary = cx.find::<ClusterOperator<'_>>("", "openshift-samples");
    // This condition names the image streams but is not a failure by itself.
    let progressing_failure = summary
        .and_then(|summary| Some((summary.resource(), summary.condition("Progressing")?)))
        .filter(|(_, progressing)| progressing.reason() == "FailedImageImports");
    let failing = match own {
        Some(own) => own
            .condition("ImportImageErrorsExist")
            .filter(|condition| condition.is_true())
            .map(|condition| (own.resource(), condition)),
        None if summary.is_none() => {
            return Err(NotJudged::from(ConditionReport::gap(&SAMPLES_CONFIG, "openshift-samples")));
        }
        None => progressing_failure,
    };
    let finding = failing.map(|failing| finding(cx, failing, progressing_failure));
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    failing: ReportedCondition<'s>,
    progressing_failure: Option<ReportedCondition<'s>>,
) -> Finding {
    let (reported_by, condition) = failing;
    let streams = progressing_failure
        .map(|(_, progressing)| streams(&progressing.message()))
        .unwrap_or_default();
    let of = if streams.is_empty() { String::new() } else { format!(": {streams}") };
    // Most samples come from a registry that OKD has no credentials for.
    let is_okd = cx
        .cluster_version()
        .and_then(ClusterVersion::desired_version)
        .is_some_and(|version| version.contains("okd"));
    let full = if is_okd { Info } else { RULE.meta.severity };
    let more = progressing_failure.filter(|(summary, _)| summary.key() != reported_by.key());
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!("image imports of sample image streams are failing{of}"),
        Evidence::condition(reported_by, condition, excerpt(&condition.message())),
    )
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(full))
    .since(condition.since())
    .evidence(more.map(|(summary, progressing)| {
        Evidence::condition(summary, progressing, excerpt(&progressing.message()))
    }))
    .keywords(condition.message())
}

/// The names in `... update_failures for these imagestreams: a,b; last import attempt ...`.
fn streams(message: &str) -> String {
    let names = message.split_once("these imagestreams: ").map_or("", |(_, rest)| rest);
    excerpt(&names.split(';').next().unwrap_or_default().replace(',', ", "))
}
