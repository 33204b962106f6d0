//! Network operator that cannot read or create its objects.
//!
//! The complete error is in the log of the operator.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`RenderError`, `BootstrapError`, `MachineConfigError`, `MergeClusterConfig`), `pkg/controller/pki`,
//!   `pkg/controller/proxyconfig`

use crate::catalog::prelude::*;

/// The reasons, and what the operator cannot do.
const STEPS: [(&str, &str); 12] = [
    ("BootstrapError", "read the running network"),
    ("ClusterConfigError", "read the cluster configuration"),
    ("InfraConfigError", "read the cluster configuration"),
    ("InfraStatusError", "read the cluster configuration"),
    ("InternalError", "process the configuration"),
    ("MachineConfigError", "process its MachineConfigs"),
    ("MergeClusterConfig", "process the configuration"),
    ("NetworkConfigError", "read the cluster configuration"),
    ("PKIError", "maintain its certificates"),
    ("RenderError", "render its objects"),
    ("StatusError", "write the status"),
    ("UpdateOperatorConfig", "process the configuration"),
];

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .check(|cx| judge_network_failure(cx, &STEPS.map(|(reason, _)| reason), finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The next attempt may succeed.
    .note_until(Span::minutes(5))
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

fn finding(reported: &ConditionState<'_>) -> Finding {
    let step = STEPS.iter().find(|(reason, _)| *reason == reported.reason);
    let step = step.map_or("continue", |(_, step)| step);
    let detail = match reported.message.split_once(": ") {
        Some((own, detail)) if own.starts_with("Internal error") => detail,
        _ => &reported.message,
    };
    let summary = format!("the network operator cannot {step}: {}", excerpt(detail));
    reported.finding(Subject::cluster("Network", "cluster"), summary)
}
