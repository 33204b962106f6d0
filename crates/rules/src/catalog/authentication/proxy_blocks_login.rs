//! Cluster-wide proxy that blocks the OAuth route.
//!
//! If the route is reachable neither with nor without the proxy, the proxy is not the cause, and
//! the finding states this.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/proxyconfig/proxyconfig_controller.go` (`checkProxyConfig`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(AUTHENTICATION, &["ProxyConfigControllerDegraded"], |bad| {
        let message = &bad.state.message;
        let is_unreachable = message.contains("is unreachable with proxy");
        let (state, action) = if is_unreachable {
            (
                "is reachable neither with nor without the proxy",
                "Check the connection to the routers first: it fails with and without the proxy.",
            )
        } else if message.contains("missing in NO_PROXY") {
            (
                "is unreachable through the proxy and missing in noProxy",
                "Add the ingress domain to noProxy of Proxy/cluster.",
            )
        } else if message.contains("found in NO_PROXY") {
            (
                "is reachable only through the proxy but listed in noProxy",
                "Remove the host from noProxy of Proxy/cluster, or allow direct connections.",
            )
        } else {
            return None;
        };
        let host = https_hosts(message).first().copied().unwrap_or("the OAuth route");
        let why = ConnectionError::of(message).description();
        let finding = bad
            .finding_about(Subject::cluster("Proxy", "cluster"), format!("{host} {state}: {why}"))
            .explains(bad.cluster_operator(), bad.controller())
            .action(action);
        let doubt = "the cause may also be the routers, their load balancer or name resolution";
        Some(if is_unreachable { finding.possible(doubt) } else { finding })
    })
    // How long a route may be unavailable while routers are replaced.
    .note_until(Span::minutes(10))
    .why(
        "With a proxy configured, components connect to the OAuth route through the proxy \
         unless noProxy contains the host. If the proxy does not forward these requests, or if \
         noProxy contains a host that is reachable only through the proxy, login fails and the \
         authentication operator is degraded.",
    )
    .fix("Add the ingress domain to noProxy, or remove it, as the message indicates.")
    .run(&["oc get proxies.config.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator authentication"])
    .side_effects(&["changing the proxy restarts every node"]);
