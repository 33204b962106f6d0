//! Pending CSRs for kubelet serving certificates.
//!
//! CSRs are stored for a day at most. CSRs in their first hour are ignored: a kubelet sends further
//! CSRs, and one of them is approved.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use crate::catalog::prelude::*;

/// How long the machine-approver may take.
const GRACE: Span = Span::hours(1);
const SIGNER: &str = "kubernetes.io/kubelet-serving";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .check(check)
    .why(
        "The API server verifies a kubelet with this certificate when it requests logs, opens a \
         shell in a pod, or collects metrics. While CSRs are pending, a node has no serving \
         certificate, or has one that will expire.",
    )
    .fix(
        "Check in the log of the machine-approver why it does not approve the CSRs: names or \
         addresses that do not match the Machine, or no Machine at all. Manually approve the \
         CSRs that are known to be valid.",
    )
    .run(&[
        "oc logs -n openshift-cluster-machine-approver deployment/machine-approver -c \
             machine-approver-controller",
        "oc adm certificate approve <name>",
    ])
    .verify(&["oc get csr"])
    .before(&[(
        "names and addresses of every CSR to be approved are those of its node",
        "oc describe csr <name>",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let requests: Vec<CertificateSigningRequest<'_>> = cx
        .all::<CertificateSigningRequest<'_>>()
        .filter(|request| request.signer() == SIGNER)
        .collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| cx.is_older(request.resource().created(), GRACE))
        .filter(|request| !is_answered_since(**request, &requests))
        .copied()
        .collect();
    let findings = finding(&pending).into_iter();
    Ok(Checked::over(requests.len(), findings))
}

/// Whether a later CSR of the same node is no longer pending.
fn is_answered_since(
    request: CertificateSigningRequest<'_>,
    all: &[CertificateSigningRequest<'_>],
) -> bool {
    all.iter().any(|other| {
        other.user() == request.user()
            && !other.is_pending()
            && other.resource().created() > request.resource().created()
    })
}

fn finding(pending: &[CertificateSigningRequest<'_>]) -> Option<Finding> {
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
            .keywords(format!("certificate {}", nodes.join(" ")))
            .evidence(evidence.take(4)),
    )
}
