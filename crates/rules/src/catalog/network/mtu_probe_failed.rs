//! Failed MTU probe of the network operator.
//!
//! The Job is deleted after each attempt, so its pod is rarely in an archive.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/mtu_probe.go` (reason
//!   `MTUProbeFailed`), `bindata/network/mtu-prober`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| judge_network_failure(cx, &["MTUProbeFailed"], finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The operator tries for 100 seconds each time and reports a failure after two minutes.
    .note_until(Span::minutes(5))
    .even_while_installing("the installation waits for the result")
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

fn finding(reported: &ConditionState<'_>) -> Finding {
    let message = excerpt(reported.message.trim_start_matches("Failed to probe MTU: "));
    let summary = format!("the network operator cannot determine the MTU of the hosts: {message}");
    let job = Subject::namespaced("Job", "openshift-network-operator", "mtu-prober");
    reported.finding(job, summary)
}
