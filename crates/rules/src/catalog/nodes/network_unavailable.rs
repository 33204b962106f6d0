//! Node with condition NetworkUnavailable.
//!
//! Most network plugins of OpenShift do not use this condition. With them, a broken network makes
//! the node `NotReady` instead, see `nodes/not-ready`.
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/cloud-provider/controllers/route/route_controller.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/mco/layered_node_state.go`: serious after a minute

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The condition NetworkUnavailable keeps the taint \
         node.kubernetes.io/network-unavailable on the node. Pods without host networking are \
         not scheduled there.",
    )
    .fix(
        "The owner of the condition reports the reason: the cloud's route controller \
         (NoRouteCreated) or the network plugin. Check the cloud controller manager and the \
         network plugin's pod on that node.",
    );

/// How long a new node may take.
const GRACE: Span = Span::minutes(5);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        let Some(condition) = node.condition("NetworkUnavailable").filter(|c| c.is_true()) else {
            continue;
        };
        let (name, message) = (node.name(), condition.message());
        let summary = format!("the network of node {name} is unavailable: {}", excerpt(&message));
        let evidence =
            Evidence::condition(node.resource(), condition, "NetworkUnavailable is True");
        let finding = Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
            .run(format!(
                "{} get pods --all-namespaces -o wide --field-selector \
                         spec.nodeName={name}",
                client(cx)
            ))
            .verify(format!("{} describe node {name}", client(cx)));
        let persistence = if is_rebooting(cx, node, condition.since()) {
            Persistence::WithinGrace
        } else {
            Persistence::of(cx, condition.since(), GRACE)
        };
        findings.push(persistence.apply(finding, RULE.meta.severity));
    }
    Ok(Checked::over(examined, findings))
}
