//! Nodes with a high failure rate of pod network setup.
//!
//! The alert identifies the node by its address.
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesNodePodAddError`, `OVNKubernetesNodePodDeleteError`)

use crate::catalog::prelude::*;

const ADD: &str = "OVNKubernetesNodePodAddError";

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .alert(&[ADD, "OVNKubernetesNodePodDeleteError"], |firing| {
        let places = firing.labels(&["node", "instance"]);
        let on =
            if places.is_empty() { String::new() } else { format!(" on {}", name_list(&places)) };
        let what = if firing.contains(ADD) { "adding pods to" } else { "removing pods from" };
        let summary = format!("{what} the network fails at a high rate{on}");
        let finding = firing.finding(firing.first()?.subject(), summary)?;
        Some(finding.keywords(places.join(" ")))
    })
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
