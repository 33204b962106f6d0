//! Pending CSRs for kubelet serving certificates.
//!
//! CSRs are stored for a day at most. CSRs in their first hour are ignored: a kubelet sends further
//! CSRs, and one of them is approved.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use crate::catalog::prelude::*;

/// How long the machine-approver may take.
const GRACE: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .grace(GRACE)
    .why(
        "The API server verifies a kubelet with this certificate when it requests logs, opens a \
         shell in a pod, or collects metrics. While CSRs are pending, a node has no serving \
         certificate, or has one that will expire.",
    )
    .fix(
        "Find out why nothing approves the CSRs: the names or addresses do not match the Machine, \
         the node has no Machine, or the cluster has no approver for them. Manually approve the \
         CSRs that are known to be valid.",
    )
    .run(&[
        "oc adm certificate approve <name>",
        "oc logs -n openshift-cluster-machine-approver deployment/machine-approver -c \
         machine-approver-controller",
    ])
    .verify(&["oc get csr"])
    .before(&[(
        "names and addresses of every CSR to be approved are those of its node",
        "oc describe csr <name>",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut requests = CertificateRequests::waiting(cx, &[KUBELET_SERVING], GRACE);
    // A later CSR of the same node was answered.
    let is_answered = |request: &CertificateSigningRequest<'_>| {
        requests.all.iter().any(|other| {
            other.user() == request.user()
                && !other.is_pending()
                && other.resource().created() > request.resource().created()
        })
    };
    let unanswered = requests.pending.iter().filter(|request| !is_answered(request));
    requests.pending = unanswered.copied().collect();
    let subject = Subject::cluster("CertificateSigningRequest", KUBELET_SERVING);
    let summary = format!(
        "CSRs for kubelet serving certificates are pending: {}, from {}",
        requests.pending.len(),
        name_list_up_to(&requests.nodes(), 4)
    );
    Checked::over(requests.all.len(), requests.finding(subject, summary))
}
