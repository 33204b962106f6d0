//! Changes of the network that OVN-Kubernetes gave up on.
//!
//! # Why it matters
//!
//! A policy, a Service, an egress rule or a pod could not be brought into the network after several
//! tries. What it asks for does not hold, though the object looks as if it did.
//!
//! # What to do
//!
//! Read the logs of `ovnkube-controller` and `ovnkube-control-plane`: they name the object. Mostly
//! it is one that a user made and that is not valid.
//!
//! # Blind spots
//!
//! The alert counts failures of the last ten minutes and does not name the object.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesResourceRetryFailure`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

pub(super) static META: Meta = Meta {
    id: "network/changes-not-applied",
    title: "changes of the network that OVN-Kubernetes gave up on",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["OVNKubernetesResourceRetryFailure"], |firing| {
        finding(firing).into_iter().collect()
    })
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod", "instance"]);
    let by = if pods.is_empty() { String::new() } else { format!(": {}", few(&pods)) };
    let subject = Subject::cluster("Alert", "OVNKubernetesResourceRetryFailure");
    let summary = format!("OVN-Kubernetes gave up on a change of the network{by}");
    Some(
        Alert::finding(firing, subject, summary)?
            .likely("the alert does not name the object that could not be applied")
            .why("What the object asks for does not hold, though it looks as if it did.")
            .remedy(
                Remedy::new(
                    "Read in the logs of OVN-Kubernetes which object it is, and correct it.",
                )
                .command(
                    "oc logs -n openshift-ovn-kubernetes deployment/ovnkube-control-plane \
                         --all-containers --tail=500",
                )
                .command("oc get pods -n openshift-ovn-kubernetes -o wide"),
            ),
    )
}
