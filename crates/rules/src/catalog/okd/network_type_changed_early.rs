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
/// The network operator retries within this time.
const RETRIES: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, releases(6, 16))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[Need::Kind(&OPERATOR_NETWORK), Need::Kind(&NETWORK_CONFIG)])
    .check(check)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let sources: Vec<_> = [own, summary].into_iter().flatten().collect();
    let found = sources.iter().find_map(|resource| {
        let condition = Condition::find(resource, "Degraded").filter(|c| c.is_true())?;
        let message = condition.message();
        let is_early = SIGNS.iter().any(|sign| message.contains(sign));
        (is_early && cx.is_older(condition.since(), RETRIES)).then_some((*resource, condition))
    });
    let Some((resource, condition)) = found else {
        return Ok(Checked::over(sources.len(), Vec::new()));
    };
    let network = cx.find::<NetworkConfig<'_>>("", "cluster");
    let part = |field: &str| {
        let text = network.and_then(|network| network.resource().text(&[field, "networkType"]));
        text.unwrap_or_default().into_owned()
    };
    let (desired, present) = (part("spec"), part("status"));
    let types = if desired.is_empty() || present.is_empty() || desired == present {
        String::new()
    } else {
        format!(" from {present} to {desired}")
    };
    let message = condition.message();
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!("the network type was changed{types} before the migration was prepared"),
        Evidence::condition(resource, condition, excerpt(&message)),
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(&*message)
    .evidence(network.map(|network| {
        Evidence::field(network.resource(), &["spec", "networkType"], "the new type")
    }))
    .explains(Subject::cluster("ClusterOperator", "network"), "default network type");
    Ok(Checked::over(1, vec![finding]))
}
