//! NLB hairpin risk for an IngressController load balancer.
//!
//! The ingress operator warns about the setting, not about failed connections. Releases without
//! this alert report nothing.
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`NLBHairpinRisk`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Cause, OpenShift)
    .alert(&["NLBHairpinRisk"], finding)
    .why(
        "An internal AWS load balancer that preserves the client IP address drops connections \
         that return to the node they came from. A pod that connects to a route served on its \
         own node then intermittently times out. This also affects the checks of the ingress, \
         authentication and console operators.",
    )
    .fix(
        "Explicitly set the protocol of the load balancer to PROXY, which is the default for \
         new IngressControllers.",
    )
    .run(&["oc get ingresscontrollers -n openshift-ingress-operator -o yaml"])
    .before(&[("only the routers of this cluster are behind the load balancer", "")]);

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let names = firing.labels(&["name"]);
    let first = names.first().map_or("default", String::as_str);
    let subject = Subject::namespaced("IngressController", "openshift-ingress-operator", first);
    let of = if names.is_empty() { first.to_owned() } else { name_list(&names) };
    let summary = format!(
        "load balancer of IngressController {of} may drop connections back to the same node"
    );
    Some(
        firing
            .finding(subject, summary)?
            .possible("the alert reports the setting and does not show whether connections fail"),
    )
}
