//! A bare-metal operator that cannot provision.
//!
//! # Why it matters
//!
//! No host is inspected, provisioned or powered on or off. Hosts that run go on running.
//!
//! # What to do
//!
//! Correct Provisioning/provisioning-configuration where its configuration is invalid; otherwise look
//! at the pods of Deployment openshift-machine-api/metal3.
//!
//! # Blind spots
//!
//! On other platforms the operator is disabled, and says nothing.
//!
//! # References
//!
//! - openshift/cluster-baremetal-operator `controllers/clusteroperator.go` (`InvalidConfiguration`,
//!   `DeployTimedOut`, `DeploymentCrashLooping`, `ResourceNotFound`)

use mustknow_gather::kinds::{ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const OPERATOR: &str = "baremetal";
/// How long its deployment may take to be replaced.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "machines/bare-metal-degraded",
    title: "a bare-metal operator that cannot provision",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operator = case.find::<ClusterOperator<'_>>("", OPERATOR);
    if operator.and_then(|it| it.condition("Disabled")).is_some_and(Condition::is_true) {
        return Verdict::NotApplicable("the bare-metal operator is disabled here".to_owned());
    }
    judge_summary(case, OPERATOR, &["Degraded"], |reported| {
        let (what, advice) = match reported.reason.as_str() {
            "InvalidConfiguration" => (
                "its configuration is invalid",
                "Correct Provisioning/provisioning-configuration as the message says.",
            ),
            "DeployTimedOut" | "DeploymentCrashLooping" => (
                "its deployment does not become ready",
                "Look at the pods of Deployment openshift-machine-api/metal3.",
            ),
            "ResourceNotFound" => {
                ("an object it needs is missing", "Restore the object that the message names.")
            }
            _ => ("it is degraded", "Mend what the message names."),
        };
        let summary = format!("nothing can be provisioned, {what}: {}", excerpt(&reported.message));
        let finding = reported
            .finding(Subject::cluster("Provisioning", "provisioning-configuration"), summary)
            .why("No host is inspected, provisioned or powered on or off.")
            .remedy(
                Remedy::new(advice)
                    .command("oc get provisioning provisioning-configuration -o yaml")
                    .command("oc get pods -n openshift-machine-api")
                    .verify(format!("oc get clusteroperator {OPERATOR}")),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
