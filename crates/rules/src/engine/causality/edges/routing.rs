//! Routers, logins and the proxy, as causes of problems of what is reached through them.
//!
//! Sources of the signatures: openshift/cluster-authentication-operator
//! `pkg/libs/endpointaccessible`, openshift/console-operator `pkg/console/controllers/healthcheck`.

use super::edge::{Edge, OPERATORS};
use super::link::Link;
use super::signature::Name;
use super::signature::{always, any, mentions_any, subject, subject_namespace};
use crate::terms::finding::Finding;

/// Rules that find routers that cannot be reached.
const ROUTERS: &[&str] = &[
    "ingress/canary-failing",
    "ingress/dns-not-ready",
    "ingress/load-balancer-not-ready",
    "ingress/no-replicas",
    "ingress/nodes-missing",
    "ingress/reload-failing",
];

/// Rules that report a connection through the routers, and the operators.
const BEHIND_ROUTERS: &[&str] = &[
    "authentication/proxy-blocks-login",
    "authentication/route-missing",
    "authentication/route-unreachable",
    "console/route-unhealthy",
    "operators/",
];

/// Errors of a client that does not reach a server behind the routers.
const CONNECTION_ERRORS: &[&str] = &[
    "i/o timeout",
    "connection refused",
    "no route to host",
    "Client.Timeout",
    "EOF",
    "connection reset",
    "deadline exceeded",
    "Service Unavailable",
];

/// Errors of an API that is not served.
const NOT_SERVED: &[&str] = &[
    "unable to handle the request",
    "does not recognize this resource",
    "could not find the requested resource",
    "no endpoints available",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Nodes and the route API, which the routers need.
    Edge {
        cause: &["nodes/"],
        effect: &["dns/", "ingress/nodes-missing"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "its message names the node",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &[
            "authentication/route-missing",
            "console/route-unhealthy",
            "ingress/route-api-down",
            "operators/",
        ],
        link: &[Link::Every(serves_routes)],
        holds: |_, effect| {
            mentions_any(effect, &["(get routes.route.openshift.io", "routes.route.openshift.io)"])
        },
        mechanism: "the route API is not served",
    },
    Edge {
        cause: &["ingress/route-api-down"],
        effect: &["ingress/no-replicas", "ingress/replicas-partial", "ingress/route-not-admitted"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a router that cannot list routes does not become ready and serves no routes",
    },
    Edge {
        cause: &["services/load-balancer-not-removed"],
        effect: &["ingress/load-balancer-not-ready"],
        link: &[Link::SameSubject],
        holds: always,
        mechanism: "a Service that is being deleted gets no load balancer",
    },
    // Routers, and what is reached through them.
    Edge {
        cause: ROUTERS,
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |_, effect| effect.subject.name == "ingress",
        mechanism: "the ingress operator reports it",
    },
    Edge {
        cause: ROUTERS,
        effect: BEHIND_ROUTERS,
        link: &[Link::Every(any)],
        holds: |_, effect| {
            let checks_route = matches!(
                effect.rule,
                "authentication/route-unreachable" | "console/route-unhealthy"
            );
            let signs: &[&str] = &["RouteEndpoint", "RouteHealth", "route is not", ".apps."];
            !effect.keywords.contains("no such host")
                && (mentions_any(effect, signs)
                    || (checks_route && mentions_any(effect, CONNECTION_ERRORS)))
        },
        mechanism: "it is reached through the routers",
    },
    Edge {
        cause: &["ingress/dns-not-ready"],
        effect: &["dns/host-resolver-broken", "authentication/", "console/", "operators/"],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            mentions_any(effect, &["no such host"]) && mentions_any(effect, &[".apps."])
        },
        mechanism: "the name is part of the wildcard DNS record of the ingress domain",
    },
    Edge {
        cause: &["ingress/route-not-admitted", "ingress/not-admitted"],
        effect: &[
            "authentication/route-missing",
            "console/",
            "ingress/canary-failing",
            "operators/",
        ],
        link: &[
            Link::Every(|cause| cause.subject.name == "default"),
            Link::Names(keywords),
            Link::NamedBy(subject_namespace),
        ],
        holds: |cause, effect| {
            mentions_any(
                effect,
                &["NotAdmitted", "not admitted", "admitted ingress", "host is empty"],
            ) && (cause.subject.name == "default" || shares_namespace(cause, effect))
        },
        mechanism: "no router serves its route",
    },
    // Logins.
    Edge {
        cause: &["apiservices/", "authentication/no-api-pods"],
        effect: &[
            "authentication/login-config-failed",
            "console/oauth-client-not-synced",
            "operators/",
            "update/resource-rejected",
        ],
        link: &[Link::Every(serves_logins)],
        holds: |_, effect| {
            mentions_any(effect, &["oauthclient", "oauth.openshift.io", "user.openshift.io"])
                && mentions_any(effect, NOT_SERVED)
        },
        mechanism: "the OAuth API is not served",
    },
    Edge {
        cause: &["authentication/no-api-pods"],
        effect: &["apiservices/unavailable"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["openshift-oauth-apiserver"]),
        mechanism: "the API is served by these pods",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["authentication/no-api-pods"],
        link: &[Link::Every(|cause| is_about(cause, &["openshift-oauth-apiserver"]))],
        holds: always,
        mechanism: "these are the pods behind the endpoints",
    },
    Edge {
        cause: &["authentication/no-oauth-pods"],
        effect: &["authentication/service-unreachable", "console/oauth-client-not-synced"],
        link: &[Link::Every(any)],
        holds: |_, effect| effect.rule == "authentication/service-unreachable",
        mechanism: "these are the pods behind the Service",
    },
    Edge {
        cause: &["authentication/"],
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |cause, effect| match effect.subject.name.as_str() {
            "authentication" => shares_line(cause, effect),
            "console" => is_login_down(cause) && mentions_any(effect, &["oauth", "OAuth"]),
            _ => false,
        },
        mechanism: "the operator reports the OAuth server",
    },
    Edge {
        cause: &["console/", "registry/"],
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |cause, effect| {
            let operator = effect.subject.name.as_str();
            let is_its_area = match operator {
                "console" => cause.rule.starts_with("console/"),
                "image-registry" => cause.rule.starts_with("registry/"),
                _ => false,
            };
            is_its_area && shares_line(cause, effect)
        },
        mechanism: "the operator reports it",
    },
    Edge {
        cause: &["static-pods/"],
        effect: &["authentication/wellknown-not-ready"],
        link: &[Link::Every(|cause| is_about(cause, &["kube-apiserver"]))],
        holds: always,
        mechanism: "a kube-apiserver at an old revision does not serve the endpoint",
    },
    // The proxy.
    Edge {
        cause: &["network/proxy-invalid", "authentication/proxy-blocks-login"],
        effect: &[
            "authentication/route-unreachable",
            "operators/",
            "pods/image-not-pulled",
            "update/",
        ],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            mentions_any(
                effect,
                &["proxyconnect", "Proxy Authentication Required", "ProxyConfigController"],
            )
        },
        mechanism: "its message shows a request through the proxy",
    },
    Edge {
        cause: &["authentication/proxy-blocks-login"],
        effect: &["authentication/route-unreachable"],
        link: &[Link::Every(|cause| {
            mentions_any(cause, &["missing in NO_PROXY", "failed to reach endpoint"])
        })],
        holds: always,
        mechanism: "the route is checked with the settings of the proxy",
    },
];

/// Whether a finding is about one of these, by its subject or its keywords.
fn is_about(finding: &Finding, words: &[&str]) -> bool {
    words.iter().any(|word| finding.subject.name == *word || finding.subject.namespace == *word)
        || mentions_any(finding, words)
}

/// Whether a finding is about the API of routes.
fn serves_routes(finding: &Finding) -> bool {
    is_about(finding, &["v1.route.openshift.io", "openshift-apiserver"])
}

/// Whether a finding is about the APIs that logins need.
fn serves_logins(finding: &Finding) -> bool {
    is_about(
        finding,
        &["v1.oauth.openshift.io", "v1.user.openshift.io", "openshift-oauth-apiserver"],
    )
}

/// The words of the keywords, such as routes.
fn keywords(finding: &Finding) -> Vec<Name<'_>> {
    finding.keywords.split_whitespace().map(|word| [word, ""]).collect()
}

/// Whether a finding means that no login is possible.
fn is_login_down(cause: &Finding) -> bool {
    const RULES: [&str; 4] = [
        "authentication/no-api-pods",
        "authentication/no-oauth-pods",
        "authentication/route-unreachable",
        "authentication/service-unreachable",
    ];
    RULES.contains(&cause.rule)
}

/// Whether the cause mentions a route in the namespace of the effect.
fn shares_namespace(cause: &Finding, effect: &Finding) -> bool {
    let namespace = effect.subject.namespace.as_str();
    if namespace.is_empty() {
        return cause.keywords.split_whitespace().any(|route| mentions_any(effect, &[route]));
    }
    cause.keywords.contains(&format!("{namespace}/"))
}

/// Whether the effect repeats a line of the cause, such as the message of a condition.
fn shares_line(cause: &Finding, effect: &Finding) -> bool {
    let lines =
        cause.keywords.lines().map(|line| line.split_once(": ").map_or(line, |(_, own)| own));
    // A single word, such as the name of an operator, is no line of a message.
    let is_message = |line: &&str| line.len() > 12 && line.contains(' ');
    lines.map(str::trim).filter(is_message).any(|line| effect.keywords.contains(line))
}
