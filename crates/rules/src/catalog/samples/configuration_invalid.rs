//! Invalid Samples Operator configuration.
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//!
//! - openshift/cluster-samples-operator `pkg/stub/config.go`, `pkg/util/util.go`
//!   (`InvalidConfiguration`)

use crate::catalog::prelude::*;

/// How long the operator may take to check again.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&SAMPLES_CONFIG)])
    .check(check)
    .why(
        "The Samples Operator continues with its previous configuration and is degraded, which \
         blocks an update.",
    )
    .fix(
        "Correct the field that the message names: the architecture, the registry, or the names \
         of image streams and templates to skip.",
    )
    .run(&["oc get configs.samples.operator.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator openshift-samples"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find::<SamplesConfig<'_>>("", "cluster");
    let state = own.and_then(|own| own.resource().text(&["spec", "managementState"]));
    if !matches!(state.as_deref(), None | Some("" | "Managed")) {
        return Err(not_applicable("the samples are not managed"));
    }
    let summary = cx.find::<ClusterOperator<'_>>("", "openshift-samples");
    let bad = match (own, summary) {
        (Some(own), _) => own
            .condition("ConfigurationValid")
            .filter(|condition| condition.is_false())
            .map(|condition| (own.resource(), condition)),
        (None, Some(summary)) => summary
            .condition("Degraded")
            .filter(|it| it.is_true() && it.reason() == "InvalidConfiguration")
            .map(|condition| (summary.resource(), condition)),
        (None, None) => {
            return Err(NotJudged::from(ConditionReport::gap(&SAMPLES_CONFIG, "openshift-samples")));
        }
    };
    let finding = bad.map(|(reported_by, condition)| finding(cx, reported_by, condition));
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported_by: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!(
            "configs.samples.operator.openshift.io cluster is not valid: {}",
            excerpt(&message)
        ),
        Evidence::condition(reported_by, condition, "the operator rejects it"),
    )
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(RULE.meta.severity))
    .since(condition.since())
    .keywords(format!("InvalidConfiguration {message}"))
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "InvalidConfiguration")
}
