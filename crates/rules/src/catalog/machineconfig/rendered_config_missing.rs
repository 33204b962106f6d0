//! Missing rendered MachineConfig.
//!
//! The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`bootstrap
//!   generated MC ... do not match`)
//! - <https://github.com/okd-project/okd/issues/87>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::RenderedMissing, finding))
    .at_once("the daemon refuses to continue without the configuration")
    .even_while_installing("the installation cannot complete with it")
    .why(
        "Without the rendered MachineConfig of that name, the machine-config-daemon cannot \
         determine which configuration its node should have, or which one it has now. On new \
         clusters, the configuration rendered at install time differs from the one rendered in \
         the cluster. On older clusters, the MachineConfig was deleted or pruned.",
    )
    .fix(
        "Find the rendered configuration in a backup, or in \
         /etc/machine-config-daemon/currentconfig of another node. Compare the configurations \
         before you recreate anything or change the annotations of the node.",
    )
    .run(&[
        "oc get machineconfigs",
        "oc debug node/{name} -- chroot /host cat /etc/machine-config-daemon/currentconfig",
    ])
    .verify(&["oc get machineconfigpools"]);

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    degraded.finding(match missing(&degraded.message) {
        Some(config) => {
            format!("node {node} refers to MachineConfig {config}, which does not exist")
        }
        None => format!(
            "node {node} was installed with a rendered MachineConfig that the cluster does not have"
        ),
    })
}

/// The name in `"rendered-worker-1a" not found`.
fn missing(text: &str) -> Option<&str> {
    let (head, _) = text.split_once("\" not found")?;
    head.rsplit_once('"').map(|(_, name)| name).filter(|name| name.starts_with("rendered-"))
}
