//! Pending CSRs for kubelet client certificates.
//!
//! # Why it matters
//!
//! A kubelet authenticates to the API server with this certificate. A new node cannot join without
//! it, and a node whose certificate expired because the cluster was shut down for a long time does
//! not become ready again.
//!
//! # What to do
//!
//! Verify that the CSRs are from nodes that belong to the cluster, then approve them. Each node
//! requests a serving certificate afterwards, which must also be approved.
//!
//! # Blind spots
//!
//! CSRs are stored for a day at most, so an old failure leaves no trace. A CSR does not prove who
//! sent it: an administrator must decide whether the machine belongs to the cluster.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`
//! - <https://github.com/okd-project/okd/issues/285>

use mustknow_cluster::model::kinds::CERTIFICATE_SIGNING_REQUEST;
use mustknow_cluster::views::{CertificateSigningRequest as Request, Node};

use crate::catalog::prelude::*;
use crate::engine::name_list_up_to;

/// How long the machine-approver may take.
const GRACE: Span = Span::minutes(10);
const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) static META: Meta = Meta {
    id: "certificates/client-requests-pending",
    title: "pending CSRs for kubelet client certificates",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let requests: Vec<Request<'_>> =
        cx.all::<Request<'_>>().filter(|request| request.signer() == SIGNER).collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| cx.is_older(request.resource().created(), GRACE))
        .copied()
        .collect();
    let findings = finding(cx, &pending).into_iter().collect();
    Verdict::over(requests.len(), findings, "no node has requested a client certificate")
}

fn finding(cx: &RuleContext<'_>, pending: &[Request<'_>]) -> Option<Finding> {
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
        Severity::Warning
    } else {
        Severity::Critical
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
        .why(
            "A kubelet authenticates to the API server with this certificate. A node without it \
             does not join the cluster, or does not become ready again after its certificate \
             expired.",
        )
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
