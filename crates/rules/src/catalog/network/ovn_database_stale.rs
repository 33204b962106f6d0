//! Nodes whose network is no longer brought up to date.
//!
//! # Why it matters
//!
//! On each node OVN-Kubernetes writes what the network should be into a database, and other
//! processes bring it to the switch. Where one of them hangs, running pods keep what they have, and
//! new pods, Services and policies do not take effect on that node.
//!
//! # What to do
//!
//! Look at the pod `ovnkube-node` of the node, at its containers nbdb, sbdb, northd and
//! ovn-controller; replacing the pod starts all of them anew.
//!
//! # Blind spots
//!
//! This is what Prometheus alerts about; without the alerts the rule cannot judge. Alerts by
//! instance name a node's address, not its name.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NorthboundStaleAlert.md`,
//!   `SouthboundStaleAlert.md`, `OVNKubernetesControllerDisconnectedSouthboundDatabase.md`,
//!   `OVNKubernetesNorthdInactive.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

const ALERTS: [&str; 6] = [
    "NorthboundStale",
    "NorthboundStaleAlert",
    "OVNKubernetesControllerDisconnectedSouthboundDatabase",
    "OVNKubernetesNorthdInactive",
    "SouthboundStale",
    "SouthboundStaleAlert",
];

pub(super) static META: Meta = Meta {
    id: "network/ovn-database-stale",
    title: "nodes whose network is no longer brought up to date",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &ALERTS, |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let mut names: Vec<_> = firing.iter().map(|alert| alert.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let places = Alert::labels(firing, &["node", "instance", "pod"]);
    let on = if places.is_empty() { String::new() } else { format!(" on {}", few(&places)) };
    let subject = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let summary = format!("OVN does not keep up with changes{on}: {}", few(&names));
    Some(
        Alert::finding(firing, subject, summary)?
            .saying(places.join(" "))
            .why(
                "Running pods keep their network; new pods, Services and policies do not take \
                 effect there.",
            )
            .remedy(
                Remedy::new(
                    "Read the logs of nbdb, sbdb, northd and ovn-controller of the pod \
                     ovnkube-node there; replace the pod where one of them hangs.",
                )
                .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                .before(
                    "before a pod is replaced: the pods ovnkube-node of the other nodes are ready",
                    Proof::ByHand(
                        "oc get pods -n openshift-ovn-kubernetes -l app=ovnkube-node -o wide"
                            .to_owned(),
                    ),
                ),
            ),
    )
}
