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

use mustknow_gather::kinds::{SAMPLES_CONFIG, SamplesConfig};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long the operator may take to look again.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "samples/configuration-invalid",
    title: "a configuration of the samples that their operator refuses",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&SAMPLES_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<SamplesConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("the cluster has no samples operator".to_owned());
    };
    let state = config.resource().text(&["spec", "managementState"]).unwrap_or_default();
    if !matches!(&*state, "" | "Managed") {
        return Verdict::NotApplicable("the samples are not managed".to_owned());
    }
    let condition = config.condition("ConfigurationValid").filter(|condition| condition.is_false());
    let finding = condition.map(|condition| {
        let message = condition.message();
        Finding::new(
            Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
            format!(
                "configs.samples.operator.openshift.io cluster is not valid: {}",
                excerpt(&message)
            ),
            Evidence::condition(config.resource(), condition, "the operator refuses it"),
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
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
