//! The cluster network and DNS, as causes of problems of what needs a connection or a name.
//!
//! Sources of the signatures: kubernetes/kube-aggregator
//! `pkg/apiserver/remote_available_controller.go`, Go's `net` for the errors of dials and lookups.

use super::edge::{Edge, OPERATORS};
use super::link::{Link, Name};
use super::signature::{always, any, mentions_any, name};
use crate::terms::finding::Finding;

/// Rules that find a node without a working network.
const NODE_NETWORK: &[&str] = &[
    "network/connectivity-outage",
    "network/mtu-too-small",
    "network/node-waits-for-ovn",
    "network/node-without-ovn-pod",
    "network/ovn-database-stale",
    "network/rollout-hung",
    "network/subnets-exhausted",
    "pods/",
];

/// Errors of connections that get no response.
const NO_RESPONSE: &[&str] = &[
    "i/o timeout",
    "no route to host",
    "network is unreachable",
    "context deadline exceeded",
    "Client.Timeout",
    "connection timed out",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // The network, and the nodes and pods that need it.
    Edge {
        cause: NODE_NETWORK,
        effect: &["nodes/not-ready"],
        link: &[Link::Every(is_of_every_node), Link::Names(nodes), Link::Same(node_names, name)],
        holds: |_, effect| mentions_any(effect, &["NetworkPluginNotReady", "CNI"]),
        mechanism: "a node without its network pod is not ready",
    },
    Edge {
        cause: NODE_NETWORK,
        effect: &["pods/sandbox-not-created"],
        link: &[Link::Every(is_of_every_node), Link::Names(nodes), Link::Same(node_names, name)],
        holds: |_, effect| mentions_any(effect, &["CNI", "cni", "multus", "ovn", "OVN", "OVS"]),
        mechanism: "the network plugin pod on its node sets up the network of a pod",
    },
    Edge {
        cause: &["network/ovn-database-stale"],
        effect: &["network/pod-setup-failing"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "pods cannot be connected while the network of their node is out of date",
    },
    Edge {
        cause: &["network/address-range-exhausted"],
        effect: &["pods/sandbox-not-created"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["Could not allocate IP in range"]),
        mechanism: "the additional network has no free address for its pods",
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
        link: &[Link::Every(any)],
        holds: |_, effect| effect.subject.name == "network",
        mechanism: "the network operator reports its rollout",
    },
    Edge {
        cause: &[
            "apiservices/bootstrap-configmap-missing",
            "apiservices/bootstrap-configmap-incomplete",
        ],
        effect: &["network/node-identity-webhook-missing"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "without it the network operator considers the installation unfinished",
    },
    // Connections over the cluster network.
    Edge {
        cause: NODE_NETWORK,
        effect: &["apiservices/unavailable"],
        link: &[Link::Every(is_of_network)],
        holds: |_, effect| {
            mentions_any(effect, &["failing or missing response from"])
                && mentions_any(effect, NO_RESPONSE)
        },
        mechanism: "the API server connects to the pods of the API over the cluster network",
    },
    Edge {
        cause: NODE_NETWORK,
        effect: &["dns/api-unreachable", "dns/pods-unavailable"],
        link: &[Link::Names(nodes), Link::Same(node_names, name)],
        holds: always,
        mechanism: "DNS pods connect to the API over the network of their node",
    },
    Edge {
        cause: NODE_NETWORK,
        effect: &["authentication/service-unreachable"],
        link: &[Link::Every(is_of_network)],
        holds: |_, effect| mentions_any(effect, NO_RESPONSE),
        mechanism: "the pods are checked over the cluster network",
    },
    Edge {
        cause: &["dns/api-unreachable"],
        effect: &["dns/pods-unavailable"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a DNS pod that cannot reach the API when it starts is not ready",
    },
    // DNS lookups.
    Edge {
        cause: &["dns/host-resolver-broken"],
        effect: &["authentication/", "console/", "ingress/canary-failing", "operators/"],
        link: &[Link::Every(any)],
        holds: |cause, effect| {
            let record = cause.subject.name.trim_start_matches("*.");
            mentions_any(effect, &["no such host", "malfunctioning DNS server"])
                && mentions_any(effect, &[record])
        },
        mechanism: "its message shows this name, which does not resolve",
    },
    Edge {
        cause: &["dns/upstream-failing"],
        effect: &["authentication/", "console/", "dns/errors-high", "operators/", "update/"],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            effect.rule == "dns/errors-high" || failed_lookups(effect).any(|name| !is_service(name))
        },
        mechanism: "these resolvers answer for names outside the cluster",
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
        link: &[Link::Every(any)],
        holds: |_, effect| failed_lookups(effect).any(is_service),
        mechanism: "the cluster DNS answers for the names of Services",
    },
    Edge {
        cause: &["dns/api-unreachable", "dns/pods-unavailable", "dns/service-missing"],
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |_, effect| effect.subject.name == "dns",
        mechanism: "the DNS operator reports its pods",
    },
];

/// Whether a cause is about the network, or about pods in namespaces of the network.
fn is_of_network(cause: &Finding) -> bool {
    const NAMESPACES: [&str; 3] = ["ovn", "multus", "openshift-sdn"];
    cause.rule.starts_with("network/")
        || NAMESPACES.iter().any(|part| cause.subject.namespace.contains(part))
}

/// The nodes of a finding about the network: its subject, and the nodes in its keywords.
fn node_names(finding: &Finding) -> Vec<&str> {
    let mut nodes = Vec::new();
    if !is_of_network(finding) {
        return nodes;
    }
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

/// The same as names.
fn nodes(finding: &Finding) -> Vec<Name<'_>> {
    node_names(finding).into_iter().map(|node| [node, ""]).collect()
}

/// Whether a finding about the network can be about every node: it mentions none.
fn is_of_every_node(finding: &Finding) -> bool {
    is_of_network(finding) && node_names(finding).is_empty()
}

/// The names in errors of failed DNS lookups.
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

/// Whether the cluster DNS itself answers for a name.
fn is_service(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let name = name.strip_suffix(".cluster.local").unwrap_or(name);
    name.rsplit_once('.').is_some_and(|(_, last)| last == "svc")
}
