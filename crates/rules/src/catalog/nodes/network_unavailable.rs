//! Node with condition NetworkUnavailable.
//!
//! Most network plugins do not use this condition. With them, a broken network makes the node
//! `NotReady` instead, see `nodes/not-ready`.
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/cloud-provider/controllers/route/route_controller.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/mco/layered_node_state.go`: serious after a minute

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .each(&[&NODE], judge)
    // How long a new node may take.
    .note_until(Span::minutes(5))
    .why(
        "The condition NetworkUnavailable keeps the taint \
         node.kubernetes.io/network-unavailable on the node. Pods without host networking are \
         not scheduled there.",
    )
    .fix(
        "The owner of the condition reports the reason: the cloud's route controller \
         (NoRouteCreated) or the network plugin. Check the cloud controller manager and the \
         network plugin's pod on that node.",
    )
    .run(&["oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}"])
    .verify(&["oc describe node {name}"]);

fn judge(_: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    let unavailable = node.condition("NetworkUnavailable").filter(|condition| condition.is_true());
    Ok(unavailable.map(|condition| {
        let (name, message) = (node.name(), condition.message());
        let summary = format!("the network of node {name} is unavailable: {}", excerpt(&message));
        let shown = "NetworkUnavailable is True";
        let evidence = Evidence::condition(node.resource(), condition, shown);
        Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .grace(grace_of_node(node, Span::minutes(5)))
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
    }))
}
