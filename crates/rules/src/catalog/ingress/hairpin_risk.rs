//! A load balancer that may not lead back to the node it is asked from.
//!
//! # Why it matters
//!
//! An internal load balancer of AWS that keeps the address of its client drops connections that
//! come back to the node they left. A pod that asks for a route served on its own node then waits in
//! vain, now and then: so do the checks of the ingress, authentication and console operators.
//!
//! # What to do
//!
//! Set the protocol of the load balancer to PROXY explicitly, as new IngressControllers have it.
//!
//! # Blind spots
//!
//! The ingress operator warns of the setting, not of connections that failed. Releases that do
//! not know the alert say nothing.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`NLBHairpinRisk`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

pub(super) static META: Meta = Meta {
    id: "ingress/hairpin-risk",
    title: "a load balancer that may not lead back to the node it is asked from",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["NLBHairpinRisk"], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let names = Alert::labels(firing, &["name"]);
    let first = names.first().map_or("default", String::as_str);
    let subject = Subject::namespaced("IngressController", "openshift-ingress-operator", first);
    let of = if names.is_empty() { first.to_owned() } else { few(&names) };
    let summary =
        format!("the load balancer of IngressController {of} may not lead back to its own nodes");
    Some(
        Alert::finding(firing, subject, summary)?
            .possible("the alert tells of the setting; whether connections fail is another matter")
            .why(
                "A connection that comes back to the node it left is dropped where the load \
                 balancer keeps the client's address; checks of routes then fail now and then.",
            )
            .remedy(
                Remedy::new("Set the protocol of the load balancer to PROXY explicitly.")
                    .command("oc get ingresscontrollers -n openshift-ingress-operator -o yaml")
                    .before(
                        "nothing but the cluster's routers is behind the load balancer",
                        Proof::ByHand(String::new()),
                    ),
            ),
    )
}
