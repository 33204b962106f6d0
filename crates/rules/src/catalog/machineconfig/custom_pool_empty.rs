//! Custom MachineConfigPool without nodes.
//!
//! # Why it matters
//!
//! The cluster itself has no problem, but the pool was created to contain nodes. If a node label is
//! misspelled, the nodes stay in `worker`, without the configuration of the pool.
//!
//! # What to do
//!
//! Compare the `nodeSelector` of the pool with the labels of the nodes, or delete the pool if it is
//! not needed.
//!
//! # Blind spots
//!
//! A pool that was created for future nodes looks the same.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;
use mustknow_cluster::views::MachineConfigPool;

use crate::catalog::prelude::*;
use crate::domain::is_custom;

/// How long an administrator may take to label nodes.
const GRACE: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "machineconfig/custom-pool-empty",
    title: "custom MachineConfigPool without nodes",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(machines) = pool.count("machineCount") else { continue };
        examined += 1;
        let is_match = is_custom(pool) && pool.name() != "arbiter";
        if is_match && machines == 0 && cx.is_older(pool.resource().created(), GRACE) {
            findings.push(finding(pool));
        }
    }
    Verdict::over(examined, findings, "no MachineConfigPool in the archive reports machineCount")
}

fn finding(pool: MachineConfigPool<'_>) -> Finding {
    let name = pool.name();
    Finding::new(
        Subject::view(pool),
        format!("MachineConfigPool {name} has no nodes"),
        Evidence::field(pool.resource(), &["status", "machineCount"], "the pool has no nodes"),
    )
    .evidence([Evidence::field(
        pool.resource(),
        &["spec", "nodeSelector"],
        "the node selector of the pool",
    )])
    .why(
        "No node has the labels that the pool selects. Nodes that were intended for it stay in \
         another pool, without the configuration of this pool.",
    )
    .remedy(
        Remedy::new("Compare the node selector with the labels of the nodes.")
            .command(format!("oc get machineconfigpool {name} -o yaml"))
            .command("oc get nodes --show-labels"),
    )
}
