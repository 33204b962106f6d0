//! How what is not reached looks elsewhere: the network, names, routers, and what is behind them.
//!
//! Sources of the signatures: kubernetes/kube-aggregator
//! `pkg/apiserver/remote_available_controller.go`, openshift/cluster-authentication-operator
//! `pkg/libs/endpointaccessible`, openshift/console-operator `pkg/console/controllers/healthcheck`,
//! Go's `net` for the words of a dial or a look-up that fails.

use super::{Edge, OPERATORS, names, names_subject, says_any};
use crate::engine::finding::Finding;

/// Rules that find a node without its network.
const OF_NODE_NETWORK: &[&str] = &[
    "network/connectivity-outage",
    "network/mtu-too-small",
    "network/node-waits-for-ovn",
    "network/node-without-ovn-pod",
    "network/ovn-database-stale",
    "network/rollout-hung",
    "network/subnets-exhausted",
    "pods/",
];
/// Rules that find the way through the routers broken.
const OF_ROUTERS: &[&str] = &[
    "ingress/canary-failing",
    "ingress/dns-not-ready",
    "ingress/load-balancer-not-ready",
    "ingress/no-replicas",
    "ingress/nodes-missing",
    "ingress/reload-failing",
];
/// Rules whose words are those of a client that asks through the routers, and the operators.
const THROUGH_ROUTERS: &[&str] = &[
    "authentication/proxy-blocks-login",
    "authentication/route-missing",
    "authentication/route-unreachable",
    "console/route-unhealthy",
    "operators/",
];
/// A connection that gets no answer because there is no way.
const NO_WAY: &[&str] = &[
    "i/o timeout",
    "no route to host",
    "network is unreachable",
    "context deadline exceeded",
    "Client.Timeout",
    "connection timed out",
];

/// The edges.
pub(super) static EDGES: &[Edge] = &[
    // The network, under the nodes and pods that need it.
    Edge {
        cause: OF_NODE_NETWORK,
        effect: &["nodes/not-ready"],
        holds: |cause, effect| {
            says_any(effect, &["NetworkPluginNotReady", "CNI"])
                && is_of_network(cause)
                && concerns_nodes_of(cause, effect)
        },
        because: "a node without its network pod is not ready",
    },
    Edge {
        cause: OF_NODE_NETWORK,
        effect: &["pods/sandbox-not-created"],
        holds: |cause, effect| {
            says_any(effect, &["CNI", "cni", "multus", "ovn", "OVN", "OVS"])
                && is_of_network(cause)
                && concerns_nodes_of(cause, effect)
        },
        because: "a pod gets its network from the network's pod on its node",
    },
    Edge {
        cause: &["network/ovn-database-stale"],
        effect: &["network/pod-setup-failing"],
        holds: |_, _| true,
        because: "a pod cannot be connected while its node's network does not keep up",
    },
    Edge {
        cause: &["network/address-range-exhausted"],
        effect: &["pods/sandbox-not-created"],
        holds: |_, effect| says_any(effect, &["Could not allocate IP in range"]),
        because: "no address of the additional network is left for its pods",
    },
    Edge {
        cause: &[
            "network/mtu-too-small",
            "network/node-waits-for-ovn",
            "network/node-without-ovn-pod",
            "network/ovn-control-plane-down",
            "network/rollout-hung",
        ],
        effect: OPERATORS,
        holds: |_, effect| effect.subject.name == "network",
        because: "the network operator reports its rollout",
    },
    Edge {
        cause: &[
            "apiservices/bootstrap-configmap-missing",
            "apiservices/bootstrap-configmap-incomplete",
        ],
        effect: &["network/node-identity-webhook-missing"],
        holds: |_, _| true,
        because: "the network operator takes the installation for unfinished without it",
    },
    // The network, under what is dialled over it.
    Edge {
        cause: OF_NODE_NETWORK,
        effect: &["apiservices/unavailable"],
        holds: |cause, effect| {
            is_of_network(cause)
                && says_any(effect, &["failing or missing response from"])
                && says_any(effect, NO_WAY)
        },
        because: "the API server dials the pods behind the API over the cluster network",
    },
    Edge {
        cause: OF_NODE_NETWORK,
        effect: &["dns/api-unreachable", "dns/pods-unavailable"],
        holds: |cause, effect| {
            is_of_network(cause) && !nodes_of(cause).is_empty() && concerns_nodes_of(cause, effect)
        },
        because: "a DNS pod reaches the API through the network of its node",
    },
    Edge {
        cause: OF_NODE_NETWORK,
        effect: &["authentication/service-unreachable"],
        holds: |cause, effect| is_of_network(cause) && says_any(effect, NO_WAY),
        because: "the pods are asked over the cluster network",
    },
    Edge {
        cause: &["dns/api-unreachable"],
        effect: &["dns/pods-unavailable"],
        holds: |_, _| true,
        because: "a DNS pod that starts without the API is not ready",
    },
    // Names, under what looks them up.
    Edge {
        cause: &["dns/host-resolver-broken"],
        effect: &["authentication/", "console/", "ingress/canary-failing", "operators/"],
        holds: |cause, effect| {
            let record = cause.subject.name.trim_start_matches("*.");
            says_any(effect, &["no such host", "malfunctioning DNS server"])
                && says_any(effect, &[record])
        },
        because: "its message is this name, which does not resolve",
    },
    Edge {
        cause: &["dns/upstream-failing"],
        effect: &["authentication/", "console/", "dns/errors-high", "operators/", "update/"],
        holds: |_, effect| {
            effect.rule == "dns/errors-high" || failed_lookups(effect).any(|name| !is_service(name))
        },
        because: "a name outside the cluster is looked up at these resolvers",
    },
    Edge {
        cause: &["dns/pods-unavailable", "dns/service-missing", "dns/api-unreachable"],
        effect: &[
            "apiservices/",
            "authentication/",
            "console/",
            "ingress/",
            "operators/",
            "webhooks/",
        ],
        holds: |_, effect| failed_lookups(effect).any(is_service),
        because: "the name of a Service is looked up at the cluster's own DNS",
    },
    Edge {
        cause: &["dns/api-unreachable", "dns/pods-unavailable", "dns/service-missing"],
        effect: OPERATORS,
        holds: |_, effect| effect.subject.name == "dns",
        because: "the dns operator reports its pods",
    },
    // Nodes and the API of routes, under the routers.
    Edge {
        cause: &["nodes/"],
        effect: &["dns/", "ingress/nodes-missing"],
        holds: names_subject,
        because: "its message names the node",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &[
            "authentication/route-missing",
            "console/route-unhealthy",
            "ingress/route-api-down",
            "operators/",
        ],
        holds: |cause, effect| {
            is_about(cause, &["v1.route.openshift.io", "openshift-apiserver"])
                && says_any(
                    effect,
                    &["(get routes.route.openshift.io", "routes.route.openshift.io)"],
                )
        },
        because: "the API of routes is not served",
    },
    Edge {
        cause: &["ingress/route-api-down"],
        effect: &["ingress/no-replicas", "ingress/replicas-partial", "ingress/route-not-admitted"],
        holds: |_, _| true,
        because: "a router that cannot list routes does not become ready and serves none",
    },
    // Routers, under what is reached through them.
    Edge {
        cause: OF_ROUTERS,
        effect: OPERATORS,
        holds: |_, effect| effect.subject.name == "ingress",
        because: "the ingress operator reports it",
    },
    Edge {
        cause: OF_ROUTERS,
        effect: THROUGH_ROUTERS,
        holds: |_, effect| {
            let asks_route = matches!(
                effect.rule,
                "authentication/route-unreachable" | "console/route-unhealthy"
            );
            let signs: &[&str] = &["RouteEndpoint", "RouteHealth", "route is not", ".apps."];
            !effect.keywords.contains("no such host")
                && (says_any(effect, signs) || (asks_route && says_any(effect, NOT_THROUGH)))
        },
        because: "it is reached through the routers",
    },
    Edge {
        cause: &["ingress/dns-not-ready"],
        effect: &["dns/host-resolver-broken", "authentication/", "console/", "operators/"],
        holds: |_, effect| says_any(effect, &["no such host"]) && says_any(effect, &[".apps."]),
        because: "the wildcard record of the ingress domain is what the name comes from",
    },
    Edge {
        cause: &["ingress/route-not-admitted", "ingress/not-admitted"],
        effect: &[
            "authentication/route-missing",
            "console/",
            "ingress/canary-failing",
            "operators/",
        ],
        holds: |cause, effect| {
            says_any(effect, &["NotAdmitted", "not admitted", "admitted ingress", "host is empty"])
                && (cause.subject.name == "default" || shares_namespace(cause, effect))
        },
        because: "no router serves its route",
    },
    // Logins, under the console.
    Edge {
        cause: &["apiservices/", "authentication/no-api-pods"],
        effect: &[
            "authentication/login-config-failed",
            "console/oauth-client-not-synced",
            "operators/",
            "update/resource-rejected",
        ],
        holds: |cause, effect| {
            is_about(
                cause,
                &["v1.oauth.openshift.io", "v1.user.openshift.io", "openshift-oauth-apiserver"],
            ) && says_any(effect, &["oauthclient", "oauth.openshift.io", "user.openshift.io"])
                && says_any(effect, NOT_SERVED)
        },
        because: "the API of logins is not served",
    },
    Edge {
        cause: &["authentication/no-api-pods"],
        effect: &["apiservices/unavailable"],
        holds: |_, effect| says_any(effect, &["openshift-oauth-apiserver"]),
        because: "the API is served by these pods",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["authentication/no-api-pods"],
        holds: |cause, _| is_about(cause, &["openshift-oauth-apiserver"]),
        because: "they are the pods behind the endpoints",
    },
    Edge {
        cause: &["authentication/no-oauth-pods"],
        effect: &["authentication/service-unreachable", "console/oauth-client-not-synced"],
        holds: |_, effect| effect.rule == "authentication/service-unreachable",
        because: "the Service leads to these pods",
    },
    Edge {
        cause: &["authentication/"],
        effect: OPERATORS,
        holds: |cause, effect| match effect.subject.name.as_str() {
            "authentication" => shares_line(cause, effect),
            "console" => is_login_down(cause) && says_any(effect, &["oauth", "OAuth"]),
            _ => false,
        },
        because: "the operator reports the login",
    },
    Edge {
        cause: &["console/", "registry/"],
        effect: OPERATORS,
        holds: |cause, effect| {
            let operator = effect.subject.name.as_str();
            let is_its = match operator {
                "console" => cause.rule.starts_with("console/"),
                "image-registry" => cause.rule.starts_with("registry/"),
                _ => false,
            };
            is_its && shares_line(cause, effect)
        },
        because: "the operator reports it",
    },
    Edge {
        cause: &["static-pods/"],
        effect: &["authentication/wellknown-not-ready"],
        holds: |cause, _| is_about(cause, &["kube-apiserver"]),
        because: "an API server that has not followed its rollout does not serve it",
    },
    // The proxy, under what goes through it.
    Edge {
        cause: &["network/proxy-invalid", "authentication/proxy-blocks-login"],
        effect: &[
            "authentication/route-unreachable",
            "operators/",
            "pods/image-not-pulled",
            "update/",
        ],
        holds: |_, effect| {
            says_any(
                effect,
                &["proxyconnect", "Proxy Authentication Required", "ProxyConfigController"],
            )
        },
        because: "its message is a request through the proxy",
    },
    Edge {
        cause: &["authentication/proxy-blocks-login"],
        effect: &["authentication/route-unreachable"],
        holds: |cause, _| says_any(cause, &["missing in NO_PROXY", "failed to reach endpoint"]),
        because: "the route is asked for the way that the proxy's settings say",
    },
];

/// Words of a client that does not get through to a server behind the routers.
const NOT_THROUGH: &[&str] = &[
    "i/o timeout",
    "connection refused",
    "no route to host",
    "Client.Timeout",
    "EOF",
    "connection reset",
    "deadline exceeded",
    "Service Unavailable",
];
/// Words of an API that is not there.
const NOT_SERVED: &[&str] = &[
    "unable to handle the request",
    "does not recognize this resource",
    "could not find the requested resource",
    "no endpoints available",
];

/// Whether a cause is about the network; of pods those of its own namespaces are.
fn is_of_network(cause: &Finding) -> bool {
    const NAMESPACES: [&str; 3] = ["ovn", "multus", "openshift-sdn"];
    cause.rule.starts_with("network/")
        || NAMESPACES.iter().any(|part| cause.subject.namespace.contains(part))
}

/// The nodes a finding names: its subject, and what its words call so.
fn nodes_of(finding: &Finding) -> Vec<&str> {
    let mut nodes = Vec::new();
    if finding.subject.kind.starts_with("Node") {
        nodes.push(finding.subject.name.as_str());
    }
    for line in finding.keywords.lines() {
        if let Some(listed) = line.strip_prefix("nodes ") {
            nodes.extend(listed.split_whitespace());
        }
        let mut words = line.split([' ', ',']);
        while let Some(word) = words.next() {
            nodes.extend(words.clone().next().filter(|_| word == "node"));
        }
    }
    nodes.retain(|node| !node.is_empty());
    nodes
}

/// Whether the effect is about a node that the cause names; a cause that names none may be about
/// every node.
fn concerns_nodes_of(cause: &Finding, effect: &Finding) -> bool {
    let nodes = nodes_of(cause);
    nodes.is_empty()
        || nodes.iter().any(|node| effect.subject.name == **node || names(effect, node))
}

/// The names whose look-up failed, of the lines that say so.
fn failed_lookups(effect: &Finding) -> impl Iterator<Item = &str> {
    const FAILURES: [&str; 4] =
        ["no such host", "server misbehaving", "i/o timeout", "connection refused"];
    effect
        .keywords
        .lines()
        .filter(|line| line.contains(":53") && FAILURES.iter().any(|words| line.contains(words)))
        .flat_map(|line| line.split("lookup ").skip(1))
        .filter_map(|rest| rest.split([' ', ':']).next())
}

/// Whether the cluster's own DNS answers for a name itself.
fn is_service(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let name = name.strip_suffix(".cluster.local").unwrap_or(name);
    name.rsplit_once('.').is_some_and(|(_, last)| last == "svc")
}

/// Whether a finding is about one of these, by its subject or its words.
fn is_about(finding: &Finding, words: &[&str]) -> bool {
    words.iter().any(|word| finding.subject.name == *word || finding.subject.namespace == *word)
        || says_any(finding, words)
}

/// Whether a finding says that nobody can log in at all.
fn is_login_down(cause: &Finding) -> bool {
    const RULES: [&str; 4] = [
        "authentication/no-api-pods",
        "authentication/no-oauth-pods",
        "authentication/route-unreachable",
        "authentication/service-unreachable",
    ];
    RULES.contains(&cause.rule)
}

/// Whether the cause names a route of the namespace the effect is about.
fn shares_namespace(cause: &Finding, effect: &Finding) -> bool {
    let namespace = effect.subject.namespace.as_str();
    if namespace.is_empty() {
        return cause.keywords.split_whitespace().any(|route| says_any(effect, &[route]));
    }
    cause.keywords.contains(&format!("{namespace}/"))
}

/// Whether the effect repeats a line of the cause: an operator's condition, word by word.
fn shares_line(cause: &Finding, effect: &Finding) -> bool {
    let lines =
        cause.keywords.lines().map(|line| line.split_once(": ").map_or(line, |(_, own)| own));
    lines.map(str::trim).filter(|line| line.len() > 12).any(|line| effect.keywords.contains(line))
}
