//! Network changes that OVN-Kubernetes failed to apply.
//!
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes/common/alert-rules.yaml`
//!   (`OVNKubernetesResourceRetryFailure`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alert(&["OVNKubernetesResourceRetryFailure"], |firing| {
        let pods = firing.labels(&["pod", "instance"]);
        let by = if pods.is_empty() { String::new() } else { format!(": {}", name_list(&pods)) };
        let summary = format!("OVN-Kubernetes stopped retrying a network change{by}");
        let finding = firing.finding(firing.first()?.subject(), summary)?;
        Some(finding.likely("the alert does not name the object that could not be applied"))
    })
    .why(
        "OVN-Kubernetes could not apply a policy, a Service, an egress rule or a pod to the \
         network after several retries. The change has no effect, although the object looks as \
         if it were applied.",
    )
    .fix(
        "Check the logs of ovnkube-controller and ovnkube-control-plane: they name the object. \
         In most cases it is an invalid object that a user created.",
    )
    .run(&[
        "oc logs -n openshift-ovn-kubernetes deployment/ovnkube-control-plane --all-containers --tail=500",
        "oc get pods -n openshift-ovn-kubernetes -o wide",
    ]);
