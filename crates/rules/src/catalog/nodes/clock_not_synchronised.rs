//! Node clock not synchronized.
//!
//! The alerts are disabled where the PTP Operator controls the clocks.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeClockNotSynchronising`, `NodeClockSkewDetected`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeClockNotSynchronising.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .alerts_by(
        |_, alert| alert.name.clone(),
        &["NodeClockNotSynchronising", "NodeClockSkewDetected"],
        finding,
    )
    .why(
        "Leases, certificates, tokens and etcd depend on synchronized clocks. A node with a \
         drifting clock loses the leases it holds, rejects valid certificates, and writes logs \
         that cannot be compared with those of other nodes.",
    )
    .fix("Check whether chrony on the node reaches a time source, and whether it accepts it.")
    .run(&["oc debug node/{node} -- chroot /host chronyc sources -v"])
    .verify(&["oc debug node/{node} -- chroot /host chronyc tracking"]);

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let nodes: BTreeSet<_> = alerted.alerts.iter().map(|alert| node_of_alert(cx, alert)).collect();
    let nodes: Vec<_> = nodes.into_iter().collect();
    let state = if alerted.contains("NodeClockNotSynchronising") {
        "is not synchronized with a time source"
    } else {
        "is off by more than 0.05 s and does not recover"
    };
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        // Clocks that drift together lost the same time source.
        _ => Subject::cluster("Nodes", "clocks"),
    };
    let summary = format!("the clock of {} {state}", name_list(&nodes));
    let finding = alerted.finding(subject, summary)?;
    Some(finding.with("node", nodes.first()?).keywords(nodes.join(" ")))
}
