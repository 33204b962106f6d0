//! An MTU of the hosts that the network operator cannot find out.
//!
//! # Why it matters
//!
//! Before the operator deploys the network it runs a Job on a control-plane node that reads the
//! MTU of the host's uplink. Without the answer it does not go on, and neither does the installation.
//!
//! # What to do
//!
//! Look at the Job `mtu-prober` in `openshift-network-operator` and its pod; or set the MTU in
//! the network operator's own object.
//!
//! # Blind spots
//!
//! The Job is removed after each try, so that its pod is seldom in an archive. The operator tries
//! for 100 seconds each time and reports a failure after two minutes.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/mtu_probe.go` (reason
//!   `MTUProbeFailed`), `bindata/network/mtu-prober`

use mustknow_gather::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::facts::{Report, Reported, excerpt, urgency};

pub(super) static META: Meta = Meta {
    id: "network/mtu-probe-failed",
    title: "an MTU of the hosts that the network operator cannot find out",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of_network(case, &["MTUProbeFailed"]).verdict(
        &OPERATOR_NETWORK,
        "network",
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = reported.message.trim_start_matches("Failed to probe MTU: ");
    reported
        .finding(
            Subject::namespaced("Job", "openshift-network-operator", "mtu-prober"),
            format!(
                "the network operator cannot find out the MTU of the hosts: {}",
                excerpt(message)
            ),
        )
        .severity(urgency(case, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why("Without the MTU the operator deploys nothing of the network.")
        .remedy(
            Remedy::new(
                "See why the pod of the Job does not run on a control-plane node, or set \
                 spec.defaultNetwork.ovnKubernetesConfig.mtu of the network operator's object.",
            )
            .command("oc get jobs,pods -n openshift-network-operator -o wide")
            .command("oc logs -n openshift-network-operator deployment/network-operator --tail=200")
            .verify("oc get clusteroperator network"),
        )
}
