//! Degraded bare-metal operator.
//!
//! On other platforms the operator is disabled and reports nothing.
//!
//! - openshift/cluster-baremetal-operator `controllers/clusteroperator.go` (`InvalidConfiguration`,
//!   `DeployTimedOut`, `DeploymentCrashLooping`, `ResourceNotFound`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    // The pods of its Deployment may be replaced.
    .note_until(Span::minutes(15))
    .why(
        "No host can be inspected, provisioned, or powered on or off. Running hosts continue to \
         run.",
    )
    .fix(
        "If the configuration is invalid, correct Provisioning/provisioning-configuration. \
         Otherwise check the pods of Deployment openshift-machine-api/metal3.",
    )
    .run(&[
        "oc get provisioning provisioning-configuration -o yaml",
        "oc get pods -n openshift-machine-api",
    ])
    .verify(&["oc get clusteroperator baremetal"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operator = cx.find::<ClusterOperator<'_>>("", "baremetal");
    if operator.and_then(|it| it.condition("Disabled")).is_some_and(Condition::is_true) {
        return Err(not_applicable("the bare-metal operator is disabled"));
    }
    judge_cluster_operator(cx, "baremetal", &["Degraded"], |state| {
        let (what, action) = match state.reason.as_str() {
            "InvalidConfiguration" => (
                "its configuration is invalid",
                "Correct Provisioning/provisioning-configuration as the message requires.",
            ),
            "DeployTimedOut" | "DeploymentCrashLooping" => (
                "its Deployment does not become ready",
                "Check the pods of Deployment openshift-machine-api/metal3.",
            ),
            "ResourceNotFound" => {
                ("a required object is missing", "Restore the missing object in the message.")
            }
            _ => ("it is degraded", "Fix the problem in the message."),
        };
        let subject = Subject::cluster("Provisioning", "provisioning-configuration");
        let summary = format!("no host can be provisioned, {what}: {}", excerpt(&state.message));
        Some(state.finding(subject, summary).action(action))
    })
}
