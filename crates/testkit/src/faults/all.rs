//! A whole cluster with one fault put into it, and what it is known by.

use super::patch::Patch;
use super::{calm, control_plane, nodes, workloads};
use crate::fixtures::scenarios::healthy;
use crate::fixtures::tree::FileTree;

/// A fault, and what is true of the cluster that has it.
#[derive(Clone, Copy)]
pub struct ClusterFault {
    /// The name of the archive.
    pub name: &'static str,
    /// What happened, in a few words.
    pub story: &'static str,
    /// The rules of its root causes; none where nothing is wrong.
    pub causes: &'static [&'static str],
    inflict: fn(&mut Patch<'_>),
}

impl ClusterFault {
    /// The healthy cluster with this fault.
    pub fn cluster(self) -> FileTree {
        let mut tree = healthy();
        (self.inflict)(&mut Patch(&mut tree));
        tree
    }
}

const fn fault(
    name: &'static str,
    story: &'static str,
    causes: &'static [&'static str],
    inflict: fn(&mut Patch<'_>),
) -> ClusterFault {
    ClusterFault { name, story, causes, inflict }
}

/// Every fault.
pub const FAULTS: [ClusterFault; 21] = [
    fault(
        "installers-of-old",
        "a failed installer of a superseded revision and a completed Job",
        &[],
        calm::leftovers,
    ),
    fault(
        "restarts-of-old",
        "a container restarted twelve times, two days ago",
        &[],
        calm::old_restarts,
    ),
    fault("update-in-progress", "an update of twelve minutes", &[], calm::young_update),
    fault(
        "control-plane-node-silent",
        "the kubelet of a control-plane node stopped",
        &["nodes/kubelet-silent"],
        nodes::silent_node,
    ),
    fault(
        "installation-in-progress",
        "an installation of 25 minutes, with operators that are not available yet",
        &[],
        calm::young_installation,
    ),
    fault(
        "node-disk-full",
        "a worker has no disk left and evicts",
        &["nodes/disk-pressure"],
        nodes::full_disk,
    ),
    fault(
        "drain-blocked",
        "a PodDisruptionBudget holds up a drain",
        &["machineconfig/drain-blocked"],
        nodes::blocked_drain,
    ),
    fault(
        "file-changed-by-hand",
        "a file on a node is not what its configuration says",
        &["machineconfig/on-disk-mismatch"],
        nodes::changed_file,
    ),
    fault(
        "pool-paused",
        "a pool is paused and its nodes are behind",
        &["machineconfig/pool-paused"],
        nodes::paused_pool,
    ),
    fault("etcd-full", "etcd raised NOSPACE", &["etcd/alarm-raised"], control_plane::full_etcd),
    fault(
        "etcd-without-quorum",
        "two of three etcd members are down",
        &["etcd/quorum-lost"],
        control_plane::no_quorum,
    ),
    fault(
        "installer-failed",
        "the installer of a new revision fails on a node",
        &["static-pods/installer-failed"],
        control_plane::failed_installer,
    ),
    fault(
        "registry-unreachable",
        "three images of one registry cannot be pulled",
        &["pods/image-not-pulled"],
        workloads::dead_registry,
    ),
    fault(
        "operator-crashing",
        "a crash-looping pod of an operator",
        &["pods/crash-looping"],
        workloads::crashing_operator,
    ),
    fault(
        "apiservice-orphaned",
        "an APIService whose Service is gone",
        &["apiservices/orphaned"],
        workloads::orphan,
    ),
    fault(
        "webhook-dead",
        "a webhook that must answer has no endpoints",
        &["webhooks/without-endpoints"],
        workloads::dead_webhook,
    ),
    fault(
        "names-unresolved",
        "the host's DNS does not know the apps domain",
        &["dns/host-resolver-broken"],
        workloads::no_such_host,
    ),
    fault(
        "release-not-verified",
        "the release's signature is not accepted",
        &["update/release-not-verified"],
        control_plane::unverified,
    ),
    fault(
        "requests-pending",
        "kubelets wait for their certificates to be approved",
        &["certificates/client-requests-pending"],
        control_plane::pending_requests,
    ),
    fault(
        "routers-without-nodes",
        "a router's pods find no node",
        &["ingress/no-replicas"],
        workloads::no_routers,
    ),
    fault(
        "two-independent-faults",
        "etcd raised NOSPACE, and a registry cannot be reached",
        &["etcd/alarm-raised", "pods/image-not-pulled"],
        |patch| {
            control_plane::full_etcd(patch);
            workloads::dead_registry(patch);
        },
    ),
];
