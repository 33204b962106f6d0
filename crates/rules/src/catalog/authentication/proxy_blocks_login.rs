//! Cluster-wide proxy that blocks the OAuth route.
//!
//! If the route is reachable neither with nor without the proxy, the proxy is not the cause, and
//! the finding states this. A condition that has lasted for less than ten minutes is reported as
//! informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/proxyconfig/proxyconfig_controller.go` (`checkProxyConfig`)

use crate::catalog::prelude::*;

/// How long a route may be unavailable while routers are replaced.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "With a proxy configured, components connect to the OAuth route through the proxy \
         unless noProxy contains the host. If the proxy does not forward these requests, or if \
         noProxy contains a host that is reachable only through the proxy, login fails and the \
         authentication operator is degraded.",
    )
    .fix("Add the ingress domain to noProxy, or remove it, as the message indicates.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let name = "ProxyConfigControllerDegraded";
    ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name).judge(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(cx, &reported),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    let message = &reported.message;
    let class = ConnectionError::of(message);
    let host = host(message).unwrap_or("the OAuth route");
    let (summary, advice) = if message.contains("is unreachable with proxy") {
        (
            format!("{host} is reachable neither with nor without the proxy"),
            "The connection to the routers fails with and without the proxy. Check this connection \
             first.",
        )
    } else if message.contains("missing in NO_PROXY") {
        (
            format!("{host} is unreachable through the proxy and missing in noProxy"),
            "Add the ingress domain to noProxy of Proxy/cluster.",
        )
    } else if message.contains("found in NO_PROXY") {
        (
            format!("{host} is reachable only through the proxy but listed in noProxy"),
            "Remove the host from noProxy of Proxy/cluster, or allow direct connections.",
        )
    } else {
        return None;
    };
    let finding = reported
        .finding(
            Subject::cluster("Proxy", "cluster"),
            format!("{summary}: {}", class.description()),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ProxyConfigController")
        .fix(advice)
        .run("oc get proxies.config.openshift.io cluster -o yaml")
        .verify("oc get clusteroperator authentication")
        .side_effect("changing the proxy restarts every node");
    Some(if message.contains("is unreachable with proxy") {
        finding
            .possible("the cause may also be the routers, their load balancer or name resolution")
    } else {
        finding
    })
}

/// The host in `endpoint("https://host/healthz")`.
fn host(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("endpoint(\"https://")?;
    rest.split(['/', '"', ':']).next().filter(|host| !host.is_empty())
}
