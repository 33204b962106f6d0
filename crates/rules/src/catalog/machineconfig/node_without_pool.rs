//! A node that no MachineConfigPool selects.
//!
//! # Why it matters
//!
//! What is in no pool is not managed: it gets no configuration, no operating system and no kubelet
//! from the cluster, and falls behind with the next update until its kubelet is too old.
//!
//! # What to do
//!
//! Give the node the role label of a pool, mostly `node-role.kubernetes.io/worker`. When it is
//! meant to have a role of its own, create a pool that selects it.
//!
//! # Blind spots
//!
//! Pools that were not collected are not counted, so only a node on which no machine-config daemon
//! ever wrote is reported. Windows nodes are not managed this way.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, MachineConfigPool, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{Patience, enumerate, selecting_pools};

/// How long a node that joins may take to be given its annotations.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machineconfig/node-without-pool",
    title: "a node that no MachineConfigPool selects",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let pools: Vec<_> = case.all::<MachineConfigPool<'_>>().map(MachineConfigPool::name).collect();
    if pools.is_empty() {
        return Verdict::NotApplicable("no MachineConfigPool in the archive".to_owned());
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        let is_windows = node.resource().label("kubernetes.io/os").as_deref() == Some("windows");
        if is_windows || node.resource().label("type").as_deref() == Some("virtual-kubelet") {
            continue;
        }
        examined += 1;
        if node.machine_config("currentConfig").is_none() && selecting_pools(case, node).is_empty()
        {
            let created = node.resource().created();
            let patience = Patience::of(case, created, GRACE);
            if patience != Patience::Young {
                findings.push(patience.weigh(finding(node, &pools), META.severity));
            }
        }
    }
    Verdict::over(examined, findings, "no node in the archive that the operator would manage")
}

fn finding(node: Node<'_>, pools: &[&str]) -> Finding {
    let name = node.name();
    let summary = format!(
        "node {name} is in no MachineConfigPool, so the cluster does not configure or update it"
    );
    let says = format!("none of these labels is selected by {}", enumerate(pools, 5));
    Finding::new(
        Subject::view(node),
        summary,
        Evidence::field(node.resource(), &["metadata", "labels"], says),
    )
    .evidence([Evidence::field(
        node.resource(),
        &["metadata", "annotations"],
        "no machine-config daemon has written its annotations here",
    )])
    .likely("that no other pool exists was inferred: pools are collected one by one")
    .saying(name)
    .why(
        "The machine-config operator manages the nodes that its pools select. What none selects \
         keeps the configuration, the operating system and the kubelet it was installed with.",
    )
    .remedy(
        Remedy::new("Give the node the role label of the pool it is to be in.")
            .command(format!("oc get node {name} --show-labels"))
            .command(format!("oc label node {name} node-role.kubernetes.io/worker="))
            .verify("oc get machineconfigpools")
            .side_effect("the node is drained and rebooted into the configuration of the pool")
            .before(
                "the node runs CoreOS and is meant to be managed",
                Proof::ByHand(format!("oc describe node {name}")),
            ),
    )
}
