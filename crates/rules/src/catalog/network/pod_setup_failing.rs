//! Nodes with a high failure rate of pod network setup.
//!
//! # Why it matters
//!
//! For 15 minutes, more than 10 % of the requests to add a pod to the network, or to remove a pod
//! from it, have failed on a node. The requests are retried, so pods start late or not at all.
//!
//! # What to do
//!
//! Check the log of `ovnkube-controller` in the `ovnkube-node` pod of that node: it names the pods
//! and the errors.
//!
//! # Blind spots
//!
//! This rule reads alerts of Prometheus. The alert identifies the node by its address.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesNodePodAddError`, `OVNKubernetesNodePodDeleteError`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

const ADD: &str = "OVNKubernetesNodePodAddError";
const DELETE: &str = "OVNKubernetesNodePodDeleteError";

pub(super) static META: Meta = Meta {
    id: "network/pod-setup-failing",
    title: "nodes with a high failure rate of pod network setup",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &[ADD, DELETE], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let places = Alert::labels(firing, &["node", "instance"]);
    let on = if places.is_empty() { String::new() } else { format!(" on {}", name_list(&places)) };
    let what = if firing.iter().any(|alert| alert.name == ADD) {
        "adding pods to the network"
    } else {
        "removing pods from the network"
    };
    let subject = firing.first()?.subject();
    Some(
        Alert::finding(firing, subject, format!("{what} fails at a high rate{on}"))?
            .keywords(places.join(" "))
            .why("The requests are retried, so pods start or terminate late, or not at all.")
            .remedy(
                Remedy::new(
                    "Find the affected pods and the errors in the log of ovnkube-controller on \
                     these nodes.",
                )
                .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                .command(
                    "oc get events --all-namespaces --field-selector \
                     reason=FailedCreatePodSandBox",
                ),
            ),
    )
}
