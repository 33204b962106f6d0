//! HAProxy down or failing to reload in a router.
//!
//! This rule relies on a Prometheus alert, which fires after five minutes.
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`HAProxyReloadFail`, `HAProxyDown`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alert(&["HAProxyReloadFail", "HAProxyDown"], finding)
    .why(
        "HAProxy, the proxy in a router, reloads its configuration whenever routes change. If \
         the reload fails, it continues with the old configuration: new routes are unreachable, \
         and traffic goes to endpoints that no longer exist. If HAProxy is down, the router \
         serves nothing.",
    )
    .fix(
        "Check the log of the router pod: HAProxy names the line that it rejects. The line \
         comes from a route or from one of its annotations.",
    )
    .run(&["oc logs -n openshift-ingress deployment/router-default --tail=200"])
    .verify(&["oc get pods -n openshift-ingress"]);

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let pods = firing.labels(&["pod"]);
    let is_down = firing.contains("HAProxyDown");
    let state = if is_down { "is down" } else { "fails to reload its configuration" };
    let on = if pods.is_empty() { String::new() } else { format!(" in {}", name_list(&pods)) };
    let namespaces = firing.labels(&["namespace"]);
    let namespace = namespaces.first().map_or("openshift-ingress", String::as_str);
    let name = pods.first().map_or("router", String::as_str);
    let subject = Subject::namespaced("Pod", namespace, name);
    Some(firing.finding(subject, format!("HAProxy {state}{on}"))?.keywords(pods.join(" ")))
}
