//! Node with condition NetworkUnavailable.
//!
//! # Why it matters
//!
//! The condition `NetworkUnavailable` keeps the taint `node.kubernetes.io/network-unavailable` on
//! the node. Pods without host networking are not scheduled there.
//!
//! # What to do
//!
//! The owner of the condition reports the reason: the cloud's route controller (`NoRouteCreated`)
//! or the network plugin. Check the cloud controller manager and the network plugin's pod on that
//! node.
//!
//! # Blind spots
//!
//! Most network plugins of OpenShift do not use this condition. With them, a broken network makes
//! the node `NotReady` instead, see `nodes/not-ready`.
//!
//! # References
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/cloud-provider/controllers/route/route_controller.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/mco/layered_node_state.go`: serious after a minute

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::views::Node;

use crate::catalog::prelude::*;
use crate::domain::is_rebooting;
use crate::engine::{Persistence, client, excerpt};

pub(super) static META: Meta = Meta {
    id: "nodes/network-unavailable",
    title: "node with condition NetworkUnavailable",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// How long a new node may take.
const GRACE: Span = Span::minutes(5);

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
            .why(
                "The condition keeps a taint on the node, so pods without host networking are not \
                 scheduled there. The cloud's route controller or the network plugin sets it.",
            )
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
            .remedy(
                Remedy::new(
                    "Check the cloud controller manager and the network plugin's pod on that node.",
                )
                .command(format!(
                    "{} get pods --all-namespaces -o wide --field-selector \
                         spec.nodeName={name}",
                    client(cx)
                ))
                .verify(format!("{} describe node {name}", client(cx))),
            );
        let persistence = if is_rebooting(cx, node, condition.since()) {
            Persistence::WithinGrace
        } else {
            Persistence::of(cx, condition.since(), GRACE)
        };
        findings.push(persistence.apply(finding, META.severity));
    }
    Verdict::over(examined, findings, "no node in the archive")
}
