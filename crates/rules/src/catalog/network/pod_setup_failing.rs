//! Nodes where pods get no network at an elevated rate.
//!
//! # Why it matters
//!
//! More than one in ten requests to connect a pod to the network, or to take one off it, has failed
//! on a node for a quarter of an hour. They are tried again, so that pods start late or not at all.
//!
//! # What to do
//!
//! Read the log of `ovnkube-controller` in the pod `ovnkube-node` of that node: it names the pods and
//! why.
//!
//! # Blind spots
//!
//! This is what Prometheus alerts about. The alert names the node by its address.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesNodePodAddError`, `OVNKubernetesNodePodDeleteError`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

const ADD: &str = "OVNKubernetesNodePodAddError";
const DELETE: &str = "OVNKubernetesNodePodDeleteError";

pub(super) static META: Meta = Meta {
    id: "network/pod-setup-failing",
    title: "nodes where pods get no network at an elevated rate",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &[ADD, DELETE], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let places = Alert::labels(firing, &["node", "instance"]);
    let on = if places.is_empty() { String::new() } else { format!(" on {}", few(&places)) };
    let what = if firing.iter().any(|alert| alert.name == ADD) {
        "connecting pods to the network"
    } else {
        "taking pods off the network"
    };
    let subject = firing.first()?.subject();
    Some(
        Alert::finding(firing, subject, format!("{what} fails at an elevated rate{on}"))?
            .saying(places.join(" "))
            .why("The requests are tried again, so that pods start or end late, or not at all.")
            .remedy(
                Remedy::new("Read in the log of ovnkube-controller there which pods, and why.")
                    .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                    .command(
                        "oc get events --all-namespaces --field-selector \
                         reason=FailedCreatePodSandBox",
                    ),
            ),
    )
}
