//! NLB hairpin risk for an IngressController load balancer.
//!
//! # Why it matters
//!
//! An internal AWS load balancer that preserves the client IP address drops connections that return
//! to the node they came from. A pod that connects to a route served on its own node then
//! intermittently times out. This also affects the checks of the ingress, authentication and
//! console operators.
//!
//! # What to do
//!
//! Explicitly set the protocol of the load balancer to PROXY, which is the default for new
//! IngressControllers.
//!
//! # Blind spots
//!
//! The ingress operator warns about the setting, not about failed connections. Releases without
//! this alert report nothing.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`NLBHairpinRisk`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "ingress/hairpin-risk",
    title: "NLB hairpin risk for an IngressController load balancer",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &["NLBHairpinRisk"], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let names = Alert::labels(firing, &["name"]);
    let first = names.first().map_or("default", String::as_str);
    let subject = Subject::namespaced("IngressController", "openshift-ingress-operator", first);
    let of = if names.is_empty() { first.to_owned() } else { name_list(&names) };
    let summary = format!(
        "load balancer of IngressController {of} may drop connections back to the same node"
    );
    Some(
        Alert::finding(firing, subject, summary)?
            .possible("the alert reports the setting and does not show whether connections fail")
            .why(
                "A load balancer that preserves the client IP address drops connections that \
                 return to the node they came from, so route checks fail intermittently.",
            )
            .remedy(
                Remedy::new("Explicitly set the protocol of the load balancer to PROXY.")
                    .command("oc get ingresscontrollers -n openshift-ingress-operator -o yaml")
                    .precondition(
                        "only the routers of this cluster are behind the load balancer",
                        Proof::ByHand(String::new()),
                    ),
            ),
    )
}
