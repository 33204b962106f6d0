//! Node without a MachineConfigPool.
//!
//! # Why it matters
//!
//! A node in no pool is not managed: it gets no configuration, operating system or kubelet from the
//! cluster, and falls behind with the next update until its kubelet is too old.
//!
//! # What to do
//!
//! Give the node the role label of a pool, usually `node-role.kubernetes.io/worker`. If it is
//! intended to have its own role, create a pool that selects it.
//!
//! # Blind spots
//!
//! Pools that were not collected are not counted, so a node is reported only if no
//! machine-config-daemon ever wrote annotations to it. Windows nodes are not managed this way.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use mustknow_cluster::model::kinds::{MACHINE_CONFIG_POOL, NODE};
use mustknow_cluster::views::{MachineConfigPool, Node};

use crate::catalog::prelude::*;
use crate::domain::selecting_pools;
use crate::engine::{Persistence, name_list_up_to};

/// How long a new node may take to get its annotations.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machineconfig/node-without-pool",
    title: "node without a MachineConfigPool",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let pools: Vec<_> = cx.all::<MachineConfigPool<'_>>().map(MachineConfigPool::name).collect();
    if pools.is_empty() {
        return Verdict::NotApplicable("no MachineConfigPool in the archive".to_owned());
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        let is_windows = node.resource().label("kubernetes.io/os").as_deref() == Some("windows");
        if is_windows || node.resource().label("type").as_deref() == Some("virtual-kubelet") {
            continue;
        }
        examined += 1;
        if node.machine_config("currentConfig").is_none() && selecting_pools(cx, node).is_empty() {
            let created = node.resource().created();
            let persistence = Persistence::of(cx, created, GRACE);
            if persistence != Persistence::WithinGrace {
                findings.push(persistence.apply(finding(node, &pools), META.severity));
            }
        }
    }
    Verdict::over(examined, findings, "no node in the archive can be managed by the operator")
}

fn finding(node: Node<'_>, pools: &[&str]) -> Finding {
    let name = node.name();
    let summary = format!(
        "node {name} is in no MachineConfigPool, so the cluster does not configure or update it"
    );
    let says = format!("these labels are not selected by {}", name_list_up_to(pools, 5));
    Finding::new(
        Subject::view(node),
        summary,
        Evidence::field(node.resource(), &["metadata", "labels"], says),
    )
    .evidence([Evidence::field(
        node.resource(),
        &["metadata", "annotations"],
        "no machine-config-daemon has written annotations",
    )])
    .likely("it is inferred that no other pool exists: pools are collected one by one")
    .keywords(name)
    .why(
        "The Machine Config Operator manages the nodes that its pools select. Other nodes keep the \
         configuration, the operating system and the kubelet they were installed with.",
    )
    .remedy(
        Remedy::new("Give the node the role label of the pool it belongs to.")
            .command(format!("oc get node {name} --show-labels"))
            .command(format!("oc label node {name} node-role.kubernetes.io/worker="))
            .verify("oc get machineconfigpools")
            .side_effect("the node is drained and rebooted into the configuration of the pool")
            .precondition(
                "the node runs CoreOS and is intended to be managed",
                Proof::ByHand(format!("oc describe node {name}")),
            ),
    )
}
