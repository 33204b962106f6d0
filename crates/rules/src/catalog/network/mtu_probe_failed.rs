//! Failed MTU probe of the network operator.
//!
//! The Job is deleted after each attempt, so its pod is rarely in an archive. The operator tries
//! for 100 seconds each time and reports a failure after two minutes.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/mtu_probe.go` (reason
//!   `MTUProbeFailed`), `bindata/network/mtu-prober`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "Before the operator deploys the network, it runs a Job on a control-plane node that \
         reads the MTU of the uplink of the host. Without the result the operator does not \
         continue, and the installation does not continue either.",
    )
    .fix(
        "Check the Job mtu-prober in openshift-network-operator and its pod, or set the MTU in \
         networks.operator.openshift.io cluster.",
    )
    .run(&[
        "oc get jobs,pods -n openshift-network-operator -o wide",
        "oc logs -n openshift-network-operator deployment/network-operator --tail=200",
    ])
    .verify(&["oc get clusteroperator network"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of_network(cx, &["MTUProbeFailed"]).judge(
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
        .severity(severity_by_age(cx, reported.since(), RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
}
