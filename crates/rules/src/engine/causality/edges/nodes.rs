//! Nodes, as causes of problems of everything that runs on them.

use super::edge::Edge;
use super::link::Link;
use super::signature::{always, any, listed, mentions_any, subject};

/// Rules that find a node that does not work; others in `nodes/` are only warnings.
const NODES: &[&str] = &[
    "nodes/cordoned",
    "nodes/disk-pressure",
    "nodes/kubelet-silent",
    "nodes/kubelet-unhealthy",
    "nodes/lease-stale",
    "nodes/memory-pressure",
    "nodes/network-unavailable",
    "nodes/not-ready",
    "nodes/pid-pressure",
    "nodes/reported-not-ready",
    "nodes/uninitialized",
    "nodes/zone-down",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: NODES,
        effect: &[
            "operators/",
            "static-pods/",
            "etcd/",
            "kube-apiserver/",
            "machineconfig/",
            "network/",
        ],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "its message names the node",
    },
    Edge {
        cause: &["nodes/kubelet-silent", "nodes/zone-down"],
        effect: &["operators/", "static-pods/", "etcd/", "machineconfig/", "network/"],
        link: &[Link::Names(listed)],
        holds: always,
        mechanism: "its message names one of the nodes",
    },
    Edge {
        cause: NODES,
        effect: &[
            "pods/evicted",
            "pods/sandbox-not-created",
            "pods/not-ready",
            "pods/terminating-stuck",
            "workloads/",
            "objects/",
        ],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "its pods are on the node",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["pods/unschedulable"],
        link: &[Link::Every(any)],
        holds: |cause, effect| mentions_any(effect, taints_of(cause.rule)),
        mechanism: "the scheduler does not use the node",
    },
    Edge {
        cause: &["nodes/cgroup-driver-mismatch"],
        effect: &["pods/sandbox-not-created", "pods/container-not-created"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["expected cgroupsPath to be of format"]),
        mechanism: "the container runtime rejects the cgroup path of the kubelet",
    },
];

/// What the scheduler reports about a node that this rule found.
fn taints_of(rule: &str) -> &'static [&'static str] {
    match rule {
        "nodes/cordoned" => &["were unschedulable", "node.kubernetes.io/unschedulable"],
        "nodes/disk-pressure" => &["disk-pressure"],
        "nodes/kubelet-silent" => &["node.kubernetes.io/unreachable"],
        "nodes/memory-pressure" => &["memory-pressure"],
        "nodes/network-unavailable" => &["network-unavailable"],
        "nodes/not-ready" => &["node.kubernetes.io/not-ready"],
        "nodes/pid-pressure" => &["pid-pressure"],
        "nodes/pods-at-capacity" => &["Too many pods"],
        "nodes/uninitialized" => &["node.cloudprovider.kubernetes.io/uninitialized"],
        _ => &[],
    }
}
