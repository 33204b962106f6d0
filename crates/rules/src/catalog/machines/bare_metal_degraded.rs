//! Degraded bare-metal operator.
//!
//! On other platforms the operator is disabled and reports nothing.
//!
//! - openshift/cluster-baremetal-operator `controllers/clusteroperator.go` (`InvalidConfiguration`,
//!   `DeployTimedOut`, `DeploymentCrashLooping`, `ResourceNotFound`)

use crate::catalog::prelude::*;

const OPERATOR: &str = "baremetal";
/// How long the replacement of its Deployment's pods may take.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .why(
        "No host can be inspected, provisioned, or powered on or off. Running hosts continue to \
         run.",
    )
    .fix(
        "If the configuration is invalid, correct Provisioning/provisioning-configuration. \
         Otherwise check the pods of Deployment openshift-machine-api/metal3.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let operator = cx.find::<ClusterOperator<'_>>("", OPERATOR);
    if operator.and_then(|it| it.condition("Disabled")).is_some_and(Condition::is_true) {
        return Err(not_applicable("the bare-metal operator is disabled"));
    }
    judge_cluster_operator(cx, OPERATOR, &["Degraded"], |reported| {
        let (what, advice) = match reported.reason.as_str() {
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
        let summary = format!("no host can be provisioned, {what}: {}", excerpt(&reported.message));
        let finding = reported
            .finding(Subject::cluster("Provisioning", "provisioning-configuration"), summary)
            .fix(advice)
            .run("oc get provisioning provisioning-configuration -o yaml")
            .run("oc get pods -n openshift-machine-api")
            .verify(format!("oc get clusteroperator {OPERATOR}"));
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
