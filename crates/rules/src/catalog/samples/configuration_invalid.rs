//! A configuration of the samples that their operator refuses.
//!
//! # Why it matters
//!
//! The samples operator goes on with the configuration it had and is degraded; an update waits for
//! that.
//!
//! # What to do
//!
//! Correct the field that the message names: the architecture, the registry, or the names of image
//! streams and templates to skip.
//!
//! # Blind spots
//!
//! Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-samples-operator `pkg/stub/config.go`, `pkg/util/util.go`
//!   (`InvalidConfiguration`)

use mustknow_gather::kinds::{ClusterOperator, Condition, SAMPLES_CONFIG, SamplesConfig};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, excerpt};

/// How long the operator may take to look again.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "samples/configuration-invalid",
    title: "a configuration of the samples that their operator refuses",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&SAMPLES_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find::<SamplesConfig<'_>>("", "cluster");
    let state = own.and_then(|own| own.resource().text(&["spec", "managementState"]));
    if !matches!(state.as_deref(), None | Some("" | "Managed")) {
        return Verdict::NotApplicable("the samples are not managed".to_owned());
    }
    let summary = case.find::<ClusterOperator<'_>>("", "openshift-samples");
    let bad = match (own, summary) {
        (Some(own), _) => own
            .condition("ConfigurationValid")
            .filter(|condition| condition.is_false())
            .map(|condition| (own.resource(), condition)),
        (None, Some(summary)) => summary
            .condition("Degraded")
            .filter(|it| it.is_true() && it.reason() == "InvalidConfiguration")
            .map(|condition| (summary.resource(), condition)),
        (None, None) => return Verdict::Unknown(Report::gap(&SAMPLES_CONFIG, "openshift-samples")),
    };
    let finding = bad.map(|(said_by, condition)| finding(case, said_by, condition));
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, said_by: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!(
            "configs.samples.operator.openshift.io cluster is not valid: {}",
            excerpt(&message)
        ),
        Evidence::condition(said_by, condition, "the operator refuses it"),
    )
    .severity(Patience::of(case, condition.since(), GRACE).severity(META.severity))
    .since(condition.since())
    .saying(format!("InvalidConfiguration {message}"))
    .why("The operator goes on with the configuration it had and is degraded.")
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "InvalidConfiguration")
    .remedy(
        Remedy::new("Correct the field that the message names.")
            .command("oc get configs.samples.operator.openshift.io cluster -o yaml")
            .verify("oc get clusteroperator openshift-samples"),
    )
}
