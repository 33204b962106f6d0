//! Network type changed before the migration was prepared.
//!
//! The MachineConfigPools show how far the preparation of the nodes has progressed.
//!
//! - <https://github.com/okd-project/okd/issues/2190>
//! - openshift/cluster-network-operator `pkg/network/render.go`

use crate::catalog::prelude::*;

const SIGNS: [&str; 2] = [
    "can only change default network type to the target migration network type",
    "cannot change default network type",
];

pub(super) const RULE: Rule = rule(Error, Cause, releases(6, 16))
    .check(|cx| judge_network_condition(cx, "Degraded", |reported| finding(cx, reported)))
    .reads(&[Need::Kind(&OPERATOR_NETWORK), Need::Kind(&NETWORK_CONFIG)])
    // The network operator retries within this time.
    .grace(Span::minutes(5))
    .why(
        "A migration from OpenShift SDN to OVN-Kubernetes has a fixed order: first the \
         migration is set in the configuration of the network operator, then the nodes are \
         prepared, and then the type is changed. If the type is changed first, the network \
         operator rejects the change, is degraded and applies no further changes.",
    )
    .fix("Set the type back, and follow the procedure of the release from its first step.")
    .run(&["oc get network.config cluster -o yaml", "oc edit network.config cluster"])
    .verify(&["oc get clusteroperator network"])
    .before(&[("no node has started the migration", "oc get machineconfigpools")]);

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    if !SIGNS.iter().any(|sign| reported.message.contains(sign)) {
        return None;
    }
    let network = cx.find::<NetworkConfig<'_>>("", "cluster").map(NetworkConfig::resource);
    let part = |field: &str| network?.text(&[field, "networkType"]).filter(|it| !it.is_empty());
    let types = match (part("status"), part("spec")) {
        (Some(present), Some(desired)) if present != desired => {
            format!(" from {present} to {desired}")
        }
        _ => String::new(),
    };
    let summary = format!("the network type was changed{types} before the migration was prepared");
    Some(
        reported
            .finding(Subject::cluster("Network", "cluster"), summary)
            .evidence(
                network.map(|network| {
                    Evidence::field(network, &["spec", "networkType"], "the new type")
                }),
            )
            .explains(Subject::cluster("ClusterOperator", "network"), "default network type"),
    )
}
