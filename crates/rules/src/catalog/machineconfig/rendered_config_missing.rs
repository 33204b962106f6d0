//! A rendered machine configuration that a node refers to and that does not exist.
//!
//! # Why it matters
//!
//! The machine-config daemon cannot tell what its node should have, nor what it has now, without
//! the rendered MachineConfig of that name. The node is Degraded. On new clusters the reason is
//! that the configuration rendered at install time differs from the one rendered in the cluster;
//! later somebody deleted or pruned it.
//!
//! # What to do
//!
//! Find the rendered configuration: a backup, another node's
//! `/etc/machine-config-daemon/currentconfig`. Compare before anything is recreated or the node's
//! annotations are changed.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters. The daemon's log says more.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`bootstrap
//!   generated MC ... do not match`)
//! - <https://github.com/okd-project/okd/issues/87>

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/rendered-config-missing",
    title: "a rendered machine configuration that a node refers to and that does not exist",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::RenderedMissing, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = match missing(&degraded.text) {
        Some(config) => {
            format!("node {node} refers to MachineConfig {config}, which does not exist")
        }
        None => format!(
            "node {node} was installed with a machine configuration that the cluster does not have"
        ),
    };
    let why = format!(
        "Without it the daemon can tell neither what the node has nor what it should have: {}",
        excerpt(&degraded.text)
    );
    let finding = degraded.finding(summary)?.why(why).remedy(
        Remedy::new("Compare what the node was given with what the cluster renders now.")
            .command("oc get machineconfigs")
            .command(format!(
                "oc debug node/{node} -- chroot /host cat /etc/machine-config-daemon/currentconfig"
            ))
            .verify("oc get machineconfigpools"),
    );
    Some(finding)
}

/// The name in `"rendered-worker-1a" not found`.
fn missing(text: &str) -> Option<&str> {
    let (head, _) = text.split_once("\" not found")?;
    head.rsplit_once('"').map(|(_, name)| name).filter(|name| name.starts_with("rendered-"))
}
