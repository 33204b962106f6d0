//! Node booted into an unexpected OS image.
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`checkOS`)
//! - <https://github.com/okd-project/okd/issues/1037>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "The machine-config-daemon expects the image in its configuration, but the node runs \
         another one: the new deployment was not booted, was rolled back, or rpm-ostree was \
         used manually. The daemon refuses to continue, the node is Degraded and its pool is \
         stuck.",
    )
    .fix(
        "Check the journals of ostree-finalize-staged and rpm-ostreed on the node. A full /boot \
         is the usual reason why a new deployment is not finalized. Then deploy the image in \
         the configuration.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::OsImageMismatch, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let detail = degraded
        .message
        .find("expected target osImageURL")
        .and_then(|at| degraded.message.get(at..));
    let detail = excerpt(detail.unwrap_or(&degraded.message));
    let summary =
        format!("node {node} booted an OS image that differs from its MachineConfig: {detail}");
    let why = match degraded.message.split_once("possible root cause: ") {
        Some((_, cause)) => {
            format!("The new deployment was not finalized at the reboot: {}", excerpt(cause))
        }
        None => "The new deployment was not booted or was rolled back, or rpm-ostree was used \
                 manually. The daemon refuses to continue until both images match."
            .to_owned(),
    };
    let status = format!("oc debug node/{node} -- chroot /host rpm-ostree status");
    let finding = degraded
        .finding(summary)?
        .why(why)
        .run(format!(
            "oc debug node/{node} -- chroot /host journalctl -u \
                 ostree-finalize-staged -u rpm-ostreed"
        ))
        .run(format!("oc debug node/{node} -- chroot /host df -h /boot /sysroot"))
        .verify(status);
    Some(finding)
}
