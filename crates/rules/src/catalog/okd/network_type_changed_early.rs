//! Network type changed before the migration was prepared.
//!
//! # Why it matters
//!
//! A migration from OpenShift SDN to OVN-Kubernetes has a fixed order: first the migration is set
//! in the configuration of the network operator, then the nodes are prepared, and then the type is
//! changed. If the type is changed first, the network operator rejects the change, is degraded and
//! applies no further changes.
//!
//! # What to do
//!
//! Set the type back, and follow the procedure of the release from its first step.
//!
//! # Blind spots
//!
//! The MachineConfigPools show how far the preparation of the nodes has progressed.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2190>
//! - openshift/cluster-network-operator `pkg/network/render.go`

use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, NETWORK_CONFIG, OPERATOR_NETWORK};
use mustknow_cluster::views::{ClusterOperator, Condition, NetworkConfig, Operator};

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::engine::meta::Releases;

const SIGNS: [&str; 2] = [
    "can only change default network type to the target migration network type",
    "cannot change default network type",
];
/// The network operator retries within this time.
const RETRIES: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "okd/network-type-changed-early",
    title: "network type changed before the migration was prepared",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(6, 16)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_NETWORK), Need::Kind(&NETWORK_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
        return Verdict::over(sources.len(), Vec::new(), "the network operator reports no status");
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
    .why(
        "The network operator rejects the change until the migration is set in its own \
         configuration, and applies no further changes in the meantime.",
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(&*message)
    .evidence(network.map(|network| {
        Evidence::field(network.resource(), &["spec", "networkType"], "the new type")
    }))
    .explains(Subject::cluster("ClusterOperator", "network"), "default network type")
    .remedy(
        Remedy::new(
            "Set networkType in the spec of Network.config/cluster back, and follow the procedure \
             of the release from its first step.",
        )
        .command("oc get network.config cluster -o yaml")
        .command("oc edit network.config cluster")
        .precondition(
            "no node has started the migration",
            Proof::ByHand("oc get machineconfigpools".to_owned()),
        )
        .verify("oc get clusteroperator network"),
    );
    Verdict::Found(vec![finding])
}
