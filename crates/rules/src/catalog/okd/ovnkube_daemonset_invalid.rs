//! A DaemonSet of the network that cannot be changed into that of the new release.
//!
//! # Why it matters
//!
//! The network operator merges its DaemonSet of the new release into the one that is there. Clusters
//! that were updated often have leftovers in it, and the merged DaemonSet is invalid: containers
//! without an image, ports twice, a hook without a handler. The network, and the update, stay at the
//! old release.
//!
//! # What to do
//!
//! Move to a release that mends it, or let the operator make the DaemonSet anew while its pods go on.
//!
//! # Blind spots
//!
//! Which leftovers it has shows only in the object itself.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1866>,
//!   <https://github.com/okd-project/okd/issues/1775> (OCPBUGS-22293)
//! - openshift/cluster-network-operator `pkg/apply/apply.go`,
//!   `pkg/controller/operconfig/operconfig_controller.go`

use mustknow_gather::kinds::{
    CLUSTER_OPERATOR, ClusterOperator, Condition, OPERATOR_NETWORK, Operator,
};

use crate::catalog::prelude::*;
use crate::facts::{excerpt, urgency};
use crate::meta::Releases;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
const NAMES: [&str; 2] = ["ovnkube-node", "ovnkube-master"];

pub(super) static META: Meta = Meta {
    id: "okd/ovnkube-daemonset-invalid",
    title: "a DaemonSet of the network that cannot be changed into that of the new release",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(13, 14)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let sources: Vec<_> = [own, summary].into_iter().flatten().collect();
    let found = sources.iter().find_map(|resource| {
        let condition = Condition::find(resource, "Degraded").filter(|c| c.is_true())?;
        let message = condition.message();
        let name = NAMES
            .iter()
            .find(|name| message.contains(&format!("DaemonSet.apps \"{name}\" is invalid")))?;
        Some((*resource, condition, *name))
    });
    let Some((resource, condition, name)) = found else {
        return Verdict::over(sources.len(), Vec::new(), "the network operator does not report");
    };
    let message = condition.message();
    let words = message.split_once("is invalid: ").map_or(&*message, |(_, rest)| rest);
    let finding = Finding::new(
        Subject::namespaced("DaemonSet", NAMESPACE, name),
        format!("DaemonSet/{NAMESPACE}/{name} of the new release is invalid: {}", excerpt(words)),
        Evidence::condition(resource, condition, "what the network operator says"),
    )
    .severity(urgency(case, condition.since(), META.severity))
    .why(
        "The operator merges the DaemonSet of the new release into the one that is there, and \
         leftovers of earlier releases make the result invalid. It tries again and fails again.",
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(&*message)
    .explains(Subject::cluster("ClusterOperator", "network"), name)
    .remedy(
        Remedy::new(
            "Move to a release that mends it. Otherwise delete the DaemonSet and leave its pods: \
             the operator makes it anew and takes them over.",
        )
        .command(format!("oc delete daemonset {name} -n {NAMESPACE} --cascade=orphan"))
        .before(
            "every pod of the DaemonSet runs",
            Proof::ByHand(format!("oc get pods -n {NAMESPACE} -o wide")),
        )
        .before(
            "the DaemonSet as it is was kept in a file",
            Proof::ByHand(format!("oc get daemonset {name} -n {NAMESPACE} -o yaml")),
        )
        .side_effect("the pods of the network are replaced node by node")
        .verify("oc get clusteroperator network"),
    );
    Verdict::Found(vec![finding])
}
