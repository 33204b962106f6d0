//! Something the network operator needs and cannot read or make.
//!
//! # Why it matters
//!
//! Before it applies anything the operator reads the configuration, the nodes and what runs
//! already, and makes its objects of them. While one of these steps fails nothing of the network is
//! rolled out, and an update waits.
//!
//! # What to do
//!
//! The message names what could not be read or made. Mend that object, or look at the API server
//! where the request itself failed.
//!
//! # Blind spots
//!
//! Of several failures the operator shows the first only. The whole error is in its log.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`RenderError`, `BootstrapError`, `MachineConfigError`, `MergeClusterConfig`), `pkg/controller/pki`,
//!   `pkg/controller/proxyconfig`

use mustknow_gather::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::facts::{Report, Reported, excerpt, urgency};

pub(super) static META: Meta = Meta {
    id: "network/render-failed",
    title: "something the network operator needs and cannot read or make",
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of_network(case, &REASONS)
        .verdict(&OPERATOR_NETWORK, "network", |reported| Some(finding(case, &reported)))
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let step = match reported.reason.as_str() {
        "BootstrapError" => "read what runs already",
        "MachineConfigError" => "handle its MachineConfigs",
        "PKIError" => "keep up its certificates",
        "RenderError" => "make its objects",
        "StatusError" => "write the status",
        "InternalError" | "MergeClusterConfig" | "UpdateOperatorConfig" => {
            "take over the configuration"
        }
        _ => "read the configuration of the cluster",
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
        .severity(urgency(case, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why("Until this step succeeds nothing of the network is rolled out, and an update waits.")
        .remedy(
            Remedy::new("Mend the object that the message names; the operator's log has more.")
                .command(
                    "oc logs -n openshift-network-operator deployment/network-operator --tail=200",
                )
                .verify("oc get clusteroperator network"),
        )
}
