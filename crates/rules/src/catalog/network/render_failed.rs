//! Network operator that cannot read or create its objects.
//!
//! # Why it matters
//!
//! Before it applies anything, the operator reads the configuration, the nodes and the running
//! network, and generates its objects from them. While one of these steps fails, no network change
//! is rolled out, and an update waits.
//!
//! # What to do
//!
//! The message names the object that could not be read or created. Fix that object, or check the
//! API server if the request itself failed.
//!
//! # Blind spots
//!
//! If there are several failures, the operator reports only the first one. The complete error is in
//! its log.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`RenderError`, `BootstrapError`, `MachineConfigError`, `MergeClusterConfig`), `pkg/controller/pki`,
//!   `pkg/controller/proxyconfig`

use mustknow_cluster::model::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::domain::severity_by_age;
use crate::engine::excerpt;
use crate::signals::{ConditionReport, ConditionState};

pub(super) static META: Meta = Meta {
    id: "network/render-failed",
    title: "network operator that cannot read or create its objects",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

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

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    ConditionReport::of_network(cx, &REASONS)
        .verdict(&OPERATOR_NETWORK, "network", |reported| Some(finding(cx, &reported)))
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
        .severity(severity_by_age(cx, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why("Until this step succeeds, no network change is rolled out, and an update waits.")
        .remedy(
            Remedy::new("Fix the object that the message names; the operator log has details.")
                .command(
                    "oc logs -n openshift-network-operator deployment/network-operator --tail=200",
                )
                .verify("oc get clusteroperator network"),
        )
}
