//! Invalid Samples Operator configuration.
//!
//! # Why it matters
//!
//! The Samples Operator continues with its previous configuration and is degraded, which blocks an
//! update.
//!
//! # What to do
//!
//! Correct the field that the message names: the architecture, the registry, or the names of image
//! streams and templates to skip.
//!
//! # Blind spots
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//!
//! # References
//!
//! - openshift/cluster-samples-operator `pkg/stub/config.go`, `pkg/util/util.go`
//!   (`InvalidConfiguration`)

use mustknow_cluster::model::kinds::SAMPLES_CONFIG;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::views::{ClusterOperator, Condition, SamplesConfig};

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::ConditionReport;

/// How long the operator may take to check again.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "samples/configuration-invalid",
    title: "invalid Samples Operator configuration",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&SAMPLES_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = cx.find::<SamplesConfig<'_>>("", "cluster");
    let state = own.and_then(|own| own.resource().text(&["spec", "managementState"]));
    if !matches!(state.as_deref(), None | Some("" | "Managed")) {
        return Verdict::NotApplicable("the samples are not managed".to_owned());
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
            return Verdict::Unknown(ConditionReport::gap(&SAMPLES_CONFIG, "openshift-samples"));
        }
    };
    let finding = bad.map(|(reported_by, condition)| finding(cx, reported_by, condition));
    Verdict::over(1, finding.into_iter().collect(), "")
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
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(META.severity))
    .since(condition.since())
    .keywords(format!("InvalidConfiguration {message}"))
    .why("The operator continues with its previous configuration and is degraded.")
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "InvalidConfiguration")
    .remedy(
        Remedy::new("Correct the field that the message names.")
            .command("oc get configs.samples.operator.openshift.io cluster -o yaml")
            .verify("oc get clusteroperator openshift-samples"),
    )
}
