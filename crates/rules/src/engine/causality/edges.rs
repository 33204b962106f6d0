//! The table of edges: how a failure of one layer looks in the messages of another.
//!
//! The signatures are what upstream writes: openshift/library-go `pkg/operator/staticpod` names
//! nodes, kubernetes/kube-aggregator names endpoints, the operators join reasons and messages of
//! their controllers (`pkg/operator/status/condition.go`).

mod control_plane;
mod platform;
mod pods;
mod reach;
mod specific;

use crate::engine::finding::Finding;
use crate::engine::meta::Severity;

/// One way a failure shows elsewhere.
pub(super) struct Edge {
    /// Rules that can be the cause: an id, or an area with its slash.
    pub(super) cause: &'static [&'static str],
    /// Rules that can be the effect.
    pub(super) effect: &'static [&'static str],
    /// Whether the effect's words carry the signature of the cause.
    pub(super) holds: fn(&Finding, &Finding) -> bool,
    /// How the one leads to the other.
    pub(super) because: &'static str,
}

/// What the conditions of ClusterOperators are reported as.
pub(super) const OPERATORS: &[&str] = &[
    "operators/unavailable",
    "operators/degraded",
    "operators/rollout-stuck",
    "operators/status-stale",
];

/// What makes somebody refuse a certificate; others of `certificates/` only warn of it.
const REFUSED: &[&str] = &[
    "certificates/apiservice-ca-mismatch",
    "certificates/approver-refuses",
    "certificates/ca-bundle-expired",
    "certificates/client-requests-pending",
    "certificates/control-plane-expired",
    "certificates/expired",
    "certificates/ingress-names-missing",
    "certificates/kubelet-signer-not-trusted",
    "certificates/not-yet-valid",
    "certificates/requests-flood",
    "certificates/requests-not-signed",
    "certificates/router-certs-invalid",
    "certificates/service-ca-bundle-stale",
    "certificates/serving-requests-pending",
    "certificates/signer-not-trusted",
    "certificates/webhook-ca-mismatch",
];

/// What leaves kubelets without a certificate that the API believes.
const OF_KUBELETS: &[&str] = &[
    "certificates/approver-refuses",
    "certificates/client-requests-pending",
    "certificates/control-plane-expired",
    "certificates/expired",
    "certificates/kubelet-signer-not-trusted",
    "certificates/requests-flood",
    "certificates/requests-not-signed",
];

/// Nodes that do not do their work; others of `nodes/` only warn of it.
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

/// What makes a pool stand still; others of `machineconfig/` hold up nobody who waits for a pool.
const POOLS: &[&str] = &[
    "machineconfig/daemon-missing",
    "machineconfig/drain-blocked",
    "machineconfig/drain-pod-stuck",
    "machineconfig/extension-missing",
    "machineconfig/finalize-failed",
    "machineconfig/image-build-failed",
    "machineconfig/max-unavailable-consumed",
    "machineconfig/node-update-stuck",
    "machineconfig/on-disk-mismatch",
    "machineconfig/os-image-mismatch",
    "machineconfig/pool-degraded",
    "machineconfig/pool-paused",
    "machineconfig/reboot-failed",
    "machineconfig/render-failed",
    "machineconfig/rendered-config-missing",
    "machineconfig/rpm-ostree-failed",
    "machineconfig/unreconcilable",
    "machineconfig/update-stuck",
];

/// Every edge.
pub(super) fn all() -> impl Iterator<Item = &'static Edge> {
    let tables =
        [EDGES, control_plane::EDGES, platform::EDGES, pods::EDGES, reach::EDGES, specific::EDGES];
    tables.into_iter().flatten()
}

static EDGES: &[Edge] = &[
    // Nodes, under everything that runs on them.
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
        holds: names_subject,
        because: "its message names the node",
    },
    Edge {
        cause: &["nodes/kubelet-silent", "nodes/zone-down"],
        effect: &["operators/", "static-pods/", "etcd/", "machineconfig/", "network/"],
        holds: names_one_of_several,
        because: "its message names one of the nodes",
    },
    Edge {
        cause: NODES,
        effect: &[
            "pods/evicted",
            "pods/sandbox-not-created",
            "pods/not-ready",
            "pods/terminating-stuck",
            "workloads/",
        ],
        holds: names_subject,
        because: "its pods are on the node",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["pods/unschedulable"],
        holds: |cause, effect| says_any(effect, taints_of(cause.rule)),
        because: "the scheduler passes over the node",
    },
    Edge {
        cause: &["nodes/cgroup-driver-mismatch"],
        effect: &["pods/sandbox-not-created", "pods/container-not-created"],
        holds: |_, effect| says_any(effect, &["expected cgroupsPath to be of format"]),
        because: "the runtime refuses the cgroup that the kubelet names",
    },
    // Aggregated APIs, and the pods that serve them.
    Edge {
        cause: &["apiservices/"],
        effect: &["operators/"],
        holds: names_subject,
        because: "its message names the API",
    },
    Edge {
        cause: &["pods/", "workloads/pods-not-created", "workloads/scaled-to-zero"],
        effect: &["apiservices/unavailable", "apiservices/endpoints-not-ready", "webhooks/"],
        holds: |cause, effect| says_any(effect, &[&cause.subject.namespace]),
        because: "the pods behind it do not run",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["pods/not-ready"],
        holds: |cause, effect| says_any(cause, &[&effect.subject.namespace]),
        because: "they are the pods behind the endpoints",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["apiservices/unavailable"],
        holds: |cause, effect| {
            cause.keywords.lines().any(|namespace| says_any(effect, &[namespace]))
        },
        because: "the API is served from these endpoints",
    },
    // Webhooks, under what they must admit.
    Edge {
        cause: &["webhooks/"],
        effect: &[
            "operators/",
            "update/",
            "pods/",
            "workloads/",
            "console/notification-not-synced",
            "network/apply-failed",
        ],
        holds: |cause, effect| {
            says_any(effect, &["failed calling webhook", "no endpoints available"])
                && names_webhook(cause, effect)
        },
        because: "its message is a call to a webhook that nobody answers",
    },
    // Pools and drains, under the machine-config operator and the update.
    Edge {
        cause: POOLS,
        effect: OPERATORS,
        // What is merely noted of a pool, as a pause that does no harm, holds up nobody.
        holds: |cause, effect| {
            effect.subject.name == "machine-config" && cause.severity > Some(Severity::Info)
        },
        because: "the machine-config operator waits for its pools",
    },
    Edge {
        cause: &["machineconfig/drain-blocked"],
        effect: &["machineconfig/pool-degraded", "machineconfig/update-stuck"],
        holds: names_subject,
        because: "the pool waits for a node that cannot be drained",
    },
    Edge {
        cause: &[
            "machineconfig/extension-missing",
            "machineconfig/node-update-stuck",
            "machineconfig/on-disk-mismatch",
            "machineconfig/os-image-mismatch",
            "machineconfig/reboot-failed",
            "machineconfig/rpm-ostree-failed",
            "machineconfig/rendered-config-missing",
            "machineconfig/unreconcilable",
        ],
        effect: &["machineconfig/update-stuck"],
        holds: names_subject,
        because: "the pool waits for a node that does not take its configuration",
    },
    // Old kubelets, under the next minor version.
    Edge {
        cause: POOLS,
        effect: &["update/minor-version-blocked"],
        holds: |_, effect| {
            says_any(effect, &["KubeletMinorVersion", "DegradedPool", "PoolUpdating"])
        },
        because: "kubelets stay old while their pool does not update",
    },
    // Certificates, under who shows them.
    Edge {
        cause: REFUSED,
        effect: &["nodes/", "operators/"],
        holds: |cause, effect| {
            let is_silent =
                effect.rule == "nodes/kubelet-silent" && OF_KUBELETS.contains(&cause.rule);
            is_silent || says_any(effect, &["x509:", "certificate"])
        },
        because: "without a valid certificate it cannot talk to the API",
    },
    Edge {
        cause: REFUSED,
        effect: &[
            "certificates/peer-expired",
            "certificates/peer-not-trusted",
            "webhooks/calls-failing",
        ],
        holds: |cause, effect| says_any(effect, &["x509:"]) && is_of_service(cause, effect),
        because: "the certificate of that Service is not believed",
    },
    // Pods under their operators.
    Edge {
        cause: &["pods/"],
        effect: &[
            "operators/",
            "static-pods/",
            "network/",
            "update/workload-not-available",
            "dns/",
            "ingress/",
            "authentication/",
            "console/",
            "registry/",
        ],
        holds: |cause, effect| {
            cause.subject == effect.subject
                || names_subject(cause, effect)
                || serves_operator(cause, effect)
        },
        because: "the pods are the operator's",
    },
    // Settings of the cluster, under the operators that meet them.
    Edge {
        cause: &["proxy/"],
        effect: OPERATORS,
        holds: |_, effect| says_any(effect, &["with proxy(", "in NO_PROXY("]),
        because: "its message is a host that the proxy keeps it from",
    },
    Edge {
        cause: &["quota/"],
        effect: &["operators/", "update/workload-not-available"],
        holds: |_, effect| says_any(effect, &["exceeded quota", "failed quota"]),
        because: "its pods are refused",
    },
    Edge {
        cause: &["pods/"],
        effect: &["update/operator-down"],
        holds: names_subject,
        because: "the pods are those of the cluster-version operator",
    },
    // An operator's condition is never the cause, and the update waits for operators.
    Edge {
        cause: &["operators/"],
        effect: &["update/"],
        holds: names_subject,
        because: "the update waits for this operator",
    },
    Edge {
        cause: &["static-pods/", "network/", "apiservices/", "etcd/"],
        effect: &["update/"],
        holds: named_by_update,
        because: "the update's message names it",
    },
    Edge {
        cause: POOLS,
        effect: &["update/"],
        holds: named_by_update,
        because: "the update's message names it",
    },
    // The nodes come last, and machine-config speaks for their pools.
    Edge {
        cause: POOLS,
        effect: &["update/stalled", "update/operators-slow"],
        holds: |cause, effect| {
            says_any(effect, &["machine-config"]) && cause.severity > Some(Severity::Info)
        },
        because: "the update waits for the pools of machine-config",
    },
    // An installation is unfinished as long as its bootstrap or an operator is.
    Edge {
        cause: &["install/bootstrap-unfinished"],
        effect: &["install/unfinished"],
        holds: always,
        because: "the installation waits for its bootstrap",
    },
    Edge {
        cause: &["operators/"],
        effect: &["install/unfinished"],
        holds: names_subject,
        because: "the installation waits for this operator",
    },
    Edge {
        cause: &[
            "update/operators-not-available",
            "update/operators-degraded",
            "update/operators-slow",
        ],
        effect: &["update/stalled"],
        holds: always,
        because: "the update stands still for this reason",
    },
    Edge {
        cause: &[
            "update/operator-down",
            "update/capabilities-rejected",
            "update/stored-version-removed",
            "update/resource-rejected",
            "update/control-plane-unreachable",
            "update/workload-not-available",
            "update/payload-not-loaded",
            "update/release-not-verified",
            "update/preconditions-failed",
            "update/failing-for-another-reason",
        ],
        effect: &["update/stalled"],
        holds: always,
        because: "the update stands still for this reason",
    },
];

pub(super) fn always(_: &Finding, _: &Finding) -> bool {
    true
}

/// Whether the effect's conditions name one of the webhooks the cause is about, or the Service they
/// call: `webhook <webhooks> <namespace> <service>`.
pub(super) fn names_webhook(cause: &Finding, effect: &Finding) -> bool {
    let listed = cause.keywords.lines().next().unwrap_or_default();
    let names_of = listed.strip_prefix("webhook ").unwrap_or_default();
    names_of.split_whitespace().any(|name| names(effect, name))
}

/// Whether the effect names a Service by its host, of a namespace that the cause names.
fn is_of_service(cause: &Finding, effect: &Finding) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let mut hosts = effect.keywords.split(|c: char| !is_host(c));
    hosts.any(|host| {
        let mut labels = host.split('.').skip(1);
        let namespace = labels.next().unwrap_or_default();
        labels.next() == Some("svc")
            && cause.keywords.split([' ', '/']).any(|word| word == namespace)
    })
}

/// Whether the effect's conditions name what the cause is about. A name that several namespaces
/// use, such as `apiserver`, counts only together with its namespace; the name of a pod carries a
/// number or a hash of its own; and the one object of a kind is called like many others.
pub(super) fn names_subject(cause: &Finding, effect: &Finding) -> bool {
    let subject = &cause.subject;
    if matches!(subject.name.as_str(), "cluster" | "default" | "version") {
        return false;
    }
    let is_unique =
        subject.namespace.is_empty() || subject.name.contains(|c: char| c.is_ascii_digit());
    names(effect, &subject.name) && (is_unique || names(effect, &subject.namespace))
}

fn named_by_update(cause: &Finding, effect: &Finding) -> bool {
    names_subject(cause, effect) && effect.rule != "update/updates-not-retrieved"
}

/// Whether the effect's conditions name one of the things the first line of the cause's words
/// lists, where the cause is about several.
pub(super) fn names_one_of_several(cause: &Finding, effect: &Finding) -> bool {
    let listed = cause.keywords.lines().next().unwrap_or_default();
    listed.split_whitespace().any(|name| names(effect, name))
}

/// What the scheduler says of a node in the state of the rule `nodes`.
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

pub(super) fn names(effect: &Finding, name: &str) -> bool {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !name.is_empty()
        && effect.keywords.match_indices(name).any(|(at, _)| {
            let before = effect.keywords.get(..at).and_then(|head| head.chars().next_back());
            let after = effect.keywords.get(at + name.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
        })
}

pub(super) fn says_any(finding: &Finding, words: &[&str]) -> bool {
    words.iter().any(|word| !word.is_empty() && finding.keywords.contains(word))
}

/// Whether pods of the cause's namespace are the operands, or the operator, of the ClusterOperator
/// the effect is about.
pub(super) fn serves_operator(cause: &Finding, effect: &Finding) -> bool {
    if effect.subject.kind != "ClusterOperator" {
        return false;
    }
    let operator = effect.subject.name.as_str();
    let namespace = cause.subject.namespace.as_str();
    let bare = namespace.strip_prefix("openshift-").unwrap_or(namespace);
    if namespace == operator || bare == operator || bare.strip_suffix("-operator") == Some(operator)
    {
        return true;
    }
    match operator {
        "authentication" => bare == "oauth-apiserver",
        "network" => matches!(bare, "ovn-kubernetes" | "multus" | "sdn" | "network-diagnostics"),
        "storage" => matches!(bare, "cluster-csi-drivers" | "cluster-storage-operator"),
        "machine-approver" => bare == "cluster-machine-approver",
        "node-tuning" => bare == "cluster-node-tuning-operator",
        "operator-lifecycle-manager"
        | "operator-lifecycle-manager-catalog"
        | "operator-lifecycle-manager-packageserver" => bare == "operator-lifecycle-manager",
        "kube-scheduler" => bare == "kube-scheduler",
        _ => false,
    }
}
