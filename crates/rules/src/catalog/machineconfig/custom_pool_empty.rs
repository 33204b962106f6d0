//! A custom MachineConfigPool without a node.
//!
//! # Why it matters
//!
//! Nothing is wrong with the cluster, but whoever made the pool wanted nodes in it. A label that is
//! misspelt leaves them in `worker`, without the configuration that the pool brings.
//!
//! # What to do
//!
//! Compare the pool's `nodeSelector` with the labels of the nodes, or delete a pool that nobody
//! needs.
//!
//! # Blind spots
//!
//! A pool that is kept for nodes to come looks the same.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, MachineConfigPool};

use crate::catalog::prelude::*;
use crate::facts::is_custom;

/// How long an administrator may take to label nodes.
const GRACE: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "machineconfig/custom-pool-empty",
    title: "a custom MachineConfigPool without a node",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in case.all::<MachineConfigPool<'_>>() {
        let Some(machines) = pool.count("machineCount") else { continue };
        examined += 1;
        let is_meant = is_custom(pool) && pool.name() != "arbiter";
        if is_meant && machines == 0 && case.is_older(pool.resource().created(), GRACE) {
            findings.push(finding(pool));
        }
    }
    Verdict::over(examined, findings, "no MachineConfigPool in the archive counts its nodes")
}

fn finding(pool: MachineConfigPool<'_>) -> Finding {
    let name = pool.name();
    Finding::new(
        Subject::view(pool),
        format!("MachineConfigPool {name} has no node"),
        Evidence::field(pool.resource(), &["status", "machineCount"], "no node is in the pool"),
    )
    .evidence([Evidence::field(
        pool.resource(),
        &["spec", "nodeSelector"],
        "this selects the nodes of the pool",
    )])
    .why(
        "No node has the labels that the pool selects. Nodes that were meant for it stay in \
         another pool, without the configuration that this one brings.",
    )
    .remedy(
        Remedy::new("Compare the selector with the labels of the nodes.")
            .command(format!("oc get machineconfigpool {name} -o yaml"))
            .command("oc get nodes --show-labels"),
    )
}
