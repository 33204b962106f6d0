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
const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .check(check)
    .why(
        "A kubelet authenticates to the API server with this certificate. A new node cannot \
         join without it, and a node whose certificate expired because the cluster was shut \
         down for a long time does not become ready again.",
    )
    .fix(
        "Verify that the CSRs are from nodes that belong to the cluster, then approve them. \
         Each node requests a serving certificate afterwards, which must also be approved.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let requests: Vec<CertificateSigningRequest<'_>> = cx
        .all::<CertificateSigningRequest<'_>>()
        .filter(|request| request.signer() == SIGNER)
        .collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| cx.is_older(request.resource().created(), GRACE))
        .copied()
        .collect();
    let findings = finding(cx, &pending).into_iter();
    Ok(Checked::over(requests.len(), findings))
}

fn finding(cx: &RuleContext<'_>, pending: &[CertificateSigningRequest<'_>]) -> Option<Finding> {
    let mut evidence = pending.iter().map(|request| {
        let note = format!("the CSR of {} has been pending since then", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut nodes_without_certificate: Vec<_> = pending
        .iter()
        .filter_map(|request| request.user().strip_prefix("system:node:").map(str::to_owned))
        .collect();
    nodes_without_certificate.sort();
    nodes_without_certificate.dedup();
    let requesters = if nodes_without_certificate.is_empty() {
        "new nodes".to_owned()
    } else {
        name_list_up_to(&nodes_without_certificate, 4)
    };
    let waiting: Vec<_> = cx.all::<Node<'_>>().filter(|node| !node.is_ready()).collect();
    // If every known node is Ready, an additional machine is waiting and no node is missing.
    let severity = if waiting.is_empty() && cx.all::<Node<'_>>().next().is_some() {
        Warning
    } else {
        Critical
    };
    let subject = Subject::cluster("CertificateSigningRequest", SIGNER);
    let summary = format!(
        "CSRs for kubelet client certificates are pending: {}, from {requesters}",
        pending.len()
    );
    let since = pending.iter().filter_map(|request| request.resource().created()).min();
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(severity)
        .since(since)
        .keywords(format!("certificate {}", nodes_without_certificate.join(" ")))
        .evidence(evidence.take(4))
        .remedy(approval());
    Some(waiting.iter().fold(finding, |finding, node| {
        let is_waiting = nodes_without_certificate.iter().any(|name| name == node.name());
        if is_waiting { finding.explains(Subject::view(*node), "") } else { finding }
    }))
}

fn approval() -> Remedy {
    Remedy::new("Verify that the CSRs are from nodes of the cluster, then approve them.")
        .command("oc get csr")
        .command("oc adm certificate approve <name>")
        .verify("oc get nodes")
        .side_effect("each node requests a serving certificate next, which must also be approved")
        .precondition(
            "every CSR to be approved is from a machine that belongs to the cluster",
            Proof::ByHand("oc describe csr <name>".to_owned()),
        )
}
