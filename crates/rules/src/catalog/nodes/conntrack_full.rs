//! Nearly full conntrack table on a node.
//!
//! # Why it matters
//!
//! The kernel stores an entry in the conntrack table for each connection it translates. When the
//! table is full, it drops the packets of new connections: DNS lookups, probes and calls to
//! Services fail intermittently, with timeouts that do not point to the cause.
//!
//! # What to do
//!
//! Find the pod that opens so many connections. If the load is expected, increase
//! `nf_conntrack_max`.
//!
//! # Blind spots
//!
//! The alert fires when the table is three quarters full. It does not show whether packets are
//! already dropped.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeHighNumberConntrackEntriesUsed`)

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::domain::command_on_node;
use crate::signals::{AlertGroup, judge_alerts, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/conntrack-full",
    title: "nearly full conntrack table on a node",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 1] = ["NodeHighNumberConntrackEntriesUsed"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary = format!("the conntrack table of node {node} is more than three quarters full");
    let finding = alerted.finding(subject, summary)?.why(
        "When the table is full, the kernel drops the packets of new connections: DNS lookups, \
         probes and calls to Services fail intermittently.",
    );
    Some(
        finding.remedy(
            Remedy::new("Find what opens so many connections, or increase nf_conntrack_max.")
                .command(command_on_node(cx, node, "sysctl net.netfilter.nf_conntrack_count"))
                .verify(command_on_node(cx, node, "sysctl net.netfilter.nf_conntrack_max")),
        ),
    )
}
