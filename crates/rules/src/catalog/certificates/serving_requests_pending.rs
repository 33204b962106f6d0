//! Pending CSRs for kubelet serving certificates.
//!
//! # Why it matters
//!
//! The API server verifies a kubelet with this certificate when it requests logs, opens a shell in
//! a pod, or collects metrics. While CSRs are pending, a node has no serving certificate, or has
//! one that will expire.
//!
//! # What to do
//!
//! Check in the log of the machine-approver why it does not approve the CSRs: names or addresses
//! that do not match the Machine, or no Machine at all. Manually approve the CSRs that are known to
//! be valid.
//!
//! # Blind spots
//!
//! CSRs are stored for a day at most. CSRs in their first hour are ignored: a kubelet sends further
//! CSRs, and one of them is approved.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use mustknow_cluster::model::kinds::CERTIFICATE_SIGNING_REQUEST;
use mustknow_cluster::views::CertificateSigningRequest as Request;

use crate::catalog::prelude::*;
use crate::engine::name_list_up_to;

/// How long the machine-approver may take.
const GRACE: Span = Span::hours(1);
const SIGNER: &str = "kubernetes.io/kubelet-serving";

pub(super) static META: Meta = Meta {
    id: "certificates/serving-requests-pending",
    title: "pending CSRs for kubelet serving certificates",
    severity: Severity::Error,
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
        .filter(|request| !is_answered_since(**request, &requests))
        .copied()
        .collect();
    let findings = finding(&pending).into_iter().collect();
    Verdict::over(requests.len(), findings, "no node has requested a serving certificate")
}

/// Whether a later CSR of the same node is no longer pending.
fn is_answered_since(request: Request<'_>, all: &[Request<'_>]) -> bool {
    all.iter().any(|other| {
        other.user() == request.user()
            && !other.is_pending()
            && other.resource().created() > request.resource().created()
    })
}

fn finding(pending: &[Request<'_>]) -> Option<Finding> {
    let mut nodes: Vec<String> = pending
        .iter()
        .map(|request| {
            let user = request.user();
            user.strip_prefix("system:node:").unwrap_or(&user).to_owned()
        })
        .collect();
    nodes.sort();
    nodes.dedup();
    let mut evidence = pending.iter().map(|request| {
        let note = format!("the CSR of {} has been pending since then", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let subject = Subject::cluster("CertificateSigningRequest", SIGNER);
    let summary = format!(
        "CSRs for kubelet serving certificates are pending: {}, from {}",
        pending.len(),
        name_list_up_to(&nodes, 4)
    );
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(pending.iter().filter_map(|request| request.resource().created()).min())
            .why(
                "The API server verifies a kubelet with this certificate. Without it, logs, shells \
                 in pods and metrics of the node fail.",
            )
            .keywords(format!("certificate {}", nodes.join(" ")))
            .evidence(evidence.take(4))
            .remedy(
                Remedy::new(
                    "Check why the machine-approver does not approve the CSRs. Manually approve \
                     the CSRs that are known to be valid.",
                )
                .command("oc logs -n openshift-cluster-machine-approver deployment/machine-approver -c machine-approver-controller")
                .command("oc adm certificate approve <name>")
                .verify("oc get csr")
                .precondition(
                    "names and addresses of every CSR to be approved are those of its node",
                    Proof::ByHand("oc describe csr <name>".to_owned()),
                ),
            ),
    )
}
