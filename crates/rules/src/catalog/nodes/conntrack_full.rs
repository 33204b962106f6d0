//! A node whose table of connections is nearly full.
//!
//! # Why it matters
//!
//! The kernel keeps an entry for each connection it translates. When the table is full it drops the
//! packets of new ones: name lookups, probes and calls to Services fail now and then, with timeouts
//! that look like anything but this.
//!
//! # What to do
//!
//! Find the pod that opens so many connections, and raise `nf_conntrack_max` where the load is
//! meant.
//!
//! # Blind spots
//!
//! The alert fires at three quarters; it does not say that packets are dropped already.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeHighNumberConntrackEntriesUsed`)

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, judge_alerts, on_node};

pub(super) static META: Meta = Meta {
    id: "nodes/conntrack-full",
    title: "a node whose table of connections is nearly full",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 1] = ["NodeHighNumberConntrackEntriesUsed"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary = format!("the connection table of node {node} is more than three quarters full");
    let finding = alerted.finding(subject, summary)?.why(
        "When the table is full the kernel drops the packets of new connections: lookups, probes \
         and calls to Services fail now and then.",
    );
    Some(
        finding.remedy(
            Remedy::new("Find what opens so many connections, or raise nf_conntrack_max.")
                .command(on_node(case, node, "sysctl net.netfilter.nf_conntrack_count"))
                .verify(on_node(case, node, "sysctl net.netfilter.nf_conntrack_max")),
        ),
    )
}
