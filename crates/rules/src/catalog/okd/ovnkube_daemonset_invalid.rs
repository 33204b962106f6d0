//! Invalid ovnkube DaemonSet during an update.
//!
//! Only the object itself shows which leftovers it contains.
//!
//! - <https://github.com/okd-project/okd/issues/1866>,
//!   <https://github.com/okd-project/okd/issues/1775> (OCPBUGS-22293)
//! - openshift/cluster-network-operator `pkg/apply/apply.go`,
//!   `pkg/controller/operconfig/operconfig_controller.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
const NAMES: [&str; 2] = ["ovnkube-node", "ovnkube-master"];

pub(super) const RULE: Rule = rule(Critical, Cause, releases(13, 14))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "The network operator merges the DaemonSet of the new release into the existing one. In \
         clusters that were updated many times, the existing DaemonSet often contains \
         leftovers, and the merged DaemonSet is invalid: containers without an image, duplicate \
         ports, a hook without a handler. The network, and with it the update, stays at the \
         old release.",
    )
    .fix(
        "Update to a release with a fix, or let the operator recreate the DaemonSet while its \
         pods keep running.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "network").map(View::resource);
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
        return Ok(Checked::over(sources.len(), Vec::new()));
    };
    let message = condition.message();
    let detail = message.split_once("is invalid: ").map_or(&*message, |(_, rest)| rest);
    let finding = Finding::new(
        Subject::namespaced("DaemonSet", NAMESPACE, name),
        format!("DaemonSet/{NAMESPACE}/{name} of the new release is invalid: {}", excerpt(detail)),
        Evidence::condition(resource, condition, "message of the network operator"),
    )
    .severity(severity_by_age(cx, condition.since(), RULE.meta.severity))
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(&*message)
    .explains(Subject::cluster("ClusterOperator", "network"), name)
    .run(format!("oc delete daemonset {name} -n {NAMESPACE} --cascade=orphan"))
    .before(
        "every pod of the DaemonSet is running",
        Proof::ByHand(format!("oc get pods -n {NAMESPACE} -o wide")),
    )
    .before(
        "the current DaemonSet was saved to a file",
        Proof::ByHand(format!("oc get daemonset {name} -n {NAMESPACE} -o yaml")),
    )
    .side_effect("the network pods are replaced node by node")
    .verify("oc get clusteroperator network");
    Ok(Checked::over(1, vec![finding]))
}
