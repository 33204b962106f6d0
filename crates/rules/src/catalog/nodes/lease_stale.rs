//! Stale kubelet lease on a Ready node.
//!
//! A lease is compared with the newest lease of another node, because nodes and leases are
//! collected at different times. The lease of a single node cannot be compared.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`nodeMonitorGracePeriod`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "kube-node-lease";
/// Much longer than the node controller waits.
const STALE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&LEASE)])
    .check(check)
    .why(
        "A kubelet renews its lease every ten seconds. This kubelet has not renewed it for \
         minutes, but the node is still Ready because no controller changed its status. The \
         node controller, which runs in kube-controller-manager, does not work, so the pods of \
         a failed node are not moved either.",
    )
    .fix("Check kube-controller-manager first, then the node.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let leases: Vec<_> = cx
        .within::<Lease<'_>>(NAMESPACE)
        .filter_map(|lease| Some((lease, lease.renewed()?)))
        .collect();
    let Some(newest) = leases.iter().map(|(_, renewed)| *renewed).max() else {
        return Err(not_applicable("no node lease in the archive"));
    };
    let findings = leases
        .iter()
        .filter(|(_, renewed)| Span::between(*renewed, newest) > STALE)
        .filter_map(|(lease, renewed)| finding(cx, *lease, *renewed, newest));
    Ok(Checked::over(leases.len(), findings))
}

fn finding(cx: &RuleContext<'_>, lease: Lease<'_>, renewed: Time, newest: Time) -> Option<Finding> {
    let node = cx.find::<Node<'_>>("", lease.resource().name())?;
    let ready = node.condition("Ready").filter(|ready| ready.is_true())?;
    // A rebooting node is marked within a minute, but nodes and leases are collected separately.
    if is_being_updated(node) {
        return None;
    }
    let name = node.name();
    let behind = Span::between(renewed, newest);
    let summary = format!(
        "node {name} is Ready, but its kubelet last renewed its lease at {}, {behind} before \
         other nodes",
        seconds(renewed)
    );
    let says = format!("other kubelets renewed their leases until {}", seconds(newest));
    let evidence = Evidence::field(lease.resource(), &["spec", "renewTime"], says);
    let finding = Finding::new(Subject::view(node), summary, evidence)
        .since(Some(renewed))
        .keywords(name)
        .evidence([Evidence::condition(node.resource(), ready, "the node is still Ready")])
        .likely("it is inferred that nodes and leases were collected at the same time")
        .run(format!("{} get nodes", client(cx)))
        .verify(format!("{} get lease -n {NAMESPACE} {name}", client(cx)));
    Some(finding)
}
