//! A network configuration that the network operator refuses.
//!
//! # Why it matters
//!
//! Most of what makes up the cluster network cannot be changed once the cluster runs. The operator
//! keeps what it applied last and reports the new configuration as invalid or unsafe; until it is
//! taken back nothing else of the network is rolled out either, and an update waits.
//!
//! # What to do
//!
//! Take the change back that the message names, in the object that it names.
//!
//! # Blind spots
//!
//! Who changed the configuration, and when, is in the object's managedFields and the audit log, not
//! in the condition. Of several failures the operator shows the first only.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`
//!   (`InvalidOperatorConfig`, `NoOperatorConfig`), `pkg/controller/clusterconfig`
//!   (`InvalidClusterConfig`), `pkg/network/render.go` (`IsChangeSafe`)
//! - <https://github.com/okd-project/okd/issues/2190>

use mustknow_gather::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::facts::{Report, Reported, excerpt, urgency};

pub(super) static META: Meta = Meta {
    id: "network/config-invalid",
    title: "a network configuration that the network operator refuses",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

const REASONS: [&str; 3] = ["InvalidOperatorConfig", "InvalidClusterConfig", "NoOperatorConfig"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of_network(case, &REASONS)
        .verdict(&OPERATOR_NETWORK, "network", |reported| Some(finding(case, &reported)))
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let resource = match reported.reason.as_str() {
        "InvalidClusterConfig" => "networks.config.openshift.io",
        _ => "networks.operator.openshift.io",
    };
    let message = &reported.message;
    let (state, advice) = if reported.reason == "NoOperatorConfig" {
        (
            "is gone",
            "Create the object anew from a backup; the ConfigMap applied-cluster in \
             openshift-network-operator holds what was applied last.",
        )
    } else if message.contains("unsafe") {
        ("holds a change that is not allowed", "Take the change back that the message names.")
    } else {
        ("is not valid", "Correct what the message names.")
    };
    reported
        .finding(
            Subject::cluster("Network", "cluster"),
            format!("{resource} cluster {state}: {}", excerpt(reason_in(message))),
        )
        .severity(urgency(case, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why(
            "The network operator keeps what it applied last and rolls out nothing until the \
             configuration is valid again; an update waits for it.",
        )
        .remedy(
            Remedy::new(advice)
                .command(format!("oc get {resource} cluster -o yaml --show-managed-fields"))
                .command("oc get configmap applied-cluster -n openshift-network-operator -o yaml")
                .verify("oc get clusteroperator network"),
        )
}

/// The part of a message between the operator's own words.
fn reason_in(message: &str) -> &str {
    let start = ["invalid configuration: ", "configuration change: ", " is invalid ("]
        .into_iter()
        .find_map(|words| Some(message.find(words)? + words.len()));
    let inner = start.and_then(|at| message.get(at..)).unwrap_or(message);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches(')')
}
