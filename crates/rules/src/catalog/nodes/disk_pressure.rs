//! Node under DiskPressure.
//!
//! The condition clears five minutes after the pressure ends, so a disk that fills up and empties
//! again can appear healthy. Image garbage collection that fails before the eviction threshold is
//! reached shows only in events, which are stored for three hours.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/events/event.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Under DiskPressure a kubelet evicts pods, taints its node with \
         node.kubernetes.io/disk-pressure and accepts no new pods. It also removes images, so \
         restarted pods must pull their images again. On a control-plane node, etcd uses the \
         same disk.",
    )
    .fix(
        "Check what fills /var on the node: container logs, images, core dumps, or the writable \
         layers of containers. Remove what is not needed, or increase the disk size.",
    );

const PRESSURE: Pressure = Pressure {
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

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .run(command_on_node(cx, name, "df -h /var /var/lib/containers"))
            .verify(format!("{} describe node {name}", client(cx)))
    })
}
