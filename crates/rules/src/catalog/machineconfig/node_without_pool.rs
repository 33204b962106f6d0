//! Node without a MachineConfigPool.
//!
//! Pools that were not collected are not counted, so a node is reported only if no
//! machine-config-daemon ever wrote annotations to it. Windows nodes are not managed this way.
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .each(&[&NODE], judge)
    // A new node gets its annotations after some time.
    .grace(Span::minutes(30))
    .why(
        "A node in no pool is not managed: it gets no configuration, operating system or \
         kubelet from the cluster, and falls behind with the next update until its kubelet is \
         too old.",
    )
    .fix(
        "Give the node the role label of a pool, usually node-role.kubernetes.io/worker. If it \
         is intended to have its own role, create a pool that selects it.",
    )
    .run(&[
        "oc get node {name} --show-labels",
        "oc label node {name} node-role.kubernetes.io/worker=",
    ])
    .verify(&["oc get machineconfigpools"])
    .side_effects(&["the node is drained and rebooted into the configuration of the pool"])
    .before(&[("the node runs CoreOS and is intended to be managed", "oc describe node {name}")]);

fn judge<'s>(cx: &RuleContext<'s>, object: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(object);
    let pools: Vec<_> = cx.all::<MachineConfigPool<'_>>().map(MachineConfigPool::name).collect();
    let is_windows = object.label("kubernetes.io/os").as_deref() == Some("windows");
    let is_virtual = object.label("type").as_deref() == Some("virtual-kubelet");
    if pools.is_empty() || is_windows || is_virtual {
        return Err(not_applicable("the machine-config operator does not manage such a node"));
    }
    if node.machine_config("currentConfig").is_some() || !selecting_pools(cx, node).is_empty() {
        return Ok(None);
    }
    let name = node.name();
    let summary = format!(
        "node {name} is in no MachineConfigPool, so the cluster does not configure or update it"
    );
    let selected = format!("these labels are not selected by {}", name_list_up_to(&pools, 5));
    let labels = Evidence::field(object, &["metadata", "labels"], selected);
    let path = &["metadata", "annotations"];
    let unmanaged =
        Evidence::field(object, path, "no machine-config-daemon has written annotations");
    let finding = Finding::new(Subject::of(object), summary, labels)
        .evidence([unmanaged])
        .likely("it is inferred that no other pool exists: pools are collected one by one")
        .keywords(name);
    Ok(Some(finding.lasts_since(object.created())))
}
