//! Pending CSRs for kubelet client certificates.
//!
//! CSRs are stored for a day at most, so an old failure leaves no trace. A CSR does not prove who
//! sent it: an administrator must decide whether the machine belongs to the cluster.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`
//! - <https://github.com/okd-project/okd/issues/285>

use crate::catalog::prelude::*;

/// How long the machine-approver may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .grace(GRACE)
    .even_while_installing(
        "without the Machine API an administrator must approve the CSRs of nodes",
    )
    .why(
        "A kubelet authenticates to the API server with this certificate. A new node cannot \
         join without it, and a node whose certificate expired because the cluster was shut \
         down for a long time does not become ready again.",
    )
    .fix("Verify that the CSRs are from nodes of the cluster, then approve them.")
    .run(&["oc get csr", "oc adm certificate approve <name>"])
    .verify(&["oc get nodes"])
    .side_effects(&["each node requests a serving certificate next, which must also be approved"])
    .before(&[(
        "every CSR to be approved is from a machine that belongs to the cluster",
        "oc describe csr <name>",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let requests = CertificateRequests::waiting(cx, &[KUBELET_CLIENT], GRACE);
    let nodes = requests.nodes();
    let from = if nodes.is_empty() { "new nodes".to_owned() } else { name_list_up_to(&nodes, 4) };
    let count = requests.pending.len();
    let subject = Subject::cluster("CertificateSigningRequest", KUBELET_CLIENT);
    let summary = format!("CSRs for kubelet client certificates are pending: {count}, from {from}");
    let not_ready: Vec<_> = cx.all::<Node<'_>>().filter(|node| !node.is_ready()).collect();
    // If every known node is Ready, an additional machine is waiting and no node is missing.
    let is_additional = not_ready.is_empty() && cx.all::<Node<'_>>().next().is_some();
    let finding = requests.finding(subject, summary).map(|finding| {
        let finding = finding.severity(if is_additional { Warning } else { Critical });
        let waiting = not_ready.iter().filter(|node| nodes.iter().any(|it| it == node.name()));
        waiting.fold(finding, |finding, node| finding.explains(Subject::view(*node), ""))
    });
    Checked::over(requests.all.len(), finding)
}
