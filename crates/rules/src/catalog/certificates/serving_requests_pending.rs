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
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE), Need::Kind(&MACHINE)])
    .grace(GRACE)
    .why(
        "The API server verifies a kubelet with this certificate when it requests logs, opens a \
         shell in a pod, or collects metrics. While CSRs are pending, a node has no serving \
         certificate, or has one that will expire.",
    )
    .fix(
        "Find out why nothing approves the CSRs: the names or addresses do not match the Machine, \
         the node has no Machine, or the cluster has no approver for them.",
    )
    .verify(&["oc get csr"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut requests =
        CertificateRequests::waiting(cx, &[KUBELET_SERVING], GRACE).without_localhost(cx);
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
        "CSRs for kubelet serving certificates are pending: {}{}",
        requests.pending.len(),
        requests.origin(cx)
    );
    let finding = requests.finding(subject, summary).map(|finding| {
        let finding = if cx.snapshot().is_openshift() {
            finding.run(
                "oc logs -n openshift-cluster-machine-approver deployment/machine-approver -c \
                 machine-approver-controller",
            )
        } else {
            finding
        };
        match approval_of(approvable(cx, &requests)) {
            Some(command) => finding.action(MANUAL).run(command).before(
                "names and addresses of each CSR to be approved are those of its node",
                Proof::by_hand("oc describe csr <name>"),
            ),
            None => finding,
        }
    });
    Checked::over(requests.all.len(), finding)
}

/// What to do if no controller approves the CSRs.
const MANUAL: &str = "No controller approves the CSRs of nodes without a Machine. Compare the names \
                      and addresses of each CSR with those of its node, then approve it.";

/// The newest CSR of each existing node that no controller approves. A node without a Machine is
/// only approved again if its current certificate has the same names and is still valid.
fn approvable<'s>(cx: &RuleContext<'s>, requests: &CertificateRequests<'s>) -> Vec<&'s str> {
    let mut groups = requests.by_requester(cx);
    let of_nodes = groups.remove(&Requester::ExistingNode).unwrap_or_default();
    let are_machines_known = !cx.snapshot().is_openshift() || !cx.of_kind(&MACHINE).is_empty();
    newest_of_each(&of_nodes)
        .filter(|it| {
            let machine = machine_of(cx, &it.node().unwrap_or_default());
            are_machines_known && machine.is_none()
        })
        .map(|it| it.resource().name())
        .collect()
}
