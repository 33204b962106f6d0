//! Failed MTU probe of the network operator.
//!
//! # Why it matters
//!
//! Before the operator deploys the network, it runs a Job on a control-plane node that reads the
//! MTU of the uplink of the host. Without the result the operator does not continue, and the
//! installation does not continue either.
//!
//! # What to do
//!
//! Check the Job `mtu-prober` in `openshift-network-operator` and its pod, or set the MTU in
//! `networks.operator.openshift.io cluster`.
//!
//! # Blind spots
//!
//! The Job is deleted after each attempt, so its pod is rarely in an archive. The operator tries
//! for 100 seconds each time and reports a failure after two minutes.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/mtu_probe.go` (reason
//!   `MTUProbeFailed`), `bindata/network/mtu-prober`

use mustknow_cluster::model::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::domain::severity_by_age;
use crate::engine::excerpt;
use crate::signals::{ConditionReport, ConditionState};

pub(super) static META: Meta = Meta {
    id: "network/mtu-probe-failed",
    title: "failed MTU probe of the network operator",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    ConditionReport::of_network(cx, &["MTUProbeFailed"]).verdict(
        &OPERATOR_NETWORK,
        "network",
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = reported.message.trim_start_matches("Failed to probe MTU: ");
    reported
        .finding(
            Subject::namespaced("Job", "openshift-network-operator", "mtu-prober"),
            format!(
                "the network operator cannot determine the MTU of the hosts: {}",
                excerpt(message)
            ),
        )
        .severity(severity_by_age(cx, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why("Without the MTU the operator does not deploy the network.")
        .remedy(
            Remedy::new(
                "Check why the pod of the Job does not run on a control-plane node, or set \
                 spec.defaultNetwork.ovnKubernetesConfig.mtu in networks.operator.openshift.io \
                 cluster.",
            )
            .command("oc get jobs,pods -n openshift-network-operator -o wide")
            .command("oc logs -n openshift-network-operator deployment/network-operator --tail=200")
            .verify("oc get clusteroperator network"),
        )
}
