//! Node under DiskPressure.
//!
//! # Why it matters
//!
//! Under `DiskPressure` a kubelet evicts pods, taints its node with
//! `node.kubernetes.io/disk-pressure` and accepts no new pods. It also removes images, so restarted
//! pods must pull their images again. On a control-plane node, etcd uses the same disk.
//!
//! # What to do
//!
//! Check what fills `/var` on the node: container logs, images, core dumps, or the writable layers
//! of containers. Remove what is not needed, or increase the disk size.
//!
//! # Blind spots
//!
//! The condition clears five minutes after the pressure ends, so a disk that fills up and empties
//! again can appear healthy. Image garbage collection that fails before the eviction threshold is
//! reached shows only in events, which are stored for three hours.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/events/event.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use mustknow_cluster::model::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::domain::{Pressure, command_on_node, judge_pressure};
use crate::engine::client;

pub(super) static META: Meta = Meta {
    id: "nodes/disk-pressure",
    title: "node under DiskPressure",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure = Pressure {
    condition: "DiskPressure",
    low_on: "disk space",
    events: &[
        "FreeDiskSpaceFailed",
        "ImageGCFailed",
        "ContainerGCFailed",
        "EvictionThresholdMet",
        "InvalidDiskCapacity",
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Under DiskPressure the kubelet evicts pods and accepts no new ones until the \
                 file system is below its threshold again. Platform pods that are tied to the \
                 node are evicted like any other pod.",
            )
            .remedy(
                Remedy::new("Free up space in /var on the node, or increase its disk size.")
                    .command(command_on_node(cx, name, "df -h /var /var/lib/containers"))
                    .verify(format!("{} describe node {name}", client(cx))),
            )
    })
}
