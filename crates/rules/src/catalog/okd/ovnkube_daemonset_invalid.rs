//! Invalid ovnkube DaemonSet during an update.
//!
//! Only the object itself shows which leftovers it contains.
//!
//! - <https://github.com/okd-project/okd/issues/1866>,
//!   <https://github.com/okd-project/okd/issues/1775> (OCPBUGS-22293)
//! - openshift/cluster-network-operator `pkg/apply/apply.go`,
//!   `pkg/controller/operconfig/operconfig_controller.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";

pub(super) const RULE: Rule = rule(Critical, Cause, releases(13, 14))
    .check(|cx| judge_network_condition(cx, "Degraded", |reported| finding(cx, reported)))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The next attempt may succeed.
    .note_until(Span::minutes(5))
    .why(
        "The network operator merges the DaemonSet of the new release into the existing one. In \
         clusters that were updated many times, the existing DaemonSet often contains \
         leftovers, and the merged DaemonSet is invalid: containers without an image, duplicate \
         ports, a hook without a handler. The network, and with it the update, stays at the \
         old release.",
    )
    .fix(
        "Update to a release with a fix, or let the operator recreate the DaemonSet while its \
         pods keep running.",
    )
    .run(&["oc delete daemonset {name} -n {namespace} --cascade=orphan"])
    .verify(&["oc get clusteroperator network"])
    .side_effects(&["the network pods are replaced node by node"])
    .before(&[
        ("every pod of the DaemonSet is running", "oc get pods -n {namespace} -o wide"),
        (
            "the current DaemonSet was saved to a file",
            "oc get daemonset {name} -n {namespace} -o yaml",
        ),
    ]);

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    let is_invalid =
        |name: &&str| reported.message.contains(&format!("DaemonSet.apps \"{name}\" is invalid"));
    let name = ["ovnkube-node", "ovnkube-master"].into_iter().find(is_invalid)?;
    let message = reported.message.as_str();
    let detail = excerpt(message.split_once("is invalid: ").map_or(message, |(_, rest)| rest));
    let summary = format!("DaemonSet/{NAMESPACE}/{name} of the new release is invalid: {detail}");
    Some(
        reported
            .finding(Subject::namespaced("DaemonSet", NAMESPACE, name), summary)
            .severity(severity_by_phase(cx, Critical))
            .explains(Subject::cluster("ClusterOperator", "network"), name),
    )
}
