//! A proxy between the cluster and its own login.
//!
//! # Why it matters
//!
//! With a proxy configured, components ask the login route through it unless `noProxy` names the
//! host. Where the proxy does not let that through, or `noProxy` names a host that is reached through
//! the proxy only, the login fails and the authentication operator is degraded.
//!
//! # What to do
//!
//! Add the ingress domain to `noProxy`, or take it out, as the message says.
//!
//! # Blind spots
//!
//! Where the route is reached neither way the proxy is not at fault, and the finding says so. Less
//! than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/proxyconfig/proxyconfig_controller.go` (`checkProxyConfig`)

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable};

/// How long a route may be away while routers are replaced.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "authentication/proxy-blocks-login",
    title: "a proxy between the cluster and its own login",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let name = "ProxyConfigControllerDegraded";
    Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", name).verdict(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(case, &reported),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Option<Finding> {
    let message = &reported.message;
    let class = Unreachable::of(message);
    let host = host(message).unwrap_or("the login route");
    let (summary, advice) = if message.contains("is unreachable with proxy") {
        (
            format!("{host} is reached neither through the proxy nor without it"),
            "The way to the routers is at fault, whether with the proxy or without: look there \
             first.",
        )
    } else if message.contains("missing in NO_PROXY") {
        (
            format!("the proxy does not lead to {host}, which noProxy does not name"),
            "Add the ingress domain to noProxy of the proxy.",
        )
    } else if message.contains("found in NO_PROXY") {
        (
            format!("{host} is reached through the proxy only, and noProxy names it"),
            "Take the host out of noProxy of the proxy, or open the direct way.",
        )
    } else {
        return None;
    };
    let finding = reported
        .finding(Subject::cluster("Proxy", "cluster"), format!("{summary}: {}", class.words()))
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("Components of the platform ask the login route the way the proxy's settings say.")
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ProxyConfigController")
        .remedy(
            Remedy::new(advice)
                .command("oc get proxies.config.openshift.io cluster -o yaml")
                .verify("oc get clusteroperator authentication")
                .side_effect("every node restarts when the proxy is changed"),
        );
    Some(if message.contains("is unreachable with proxy") {
        finding.possible("the routers, their load balancer or a name may be at fault as well")
    } else {
        finding
    })
}

/// The host in `endpoint("https://host/healthz")`.
fn host(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("endpoint(\"https://")?;
    rest.split(['/', '"', ':']).next().filter(|host| !host.is_empty())
}
