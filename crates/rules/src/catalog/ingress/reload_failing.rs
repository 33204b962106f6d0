//! HAProxy down or failing to reload in a router.
//!
//! # Why it matters
//!
//! HAProxy, the proxy in a router, reloads its configuration whenever routes change. If the reload
//! fails, it continues with the old configuration: new routes are unreachable, and traffic goes to
//! endpoints that no longer exist. If HAProxy is down, the router serves nothing.
//!
//! # What to do
//!
//! Check the log of the router pod: HAProxy names the line that it rejects. The line comes from a
//! route or from one of its annotations.
//!
//! # Blind spots
//!
//! This rule relies on a Prometheus alert, which fires after five minutes.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator
//!   `manifests/0000_90_ingress-operator_03_prometheusrules.yaml` (`HAProxyReloadFail`, `HAProxyDown`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "ingress/reload-failing",
    title: "HAProxy down or failing to reload in a router",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &["HAProxyReloadFail", "HAProxyDown"], |firing| {
        finding(firing).into_iter().collect()
    })
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod"]);
    let is_down = firing.iter().any(|alert| alert.name == "HAProxyDown");
    let state = if is_down { "is down" } else { "fails to reload its configuration" };
    let on = if pods.is_empty() { String::new() } else { format!(" in {}", name_list(&pods)) };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let namespace = namespaces.first().map_or("openshift-ingress", String::as_str);
    let name = pods.first().map_or("router", String::as_str);
    let subject = Subject::namespaced("Pod", namespace, name);
    Some(
        Alert::finding(firing, subject, format!("HAProxy {state}{on}"))?
            .keywords(pods.join(" "))
            .why("New routes are unreachable, and traffic goes to endpoints that no longer exist.")
            .remedy(
                Remedy::new("Check the router's log for the line that HAProxy rejects.")
                    .command("oc logs -n openshift-ingress deployment/router-default --tail=200")
                    .verify("oc get pods -n openshift-ingress"),
            ),
    )
}
