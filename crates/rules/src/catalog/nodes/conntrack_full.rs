//! Nearly full conntrack table on a node.
//!
//! The alert fires when the table is three quarters full. It does not show whether packets are
//! already dropped.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeHighNumberConntrackEntriesUsed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The kernel stores an entry in the conntrack table for each connection it translates. \
         When the table is full, it drops the packets of new connections: DNS lookups, probes \
         and calls to Services fail intermittently, with timeouts that do not point to the \
         cause.",
    )
    .fix(
        "Find the pod that opens so many connections. If the load is expected, increase \
         nf_conntrack_max.",
    );

const ALERTS: [&str; 1] = ["NodeHighNumberConntrackEntriesUsed"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary = format!("the conntrack table of node {node} is more than three quarters full");
    let finding = alerted.finding(subject, summary)?;
    Some(
        finding
            .run(command_on_node(cx, node, "sysctl net.netfilter.nf_conntrack_count"))
            .verify(command_on_node(cx, node, "sysctl net.netfilter.nf_conntrack_max")),
    )
}
