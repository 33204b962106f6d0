//! Nodes with a stale OVN database.
//!
//! Alerts with the label instance contain the address of a node, not its name.
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NorthboundStaleAlert.md`,
//!   `SouthboundStaleAlert.md`, `OVNKubernetesControllerDisconnectedSouthboundDatabase.md`,
//!   `OVNKubernetesNorthdInactive.md`

use crate::catalog::prelude::*;

const ALERTS: [&str; 6] = [
    "NorthboundStale",
    "NorthboundStaleAlert",
    "OVNKubernetesControllerDisconnectedSouthboundDatabase",
    "OVNKubernetesNorthdInactive",
    "SouthboundStale",
    "SouthboundStaleAlert",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alert(&ALERTS, |firing| {
        let names: BTreeSet<_> = firing.iter().map(|alert| alert.name.as_str()).collect();
        let names = name_list(&names.into_iter().collect::<Vec<_>>());
        let places = firing.labels(&["node", "instance", "pod"]);
        let on =
            if places.is_empty() { String::new() } else { format!(" on {}", name_list(&places)) };
        let subject = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
        let summary = format!("OVN does not keep up with changes{on}: {names}");
        Some(firing.finding(subject, summary)?.keywords(places.join(" ")))
    })
    .why(
        "On each node, OVN-Kubernetes writes the desired network configuration to a database, \
         and other processes apply it to the virtual switch. If one of these processes hangs, \
         running pods keep their network, and new pods, Services and policies do not take \
         effect on that node.",
    )
    .fix(
        "Check the containers nbdb, sbdb, northd and ovn-controller of the ovnkube-node pod on \
         that node. Replacing the pod restarts all of them.",
    )
    .run(&["oc get pods -n {namespace} -o wide"])
    .before(&[(
        "before replacing a pod: the ovnkube-node pods of the other nodes are ready",
        "oc get pods -n {namespace} -l app={name} -o wide",
    )]);
