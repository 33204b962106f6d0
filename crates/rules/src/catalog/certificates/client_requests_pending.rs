//! Pending CSRs for kubelet client certificates.
//!
//! CSRs are stored for a day at most, so an old failure leaves no trace. A CSR does not prove who
//! sent it: an administrator must decide whether the machine belongs to the cluster.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go` (`authorizeNodeClientCSR`)
//! - kubernetes/kubernetes `pkg/controller/certificates/approver/sarapprove.go`
//! - <https://github.com/okd-project/okd/issues/285>

use crate::catalog::prelude::*;

/// How long the machine-approver may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE), Need::Kind(&MACHINE)])
    .grace(GRACE)
    .even_while_installing(
        "without the Machine API an administrator must approve the CSRs of nodes",
    )
    .why(
        "A kubelet authenticates to the API server with this certificate. A new node cannot \
         join without it, and a node whose certificate expired because the cluster was shut \
         down for a long time does not become ready again.",
    )
    .fix("Find out which machine sent each CSR, and approve those of machines of the cluster.")
    .run(&["oc get csr"])
    .verify(&["oc get nodes"])
    .side_effects(&["each node requests a serving certificate next, which must also be approved"]);

/// What to do about the CSRs of some machines, and whether that is to approve them.
struct RequestAdvice {
    action: &'static str,
    approves: bool,
}

/// The node exists, and its kubelet has to begin anew: no controller approves that.
const REJOIN: RequestAdvice = RequestAdvice {
    action: "Verify that the newest CSR of each existing node was sent by its machine, then \
             approve it. The machine-approver approves no CSR of a node that exists.",
    approves: true,
};
const REJOIN_PLAIN: RequestAdvice = RequestAdvice {
    action: "Verify that the newest CSR of each existing node was sent by its machine, then \
             approve it.",
    approves: true,
};
/// The kubelet has a certificate and requests the next one.
const RENEW: RequestAdvice = RequestAdvice {
    action: "Nodes that request their next certificate are approved by the \
             kube-controller-manager: find out why it does not.",
    approves: false,
};
/// The machine-approver approves it.
const HAS_MACHINE: RequestAdvice = RequestAdvice {
    action: "The new nodes have a Machine, so the machine-approver has to approve their CSRs: find \
             out why it does not.",
    approves: false,
};
const NEW: RequestAdvice = RequestAdvice {
    action: "Approve the CSRs of new nodes only if these machines are to join the cluster.",
    approves: true,
};
const UNPROVEN: RequestAdvice = RequestAdvice {
    action: "Find out which machine sent each CSR, and whether it belongs to the cluster.",
    approves: false,
};

fn check(cx: &RuleContext<'_>) -> Checked {
    let requests = CertificateRequests::waiting(cx, &[KUBELET_CLIENT], GRACE).without_localhost(cx);
    let nodes = requests.nodes();
    let count = requests.pending.len();
    let subject = Subject::cluster("CertificateSigningRequest", KUBELET_CLIENT);
    let origin = requests.origin(cx);
    let summary = format!("CSRs for kubelet client certificates are pending: {count}{origin}");
    let not_ready: Vec<_> = cx.all::<Node<'_>>().filter(|node| !node.is_ready()).collect();
    // If every known node is Ready, an additional machine is waiting and no node is missing.
    let is_additional = not_ready.is_empty() && cx.all::<Node<'_>>().next().is_some();
    let finding = requests.finding(subject, summary).map(|finding| {
        let finding = finding.severity(if is_additional { Warning } else { Critical });
        let waiting = not_ready.iter().filter(|node| nodes.iter().any(|it| it == node.name()));
        let finding =
            waiting.fold(finding, |finding, node| finding.explains(Subject::view(*node), ""));
        advise(cx, finding, &requests)
    });
    Checked::over(requests.all.len(), finding)
}

/// Adds what to do about the pending CSRs, by the machines that sent them.
fn advise(cx: &RuleContext<'_>, finding: Finding, requests: &CertificateRequests<'_>) -> Finding {
    let mut actions: Vec<&str> = Vec::new();
    let mut to_approve = Vec::new();
    for (requester, group) in requests.by_requester(cx) {
        for request in newest_of_each(&group) {
            let advice = advice(cx, requester, request);
            if !actions.contains(&advice.action) {
                actions.push(advice.action);
            }
            to_approve.extend(advice.approves.then(|| request.resource().name()));
        }
    }
    let finding = finding.action(actions.join(" "));
    match approval_of(to_approve) {
        Some(command) => finding.run(command).before(
            "each CSR to be approved was sent by the machine that it names",
            Proof::by_hand("oc describe csr <name>"),
        ),
        None => finding,
    }
}

fn advice(
    cx: &RuleContext<'_>,
    requester: Requester,
    request: CertificateSigningRequest<'_>,
) -> RequestAdvice {
    let has_machine = || machine_of(cx, &request.node().unwrap_or_default()).is_some();
    match requester {
        Requester::ExistingNode if request.user().starts_with("system:node:") => RENEW,
        Requester::ExistingNode if cx.snapshot().is_openshift() => REJOIN,
        Requester::ExistingNode => REJOIN_PLAIN,
        Requester::NewMachine if has_machine() => HAS_MACHINE,
        Requester::NewMachine => NEW,
        Requester::Localhost | Requester::Unproven => UNPROVEN,
    }
}
