//! Machine without a host name that requests node certificates as localhost.
//!
//! Which node the machine is follows only if a single node stopped reporting before.
//!
//! - kubernetes/kubernetes `pkg/util/node/node.go` (`GetHostname`)
//! - openshift/machine-config-operator `templates/common/_base/units/` (`node-valid-hostname`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE)])
    // A machine gets its host name a few minutes after it booted at the latest.
    .grace(Span::minutes(10))
    .even_while_installing("a machine without a host name does not join the cluster")
    .why(
        "A kubelet uses the host name of its machine as the name of its node. A machine that got \
         no host name at boot runs as localhost: its own node does not become ready again, and if \
         the CSRs were approved, it would join the cluster as a second node.",
    )
    .fix(
        "Do not approve these CSRs. Set the host name of the machine and restart it; then find out \
         why DHCP or reverse DNS did not set it at boot.",
    )
    .run(&["ssh core@<address of the machine> sudo hostnamectl set-hostname {node}"])
    .verify(&["oc get nodes"])
    .before(&[("the machine runs as localhost", "ssh core@<address of the machine> hostname")]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut requests = CertificateRequests::of(cx, &[KUBELET_CLIENT, KUBELET_SERVING]);
    requests.pending.retain(|request| Requester::of(cx, *request) == Requester::Localhost);
    let name = requests.nodes().into_iter().next().unwrap_or_default();
    let node = lost_node(cx, &requests);
    let machine = match node {
        Some((node, _)) => format!("the machine of node {}", node.name()),
        None => "a machine".to_owned(),
    };
    let summary = format!("{machine} has no host name and requests node certificates as {name}");
    let subject = match node {
        Some((node, _)) => Subject::view(node),
        None => Subject::cluster("CertificateSigningRequest", &name),
    };
    let finding = requests.finding(subject, summary).map(|finding| match node {
        Some((node, ready)) => finding
            .likely("it is the only node that stopped reporting before these CSRs")
            .severity(if node.is_control_plane() { Critical } else { Error })
            .with("node", node.name())
            .explains(Subject::view(node), "")
            .evidence([Evidence::condition(
                node.resource(),
                ready,
                "the only node that is not ready",
            )]),
        None => finding.severity(Error),
    });
    Checked::over(requests.all.len(), finding)
}

/// The only node that stopped being ready before the first of the pending requests.
fn lost_node<'s>(
    cx: &RuleContext<'s>,
    requests: &CertificateRequests<'s>,
) -> Option<(Node<'s>, Condition<'s>)> {
    let first = requests.pending.iter().filter_map(|it| it.resource().created()).min()?;
    let mut lost = cx.all::<Node<'_>>().filter_map(|node| {
        let ready = node.condition("Ready").filter(|it| !it.is_true())?;
        ready.since().is_some_and(|since| since <= first).then_some((node, ready))
    });
    lost.next().filter(|_| lost.next().is_none())
}
