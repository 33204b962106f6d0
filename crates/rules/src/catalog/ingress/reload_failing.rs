//! A router that does not take over changes of routes.
//!
//! # Why it matters
//!
//! HAProxy, the server in a router, loads its configuration anew whenever routes change. When that
//! fails it goes on with the old one: new routes are not reached, and endpoints that moved lead to
//! nowhere. When it is down altogether the router serves nothing.
//!
//! # What to do
//!
//! Read the log of the router pod: HAProxy names the line it refuses. It comes from a route or from an
//! annotation of one.
//!
//! # Blind spots
//!
//! This is what Prometheus alerts about after five minutes.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`HAProxyReloadFail`, `HAProxyDown`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

pub(super) static META: Meta = Meta {
    id: "ingress/reload-failing",
    title: "a router that does not take over changes of routes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["HAProxyReloadFail", "HAProxyDown"], |firing| {
        finding(firing).into_iter().collect()
    })
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod"]);
    let is_down = firing.iter().any(|alert| alert.name == "HAProxyDown");
    let state = if is_down { "is down" } else { "does not load its configuration anew" };
    let on = if pods.is_empty() { String::new() } else { format!(" in {}", few(&pods)) };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let namespace = namespaces.first().map_or("openshift-ingress", String::as_str);
    let name = pods.first().map_or("router", String::as_str);
    let subject = Subject::namespaced("Pod", namespace, name);
    Some(
        Alert::finding(firing, subject, format!("HAProxy {state}{on}"))?
            .saying(pods.join(" "))
            .why("New routes are not reached, and endpoints that moved lead to nowhere.")
            .remedy(
                Remedy::new("Read in the router's log which line HAProxy refuses.")
                    .command("oc logs -n openshift-ingress deployment/router-default --tail=200")
                    .verify("oc get pods -n openshift-ingress"),
            ),
    )
}
