//! Nodes with a stale OVN database.
//!
//! # Why it matters
//!
//! On each node, OVN-Kubernetes writes the desired network configuration to a database, and other
//! processes apply it to the virtual switch. If one of these processes hangs, running pods keep
//! their network, and new pods, Services and policies do not take effect on that node.
//!
//! # What to do
//!
//! Check the containers nbdb, sbdb, northd and ovn-controller of the `ovnkube-node` pod on that
//! node. Replacing the pod restarts all of them.
//!
//! # Blind spots
//!
//! This rule reads alerts of Prometheus; without the alerts the check is inconclusive. Alerts with
//! the label instance contain the address of a node, not its name.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NorthboundStaleAlert.md`,
//!   `SouthboundStaleAlert.md`, `OVNKubernetesControllerDisconnectedSouthboundDatabase.md`,
//!   `OVNKubernetesNorthdInactive.md`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

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
    title: "nodes with a stale OVN database",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &ALERTS, |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let mut names: Vec<_> = firing.iter().map(|alert| alert.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let places = Alert::labels(firing, &["node", "instance", "pod"]);
    let on = if places.is_empty() { String::new() } else { format!(" on {}", name_list(&places)) };
    let subject = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let summary = format!("OVN does not keep up with changes{on}: {}", name_list(&names));
    Some(
        Alert::finding(firing, subject, summary)?
            .keywords(places.join(" "))
            .why(
                "Running pods keep their network; new pods, Services and policies do not take \
                 effect on these nodes.",
            )
            .remedy(
                Remedy::new(
                    "Check the logs of nbdb, sbdb, northd and ovn-controller in the ovnkube-node \
                     pods of these nodes; replace the pod if one of them hangs.",
                )
                .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                .precondition(
                    "before replacing a pod: the ovnkube-node pods of the other nodes are ready",
                    Proof::ByHand(
                        "oc get pods -n openshift-ovn-kubernetes -l app=ovnkube-node -o wide"
                            .to_owned(),
                    ),
                ),
            ),
    )
}
