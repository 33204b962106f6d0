//! Nodes whose requests for a client certificate nobody approves.
//!
//! # Why it matters
//!
//! A kubelet speaks to the API with this certificate. A new node cannot join without it, and a
//! node whose certificate ran out, because the cluster was switched off for long, does not come
//! back.
//!
//! # What to do
//!
//! See that the requests come from nodes that belong to the cluster, then approve them. Each node
//! asks for a serving certificate afterwards, which must be approved too.
//!
//! # Blind spots
//!
//! Requests are kept for a day at most, so an old failure leaves no trace. A request proves
//! nothing about who sent it: whether the machine belongs to the cluster is for a person to say.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`
//! - <https://github.com/okd-project/okd/issues/285>

use mustknow_gather::kinds::{
    CERTIFICATE_SIGNING_REQUEST, CertificateSigningRequest as Request, Node,
};

use crate::catalog::prelude::*;
use crate::facts::enumerate;

/// How long the approver may take.
const GRACE: Span = Span::minutes(10);
const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) static META: Meta = Meta {
    id: "certificates/client-requests-pending",
    title: "nodes whose requests for a client certificate nobody approves",
    severity: Severity::Critical,
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
        .copied()
        .collect();
    let findings = finding(case, &pending).into_iter().collect();
    Verdict::over(requests.len(), findings, "no node asks for a client certificate")
}

fn finding(case: &Case<'_>, pending: &[Request<'_>]) -> Option<Finding> {
    let mut evidence = pending.iter().map(|request| {
        let note = format!("{} asks since then, and nobody answers", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut asking: Vec<_> = pending
        .iter()
        .filter_map(|request| request.user().strip_prefix("system:node:").map(str::to_owned))
        .collect();
    asking.sort();
    asking.dedup();
    let who = if asking.is_empty() { "new nodes".to_owned() } else { enumerate(&asking, 4) };
    let waiting: Vec<_> = case.all::<Node<'_>>().filter(|node| !node.is_ready()).collect();
    // With every known node Ready it is a machine more that waits, not one that is missed.
    let severity = if waiting.is_empty() && case.all::<Node<'_>>().next().is_some() {
        Severity::Warning
    } else {
        Severity::Critical
    };
    let subject = Subject::cluster("CertificateSigningRequest", SIGNER);
    let summary =
        format!("requests for a client certificate are pending: {}, from {who}", pending.len());
    let since = pending.iter().filter_map(|request| request.resource().created()).min();
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(severity)
        .since(since)
        .why(
            "A kubelet speaks to the API with this certificate: a node without it does not join, \
             or does not come back after its certificate ran out.",
        )
        .saying(format!("certificate {}", asking.join(" ")))
        .evidence(evidence.take(4))
        .remedy(approval());
    Some(waiting.iter().fold(finding, |finding, node| {
        let is_asking = asking.iter().any(|name| name == node.name());
        if is_asking { finding.explains(Subject::view(*node), "") } else { finding }
    }))
}

fn approval() -> Remedy {
    Remedy::new("Approve the requests, after making sure that they come from nodes of the cluster.")
        .command("oc get csr")
        .command("oc adm certificate approve <name>")
        .verify("oc get nodes")
        .side_effect("each node asks for a serving certificate next, which must be approved too")
        .before(
            "every request to be approved comes from a machine that belongs to the cluster",
            Proof::ByHand("oc describe csr <name>".to_owned()),
        )
}
