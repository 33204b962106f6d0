//! A node whose disk is full.
//!
//! # Why it matters
//!
//! A kubelet under `DiskPressure` evicts pods, taints its node with
//! `node.kubernetes.io/disk-pressure` and takes no new pods. Images are removed, so pods that are
//! started again must pull theirs anew. On a control-plane node etcd shares that disk.
//!
//! # What to do
//!
//! Look at what fills `/var` on the node: container logs, images, core dumps, the writable layers
//! of containers. Remove what is not needed, or grow the disk.
//!
//! # Blind spots
//!
//! The condition falls five minutes after the pressure, so a disk that fills up and empties again
//! can look well. Image garbage collection that fails without reaching the eviction threshold shows
//! only in events, which are kept for three hours.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/events/event.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use mustknow_gather::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::facts::{Pressure, client, on_node, pressed};

pub(super) static META: Meta = Meta {
    id: "nodes/disk-pressure",
    title: "a node whose disk is full",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure = Pressure {
    condition: "DiskPressure",
    short_of: "disk space",
    events: &[
        "FreeDiskSpaceFailed",
        "ImageGCFailed",
        "ContainerGCFailed",
        "EvictionThresholdMet",
        "InvalidDiskCapacity",
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    pressed(case, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Under DiskPressure the kubelet evicts pods and takes no new ones until the file \
                 system is below its threshold again. Pods of the platform that are bound to the \
                 node are evicted like any other.",
            )
            .remedy(
                Remedy::new("Free space in /var of the node, or grow its disk.")
                    .command(on_node(case, name, "df -h /var /var/lib/containers"))
                    .verify(format!("{} describe node {name}", client(case))),
            )
    })
}
