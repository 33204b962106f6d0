//! Network configuration rejected by the network operator.
//!
//! The condition does not show who changed the configuration and when; the managedFields of the
//! object and the audit log do.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`InvalidOperatorConfig`, `NoOperatorConfig`), `pkg/controller/clusterconfig`
//!   (`InvalidClusterConfig`), `pkg/network/render.go` (`IsChangeSafe`)
//! - <https://github.com/okd-project/okd/issues/2190>

use crate::catalog::prelude::*;

const REASONS: [&str; 3] = ["InvalidOperatorConfig", "InvalidClusterConfig", "NoOperatorConfig"];

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .check(|cx| judge_network_failure(cx, &REASONS, finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // While an object is being changed, the operator may read it in between.
    .note_until(Span::minutes(5))
    .even_while_installing("the operator waits until the configuration is corrected")
    .why(
        "Most settings of the cluster network cannot be changed after the installation. The \
         operator keeps the last applied configuration and reports the new one as invalid or \
         unsafe. Until the change is reverted, no other network change is rolled out, and an \
         update waits.",
    )
    .fix("Revert or correct the setting that the message names, in the object that it names.")
    .run(&[
        "oc get {resource} cluster -o yaml --show-managed-fields",
        "oc get configmap applied-cluster -n openshift-network-operator -o yaml",
    ])
    .verify(&["oc get clusteroperator network"]);

fn finding(reported: &ConditionState<'_>) -> Finding {
    let resource = match reported.reason.as_str() {
        "InvalidClusterConfig" => "networks.config.openshift.io",
        _ => "networks.operator.openshift.io",
    };
    let (state, action) = if reported.reason == "NoOperatorConfig" {
        (
            "is missing",
            "Restore the object from a backup. The ConfigMap applied-cluster in \
             openshift-network-operator contains the last applied configuration.",
        )
    } else if reported.message.contains("unsafe") {
        ("contains a change that is not allowed", "")
    } else {
        ("is invalid", "")
    };
    let why = excerpt(reason_in(&reported.message));
    let summary = format!("{resource} cluster {state}: {why}");
    let finding = reported.finding(Subject::cluster("Network", "cluster"), summary);
    finding.with("resource", resource).action(action)
}

/// The reason inside the operator's message.
fn reason_in(message: &str) -> &str {
    let start = ["invalid configuration: ", "configuration change: ", " is invalid ("]
        .into_iter()
        .find_map(|detail| Some(message.find(detail)? + detail.len()));
    let inner = start.and_then(|at| message.get(at..)).unwrap_or(message);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches(')')
}
