//! Nodes whose requests for a serving certificate nobody approves.
//!
//! # Why it matters
//!
//! The API server trusts a kubelet by this certificate when it asks for logs, opens a shell in a
//! pod, or collects metrics. While requests are pending, a node has none, or has one that runs
//! out.
//!
//! # What to do
//!
//! Read in the log of the machine-approver why it does not approve them: names or addresses that
//! do not match the Machine, or no Machine at all. Approve by hand what is known to be right.
//!
//! # Blind spots
//!
//! Requests are kept for a day at most. The first hour is left out: a kubelet asks again, and one
//! request of several is approved.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use mustknow_gather::kinds::{CERTIFICATE_SIGNING_REQUEST, CertificateSigningRequest as Request};

use crate::catalog::prelude::*;
use crate::facts::enumerate;

/// How long the approver may take.
const GRACE: Span = Span::hours(1);
const SIGNER: &str = "kubernetes.io/kubelet-serving";

pub(super) static META: Meta = Meta {
    id: "certificates/serving-requests-pending",
    title: "nodes whose requests for a serving certificate nobody approves",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let requests: Vec<Request<'_>> =
        case.all::<Request<'_>>().filter(|request| request.signer() == SIGNER).collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| case.is_older(request.resource().created(), GRACE))
        .filter(|request| !is_answered_since(**request, &requests))
        .copied()
        .collect();
    let findings = finding(&pending).into_iter().collect();
    Verdict::over(requests.len(), findings, "no node asks for a serving certificate")
}

/// Whether a later request of the same node was approved.
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
        let note = format!("{} asks since then, and nobody answers", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let subject = Subject::cluster("CertificateSigningRequest", SIGNER);
    let summary = format!(
        "requests for a serving certificate are pending: {}, from {}",
        pending.len(),
        enumerate(&nodes, 4)
    );
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(pending.iter().filter_map(|request| request.resource().created()).min())
            .why(
                "The API server trusts a kubelet by this certificate: without it logs, shells in \
                 pods and metrics of the node fail.",
            )
            .saying(format!("certificate {}", nodes.join(" ")))
            .evidence(evidence.take(4))
            .remedy(
                Remedy::new(
                    "Read why the machine-approver does not approve the requests; approve by hand \
                     what is known to be right.",
                )
                .command("oc logs -n openshift-cluster-machine-approver deployment/machine-approver -c machine-approver-controller")
                .command("oc adm certificate approve <name>")
                .verify("oc get csr")
                .before(
                    "names and addresses of every request to be approved are those of its node",
                    Proof::ByHand("oc describe csr <name>".to_owned()),
                ),
            ),
    )
}
