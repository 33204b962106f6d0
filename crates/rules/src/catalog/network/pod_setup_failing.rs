//! Nodes with a high failure rate of pod network setup.
//!
//! This rule reads alerts of Prometheus. The alert identifies the node by its address.
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesNodePodAddError`, `OVNKubernetesNodePodDeleteError`)

use crate::catalog::prelude::*;

const ADD: &str = "OVNKubernetesNodePodAddError";
const DELETE: &str = "OVNKubernetesNodePodDeleteError";

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .alert(&[ADD, DELETE], finding)
    .why(
        "For 15 minutes, more than 10 % of the requests to add a pod to the network, or to \
         remove a pod from it, have failed on a node. The requests are retried, so pods start \
         late or not at all.",
    )
    .fix(
        "Check the log of ovnkube-controller in the ovnkube-node pod of that node: it names the \
         pods and the errors.",
    )
    .run(&[
        "oc get pods -n openshift-ovn-kubernetes -o wide",
        "oc get events --all-namespaces --field-selector reason=FailedCreatePodSandBox",
    ]);

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let places = firing.labels(&["node", "instance"]);
    let on = if places.is_empty() { String::new() } else { format!(" on {}", name_list(&places)) };
    let what = if firing.iter().any(|alert| alert.name == ADD) {
        "adding pods to the network"
    } else {
        "removing pods from the network"
    };
    let subject = firing.first()?.subject();
    Some(
        firing
            .finding(subject, format!("{what} fails at a high rate{on}"))?
            .keywords(places.join(" ")),
    )
}
