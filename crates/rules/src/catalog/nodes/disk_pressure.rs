//! Node under DiskPressure.
//!
//! The condition clears five minutes after the pressure ends, so a disk that fills up and empties
//! again can appear healthy.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/events/event.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use crate::catalog::prelude::*;

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

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&NODE], |cx, node| PRESSURE.judge(cx, node))
    .reads(&[Need::Kind(&EVENT)])
    .at_once("the kubelet evicts pods as soon as it reports the pressure")
    .why(
        "Under DiskPressure a kubelet evicts pods, taints its node with \
         node.kubernetes.io/disk-pressure and accepts no new pods. It also removes images, so \
         restarted pods must pull them again. On a control-plane node, etcd uses the same disk.",
    )
    .fix(
        "Check what fills /var on the node: container logs, images, core dumps, or the writable \
         layers of containers. Remove what is not needed, or increase the disk size.",
    )
    .run(&["oc debug node/{name} -- chroot /host df -h /var"])
    .verify(&["oc describe node {name}"]);
