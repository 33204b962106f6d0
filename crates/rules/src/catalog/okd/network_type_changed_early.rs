//! A network type that was changed before the migration was announced.
//!
//! # Why it matters
//!
//! The change from OpenShift SDN to OVN-Kubernetes has an order: the migration is announced to the
//! network operator first, the nodes follow, and the type is changed after that. Whoever changes the
//! type first is refused, and the network operator is degraded and applies nothing more.
//!
//! # What to do
//!
//! Set the type back, and follow the procedure of the release from its first step.
//!
//! # Blind spots
//!
//! How far the nodes have followed shows in their pools.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2190>
//! - openshift/cluster-network-operator `pkg/network/render.go`

use mustknow_gather::kinds::{
    CLUSTER_OPERATOR, ClusterOperator, Condition, NETWORK_CONFIG, NetworkConfig, OPERATOR_NETWORK,
    Operator,
};

use crate::catalog::prelude::*;
use crate::facts::excerpt;
use crate::meta::Releases;

const SIGNS: [&str; 2] = [
    "can only change default network type to the target migration network type",
    "cannot change default network type",
];
/// The network operator tries anew within this time.
const RETRIES: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "okd/network-type-changed-early",
    title: "a network type that was changed before the migration was announced",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(6, 16)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_NETWORK), Need::Kind(&NETWORK_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let sources: Vec<_> = [own, summary].into_iter().flatten().collect();
    let found = sources.iter().find_map(|resource| {
        let condition = Condition::find(resource, "Degraded").filter(|c| c.is_true())?;
        let message = condition.message();
        let is_early = SIGNS.iter().any(|sign| message.contains(sign));
        (is_early && case.is_older(condition.since(), RETRIES)).then_some((*resource, condition))
    });
    let Some((resource, condition)) = found else {
        return Verdict::over(sources.len(), Vec::new(), "the network operator does not report");
    };
    let network = case.find::<NetworkConfig<'_>>("", "cluster");
    let part = |field: &str| {
        let text = network.and_then(|network| network.resource().text(&[field, "networkType"]));
        text.unwrap_or_default().into_owned()
    };
    let (wanted, present) = (part("spec"), part("status"));
    let types = if wanted.is_empty() || present.is_empty() || wanted == present {
        String::new()
    } else {
        format!(" from {present} to {wanted}")
    };
    let message = condition.message();
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!("the network type was changed{types} before the migration was announced"),
        Evidence::condition(resource, condition, excerpt(&message)),
    )
    .why(
        "The network operator refuses the change until the migration is announced in its own \
         object, and applies nothing more meanwhile.",
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(&*message)
    .evidence(network.map(|network| {
        Evidence::field(network.resource(), &["spec", "networkType"], "the type it was changed to")
    }))
    .explains(Subject::cluster("ClusterOperator", "network"), "default network type")
    .remedy(
        Remedy::new(
            "Set networkType in the spec of Network.config/cluster back, and follow the procedure \
             of the release from its first step.",
        )
        .command("oc get network.config cluster -o yaml")
        .command("oc edit network.config cluster")
        .before(
            "no node has begun the migration",
            Proof::ByHand("oc get machineconfigpools".to_owned()),
        )
        .verify("oc get clusteroperator network"),
    );
    Verdict::Found(vec![finding])
}
