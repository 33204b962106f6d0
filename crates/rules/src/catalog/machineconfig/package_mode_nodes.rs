//! Package-mode RHEL worker nodes (block the update to 4.19).
//!
//! Only 4.18 blocks the update for this reason. The operating system is identified by the name that
//! the kubelet reports.
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go` (`RHELNodes`),
//!   `pkg/helpers/helpers.go` (`IsCoreOSNode`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, releases(18, 18))
    .needs(&[Need::Kind(&NODE)])
    .check(|cx| {
        let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
        let package_mode: Vec<_> = nodes.iter().copied().filter(|node| is_rhel(*node)).collect();
        Ok(Checked::over(nodes.len(), finding(cx, &package_mode)))
    })
    .at_once("the operating system of a node does not change by itself")
    .why(
        "OpenShift 4.19 runs on CoreOS only. While a MachineConfigPool has a node with another \
         operating system, the Machine Config Operator of 4.18 reports that the cluster is not \
         upgradeable.",
    )
    .fix("Add CoreOS worker nodes, move the pods to them, and remove the RHEL nodes.")
    .run(&["oc get nodes -o wide"])
    .verify(&["oc get clusteroperator machine-config -o yaml"]);

fn is_rhel(node: Node<'_>) -> bool {
    node.info("osImage")
        .is_some_and(|os| os.starts_with("Red Hat Enterprise Linux") && !os.contains("CoreOS"))
}

fn finding(cx: &RuleContext<'_>, nodes: &[Node<'_>]) -> Option<Finding> {
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let mut evidence = nodes.iter().take(5).map(|node| {
        let note = format!("node {} does not run CoreOS", node.name());
        Evidence::field(node.resource(), &["status", "nodeInfo", "osImage"], note)
    });
    let summary = format!(
        "the cluster cannot be updated to 4.19 because of {} with package-mode RHEL: {}",
        pluralize(names.len(), "node"),
        name_list(&names)
    );
    let finding = Finding::new(Subject::view(*nodes.first()?), summary, evidence.next()?)
        .evidence(evidence)
        .explains(Subject::cluster("ClusterVersion", "version"), "RHEL nodes");
    Some(blocks_update(cx, finding, "RHELNodes"))
}
