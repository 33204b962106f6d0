//! Network configuration rejected by the network operator.
//!
//! The condition does not show who changed the configuration and when; the managedFields of the
//! object and the audit log do. If there are several failures, the operator reports only the first
//! one.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`InvalidOperatorConfig`, `NoOperatorConfig`), `pkg/controller/clusterconfig`
//!   (`InvalidClusterConfig`), `pkg/network/render.go` (`IsChangeSafe`)
//! - <https://github.com/okd-project/okd/issues/2190>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "Most settings of the cluster network cannot be changed after the installation. The \
         operator keeps the last applied configuration and reports the new one as invalid or \
         unsafe. Until the change is reverted, no other network change is rolled out, and an \
         update waits.",
    )
    .fix("Revert the change that the message names, in the object that it names.");

const REASONS: [&str; 3] = ["InvalidOperatorConfig", "InvalidClusterConfig", "NoOperatorConfig"];

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of_network(cx, &REASONS)
        .judge(&OPERATOR_NETWORK, "network", |reported| Some(finding(cx, &reported)))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let resource = match reported.reason.as_str() {
        "InvalidClusterConfig" => "networks.config.openshift.io",
        _ => "networks.operator.openshift.io",
    };
    let message = &reported.message;
    let (state, advice) = if reported.reason == "NoOperatorConfig" {
        (
            "is missing",
            "Restore the object from a backup. The ConfigMap applied-cluster in \
             openshift-network-operator contains the last applied configuration.",
        )
    } else if message.contains("unsafe") {
        ("contains a change that is not allowed", "Revert the change that the message names.")
    } else {
        ("is invalid", "Correct the setting that the message names.")
    };
    reported
        .finding(
            Subject::cluster("Network", "cluster"),
            format!("{resource} cluster {state}: {}", excerpt(reason_in(message))),
        )
        .severity(severity_by_age(cx, reported.since(), RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .fix(advice)
        .run(format!("oc get {resource} cluster -o yaml --show-managed-fields"))
        .run("oc get configmap applied-cluster -n openshift-network-operator -o yaml")
        .verify("oc get clusteroperator network")
}

/// The reason inside the operator's message.
fn reason_in(message: &str) -> &str {
    let start = ["invalid configuration: ", "configuration change: ", " is invalid ("]
        .into_iter()
        .find_map(|detail| Some(message.find(detail)? + detail.len()));
    let inner = start.and_then(|at| message.get(at..)).unwrap_or(message);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches(')')
}
