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
    .check(|cx| Ok(check(cx)))
    .at_once("labels and selectors do not change by themselves")
    .why(
        "A node takes its configuration from one pool: a custom pool takes precedence over \
         worker, and master over any other pool. If two custom pools select a node, the \
         machine-config-controller chooses neither: the node gets no new configuration, \
         operating system or kubelet, and is counted in no pool.",
    )
    .fix(
        "Decide which pool the node belongs to and remove the label of the other pool from the \
         node, or make the selectors of the pools mutually exclusive.",
    )
    .run(&["oc get node {name} --show-labels", "oc get machineconfigpools -o yaml"])
    .verify(&["oc get machineconfigpools"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    // Nodes of the same two pools share the same wrong selector.
    let mut torn: BTreeMap<Vec<&str>, Vec<Node<'_>>> = BTreeMap::new();
    for node in &nodes {
        let pools = selecting_pools(cx, *node).into_iter().filter(|pool| is_custom(*pool));
        let mut names: Vec<_> = pools.map(MachineConfigPool::name).collect();
        names.sort_unstable();
        if names.len() > 1 {
            torn.entry(names).or_default().push(*node);
        }
    }
    Checked::over(nodes.len(), torn.iter().filter_map(|(pools, nodes)| finding(cx, pools, nodes)))
}

fn finding(cx: &RuleContext<'_>, pools: &[&str], nodes: &[Node<'_>]) -> Option<Finding> {
    let mut names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    names.sort_unstable();
    let summary = format!(
        "no pool configures {}, selected by more than one custom pool: {}",
        name_list(&names),
        name_list_up_to(pools, 5)
    );
    let pools = pools.iter().filter_map(|name| cx.find::<MachineConfigPool<'_>>("", name));
    let mut selectors = pools.map(|pool| {
        let note = format!("MachineConfigPool {} selects the node", pool.name());
        Evidence::field(pool.resource(), &["spec", "nodeSelector"], note)
    });
    let labels = nodes.iter().take(3).map(|node| {
        let note = format!("the labels of node {} match these selectors", node.name());
        Evidence::field(node.resource(), &["metadata", "labels"], note)
    });
    let finding = Finding::new(Subject::view(*nodes.first()?), summary, selectors.next()?);
    Some(finding.evidence(selectors).evidence(labels))
}
