//! A node whose network is not set up.
//!
//! # Why it matters
//!
//! The condition `NetworkUnavailable` keeps the taint `node.kubernetes.io/network-unavailable` on
//! the node. No pod with a network of its own is placed there.
//!
//! # What to do
//!
//! Whoever owns the condition says why: the cloud's route controller (`NoRouteCreated`) or the
//! network plugin. Look at the cloud controller manager and at the plugin's pod on that node.
//!
//! # Blind spots
//!
//! Most network plugins of OpenShift do not use this condition; there a broken network makes the
//! node `NotReady` instead, see `nodes/not-ready`.
//!
//! # References
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/cloud-provider/controllers/route/route_controller.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/mco/layered_node_state.go`: serious after a minute

use mustknow_gather::kinds::{NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, excerpt, is_rebooting};

pub(super) static META: Meta = Meta {
    id: "nodes/network-unavailable",
    title: "a node whose network is not set up",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// How long a node that joins may take.
const GRACE: Span = Span::minutes(5);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        let Some(condition) = node.condition("NetworkUnavailable").filter(|c| c.is_true()) else {
            continue;
        };
        let (name, message) = (node.name(), condition.message());
        let summary = format!("the network of node {name} is not set up: {}", excerpt(&message));
        let evidence =
            Evidence::condition(node.resource(), condition, "NetworkUnavailable is True");
        let finding = Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .why(
                "The condition keeps a taint on the node, so no pod with a network of its own is \
                 placed there. The route controller of the cloud or the network plugin sets it.",
            )
            .saying(name)
            .saying(condition.reason())
            .saying(&message)
            .remedy(
                Remedy::new(
                    "Look at the cloud controller manager and at the network plugin's \
                     pod on that node.",
                )
                .command(format!(
                    "{} get pods --all-namespaces -o wide --field-selector \
                         spec.nodeName={name}",
                    client(case)
                ))
                .verify(format!("{} describe node {name}", client(case))),
            );
        let patience = if is_rebooting(case, node, condition.since()) {
            Patience::Young
        } else {
            Patience::of(case, condition.since(), GRACE)
        };
        findings.push(patience.weigh(finding, META.severity));
    }
    Verdict::over(examined, findings, "no node in the archive")
}
