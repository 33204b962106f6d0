//! Network operator that cannot read or create its objects.
//!
//! If there are several failures, the operator reports only the first one. The complete error is in
//! its log.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`RenderError`, `BootstrapError`, `MachineConfigError`, `MergeClusterConfig`), `pkg/controller/pki`,
//!   `pkg/controller/proxyconfig`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "Before it applies anything, the operator reads the configuration, the nodes and the \
         running network, and generates its objects from them. While one of these steps fails, \
         no network change is rolled out, and an update waits.",
    )
    .fix(
        "The message names the object that could not be read or created. Fix that object, or \
         check the API server if the request itself failed.",
    )
    .run(&["oc logs -n openshift-network-operator deployment/network-operator --tail=200"])
    .verify(&["oc get clusteroperator network"]);

const REASONS: [&str; 12] = [
    "BootstrapError",
    "ClusterConfigError",
    "InfraConfigError",
    "InfraStatusError",
    "InternalError",
    "MachineConfigError",
    "MergeClusterConfig",
    "NetworkConfigError",
    "PKIError",
    "RenderError",
    "StatusError",
    "UpdateOperatorConfig",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of_network(cx, &REASONS)
        .judge(&OPERATOR_NETWORK, "network", |reported| Some(finding(cx, &reported)))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let step = match reported.reason.as_str() {
        "BootstrapError" => "read the running network",
        "MachineConfigError" => "process its MachineConfigs",
        "PKIError" => "maintain its certificates",
        "RenderError" => "render its objects",
        "StatusError" => "write the status",
        "InternalError" | "MergeClusterConfig" | "UpdateOperatorConfig" => {
            "process the configuration"
        }
        _ => "read the cluster configuration",
    };
    let message = &reported.message;
    let detail = match message.split_once(": ") {
        Some((own, detail)) if own.starts_with("Internal error") => detail,
        _ => message,
    };
    reported
        .finding(
            Subject::cluster("Network", "cluster"),
            format!("the network operator cannot {step}: {}", excerpt(detail)),
        )
        .severity(severity_by_age(cx, reported.since(), RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
}
