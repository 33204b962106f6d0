//! Node in more than one custom MachineConfigPool.
//!
//! Pools that were not collected are not counted. A control-plane node that a custom pool selects
//! stays in `master`. This is not reported.
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`GetPoolsForNode`: `belongs to %d
//!   custom roles, cannot proceed with this Node`)
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerPoolAlert.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A node takes its configuration from one pool: a custom pool takes precedence over \
         worker, and master over any other pool. If two custom pools select a node, the \
         machine-config-controller chooses neither: the node gets no new configuration, \
         operating system or kubelet, and is counted in no pool.",
    )
    .fix(
        "Decide which pool the node belongs to and remove the label of the other pool from the \
         node, or make the selectors of the pools mutually exclusive.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    // Nodes of the same two pools share the same wrong selector.
    let mut torn: BTreeMap<Vec<&str>, (Vec<MachineConfigPool<'_>>, Vec<Node<'_>>)> =
        BTreeMap::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        let mut pools = selecting_pools(cx, node);
        pools.retain(|pool| is_custom(*pool));
        pools.sort_by_key(|pool| pool.name());
        if pools.len() > 1 {
            let names = pools.iter().map(|pool| pool.name()).collect();
            torn.entry(names).or_insert((pools, Vec::new())).1.push(node);
        }
    }
    let findings = torn.values().filter_map(|(pools, nodes)| finding(pools, nodes));
    Ok(Checked::over(examined, findings))
}

fn finding(pools: &[MachineConfigPool<'_>], nodes: &[Node<'_>]) -> Option<Finding> {
    let (first, rest) = pools.split_first()?;
    let first_node = nodes.first()?.name();
    let roles: Vec<_> = pools.iter().map(|pool| pool.name()).collect();
    let mut names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    names.sort_unstable();
    let summary = format!(
        "no pool configures {}, selected by more than one custom pool: {}",
        name_list(&names),
        name_list_up_to(&roles, 5)
    );
    let selector = |pool: &MachineConfigPool<'_>| {
        let says = format!("MachineConfigPool {} selects the node", pool.name());
        Evidence::field(pool.resource(), &["spec", "nodeSelector"], says)
    };
    let labels = nodes.iter().take(3).map(|node| {
        let says = format!("the labels of node {} match these selectors", node.name());
        Evidence::field(node.resource(), &["metadata", "labels"], says)
    });
    let finding = Finding::new(Subject::view(*nodes.first()?), summary, selector(first))
        .evidence(rest.iter().map(selector))
        .evidence(labels)
        .run(format!("oc get node {first_node} --show-labels"))
        .run("oc get machineconfigpools -o yaml")
        .verify("oc get machineconfigpools");
    Some(finding)
}
