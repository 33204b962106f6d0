//! Node without a MachineConfigPool.
//!
//! Pools that were not collected are not counted, so a node is reported only if no
//! machine-config-daemon ever wrote annotations to it. Windows nodes are not managed this way.
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use crate::catalog::prelude::*;

/// How long a new node may take to get its annotations.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A node in no pool is not managed: it gets no configuration, operating system or \
         kubelet from the cluster, and falls behind with the next update until its kubelet is \
         too old.",
    )
    .fix(
        "Give the node the role label of a pool, usually node-role.kubernetes.io/worker. If it \
         is intended to have its own role, create a pool that selects it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let pools: Vec<_> = cx.all::<MachineConfigPool<'_>>().map(MachineConfigPool::name).collect();
    if pools.is_empty() {
        return Err(not_applicable("no MachineConfigPool in the archive"));
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
                findings.push(persistence.apply(finding(node, &pools), RULE.meta.severity));
            }
        }
    }
    Ok(Checked::over(examined, findings))
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
    .run(format!("oc get node {name} --show-labels"))
    .run(format!("oc label node {name} node-role.kubernetes.io/worker="))
    .verify("oc get machineconfigpools")
    .side_effect("the node is drained and rebooted into the configuration of the pool")
    .before(
        "the node runs CoreOS and is intended to be managed",
        Proof::ByHand(format!("oc describe node {name}")),
    )
}
