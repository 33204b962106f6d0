//! A node that counts as ready though its kubelet does not report any more.
//!
//! # Why it matters
//!
//! A kubelet renews its lease every ten seconds. This one has not for minutes, and still the node
//! is `Ready`: nobody marks it otherwise. The node controller, which runs in the controller
//! manager, does not work, so the pods of a dead node are not moved either.
//!
//! # What to do
//!
//! Look at kube-controller-manager first, then at the node.
//!
//! # Blind spots
//!
//! A lease is compared with the newest lease of another node, since nodes and leases are collected
//! at different times. A single node has nothing to be compared with.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`nodeMonitorGracePeriod`)

use mustknow_gather::kinds::{LEASE, Lease, NODE, Node};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{client, is_rolled};

const NAMESPACE: &str = "kube-node-lease";
/// Many times what the node controller waits.
const STALE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "nodes/lease-stale",
    title: "a node that counts as ready though its kubelet does not report any more",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&LEASE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let leases: Vec<_> = case
        .within::<Lease<'_>>(NAMESPACE)
        .filter_map(|lease| Some((lease, lease.renewed()?)))
        .collect();
    let Some(newest) = leases.iter().map(|(_, renewed)| *renewed).max() else {
        return Verdict::NotApplicable("no lease of a node in the archive".to_owned());
    };
    let findings = leases
        .iter()
        .filter(|(_, renewed)| Span::between(*renewed, newest) > STALE)
        .filter_map(|(lease, renewed)| finding(case, *lease, *renewed, newest))
        .collect();
    Verdict::over(leases.len(), findings, "no lease of a node in the archive")
}

fn finding(case: &Case<'_>, lease: Lease<'_>, renewed: Time, newest: Time) -> Option<Finding> {
    let node = case.find::<Node<'_>>("", lease.resource().name())?;
    let ready = node.condition("Ready").filter(|ready| ready.is_true())?;
    // A node that is rebooted is marked within the minute, but the two are not collected together.
    if is_rolled(node) {
        return None;
    }
    let name = node.name();
    let behind = Span::between(renewed, newest);
    let summary = format!(
        "node {name} counts as ready, but its kubelet renewed its lease last at {}, {behind} \
         before others did",
        seconds(renewed)
    );
    let says = format!("other kubelets renewed theirs until {}", seconds(newest));
    let evidence = Evidence::field(lease.resource(), &["spec", "renewTime"], says);
    let finding = Finding::new(Subject::view(node), summary, evidence)
        .since(Some(renewed))
        .saying(name)
        .evidence([Evidence::condition(node.resource(), ready, "and still it is Ready")])
        .likely("that nodes and leases were collected at the same time was inferred")
        .why(
            "The node controller marks a node whose lease is not renewed for 40 seconds. It did \
             not, so it does not work, or the node fell silent while the archive was made.",
        )
        .remedy(
            Remedy::new("Look at kube-controller-manager, then at the node.")
                .command(format!("{} get nodes", client(case)))
                .verify(format!("{} get lease -n {NAMESPACE} {name}", client(case))),
        );
    Some(finding)
}
