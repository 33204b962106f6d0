//! Stale kubelet lease on a Ready node.
//!
//! A lease is compared with the newest lease of another node, because nodes and leases are
//! collected at different times. The lease of a single node cannot be compared.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`nodeMonitorGracePeriod`)

use crate::catalog::prelude::*;

/// Much longer than the node controller waits.
const STALE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&LEASE)])
    .check(check)
    .at_once("the lease is compared with those of other nodes, whatever the time is")
    .why(
        "A kubelet renews its lease every ten seconds. This kubelet has not renewed it for \
         minutes, but the node is still Ready because no controller changed its status. The \
         node controller, which runs in kube-controller-manager, does not work, so the pods of \
         a failed node are not moved either.",
    )
    .fix("Check kube-controller-manager first, then the node.")
    .run(&["oc get lease kube-controller-manager -n kube-system -o yaml"])
    .verify(&["oc get lease -n kube-node-lease {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let leases: Vec<_> = cx
        .within::<Lease<'_>>("kube-node-lease")
        .filter_map(|lease| Some((lease, lease.renewed()?)))
        .collect();
    let ahead: BTreeSet<_> = cx.snapshot().nodes_ahead().map(|(node, _)| node).collect();
    // Beside a clock that is ahead, every lease looks old.
    let right = leases.iter().filter(|(lease, _)| !ahead.contains(lease.resource().name()));
    let Some(newest) = right.map(|(_, renewed)| *renewed).max() else {
        return Err(not_applicable("no node lease in the archive"));
    };
    let stale = leases.iter().filter(|(_, renewed)| Span::between(*renewed, newest) > STALE);
    let findings = stale.filter_map(|(lease, renewed)| finding(cx, *lease, *renewed, newest));
    Ok(Checked::over(leases.len(), findings))
}

fn finding(cx: &RuleContext<'_>, lease: Lease<'_>, renewed: Time, newest: Time) -> Option<Finding> {
    // A rebooting node is marked within a minute, but nodes and leases are collected separately.
    let node =
        cx.find::<Node<'_>>("", lease.resource().name()).filter(|node| !is_being_updated(*node))?;
    let ready = node.condition("Ready").filter(|ready| ready.is_true())?;
    let summary = format!(
        "node {} is Ready, but its kubelet last renewed its lease at {}, {} before other nodes",
        node.name(),
        seconds(renewed),
        Span::between(renewed, newest)
    );
    let says = format!("other kubelets renewed their leases until {}", seconds(newest));
    let evidence = Evidence::field(lease.resource(), &["spec", "renewTime"], says);
    Some(
        Finding::new(Subject::view(node), summary, evidence)
            .since(Some(renewed))
            .keywords(node.name())
            .evidence([Evidence::condition(node.resource(), ready, "the node is still Ready")])
            .likely("it is inferred that nodes and leases were collected at the same time"),
    )
}
