//! Network changes that OVN-Kubernetes failed to apply.
//!
//! # Why it matters
//!
//! OVN-Kubernetes could not apply a policy, a Service, an egress rule or a pod to the network after
//! several retries. The change has no effect, although the object looks as if it were applied.
//!
//! # What to do
//!
//! Check the logs of `ovnkube-controller` and `ovnkube-control-plane`: they name the object. In
//! most cases it is an invalid object that a user created.
//!
//! # Blind spots
//!
//! The alert counts the failures of the last ten minutes and does not name the object.
//!
//! # References
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesResourceRetryFailure`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "network/changes-not-applied",
    title: "network changes that OVN-Kubernetes failed to apply",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &["OVNKubernetesResourceRetryFailure"], |firing| {
        finding(firing).into_iter().collect()
    })
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod", "instance"]);
    let by = if pods.is_empty() { String::new() } else { format!(": {}", name_list(&pods)) };
    let subject = Subject::cluster("Alert", "OVNKubernetesResourceRetryFailure");
    let summary = format!("OVN-Kubernetes stopped retrying a network change{by}");
    Some(
        Alert::finding(firing, subject, summary)?
            .likely("the alert does not name the object that could not be applied")
            .why("The change has no effect, although the object looks as if it were applied.")
            .remedy(
                Remedy::new("Find the object in the logs of OVN-Kubernetes, and correct it.")
                    .command(
                        "oc logs -n openshift-ovn-kubernetes deployment/ovnkube-control-plane \
                             --all-containers --tail=500",
                    )
                    .command("oc get pods -n openshift-ovn-kubernetes -o wide"),
            ),
    )
}
