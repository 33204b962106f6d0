//! Nearly full conntrack table on a node.
//!
//! The alert fires when the table is three quarters full. It does not show whether packets are
//! already dropped.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeHighNumberConntrackEntriesUsed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .alerts_by(node_of_alert, &["NodeHighNumberConntrackEntriesUsed"], |_, alerted| {
        let node = &alerted.about;
        alerted.node_finding(format!(
            "the conntrack table of node {node} is more than three quarters full"
        ))
    })
    .why(
        "The kernel stores an entry in the conntrack table for each connection it translates. \
         When the table is full, it drops the packets of new connections: DNS lookups, probes \
         and calls to Services fail now and then, with timeouts that do not point to the cause.",
    )
    .fix(
        "Find the pod that opens so many connections. If the load is expected, increase \
         nf_conntrack_max.",
    )
    .run(&["oc debug node/{name} -- chroot /host sysctl net.netfilter.nf_conntrack_max"])
    .verify(&["oc debug node/{name} -- chroot /host sysctl net.netfilter.nf_conntrack_count"]);
