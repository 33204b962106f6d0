//! Node CSRs that the machine-approver refuses to approve.
//!
//! The machine-approver checks a CSR repeatedly and may approve it later. It never approves the
//! CSRs of nodes without a Machine, which is normal where the user provides the nodes.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-cluster-machine-approver";
const CONTAINER: &str = "machine-approver-controller";
const CANNOT: &str = "cannot approve";
const NO_MACHINE: &str = "Serving Cert: No target machine for node";
const REASONS: [LogPattern; 5] = [
    LogPattern::new(CANNOT, NAMESPACE, CONTAINER),
    LogPattern::new("not in machine names", NAMESPACE, CONTAINER),
    LogPattern::new("not in machine addresses", NAMESPACE, CONTAINER),
    LogPattern::new("CSR creation time", NAMESPACE, CONTAINER),
    LogPattern::new(NO_MACHINE, NAMESPACE, CONTAINER),
];
/// How long a CSR must have been pending: most are approved after a repeated check.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .log(&REASONS, Span::hours(2), refused)
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE)])
    .grace(GRACE)
    .even_while_installing("the machine-approver will not approve them")
    .why(
        "A CSR that is not approved leaves a node without a certificate: the node does not join \
         the cluster, or its logs and metrics cannot be read.",
    )
    .fix("Make the Machine match the node: the machine-approver then approves its CSRs.")
    .run(&["oc describe csr {request}"])
    .verify(&["oc get csr"]);

/// The pending CSRs that the lines name, with their reason.
fn refused(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let mut requests = CertificateRequests::waiting(cx, &[KUBELET_CLIENT, KUBELET_SERVING], GRACE)
        .without_localhost(cx);
    requests.pending.retain(|request| {
        let mut lines = logged.hits.iter().flat_map(|hits| hits.lines());
        lines.any(|line| line.text.contains(request.resource().name()))
    });
    let (first, last) = (requests.pending.first()?, logged.hits.last()?);
    let (reason, action) = meaning(last.pattern.literal);
    let line = &last.last.text;
    let detail = line.split_once("] ").map_or(line.as_str(), |(_, detail)| detail);
    let names = name_list_up_to(&requests.names(), 4);
    let summary = format!("machine-approver refuses {names} because {reason}: {}", excerpt(detail));
    let mut finding = requests.finding(Subject::view(*first), summary)?;
    finding.evidence.splice(0..0, logged.evidence());
    let finding = finding
        .explains(Subject::cluster("CertificateSigningRequest", first.signer()), "")
        .with("request", first.resource().name());
    let is_node = Requester::of(cx, *first) == Requester::ExistingNode;
    Some(match last.pattern.literal {
        NO_MACHINE => approve(finding, action),
        CANNOT if is_node => approve(finding, "The node of that name exists already."),
        _ => finding.action(action),
    })
}

/// No controller approves the CSR, so an administrator does.
fn approve(finding: Finding, why: &str) -> Finding {
    finding
        .action(format!("{why} An administrator must decide whether to approve the CSR."))
        .run("oc adm certificate approve {request}")
        .before(
            "the CSR was sent by the machine that it names, with its names and addresses",
            Proof::by_hand("oc describe csr {request}"),
        )
}

/// The meaning of a reason, and what to do about it.
fn meaning(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "not in machine names" => (
            "the node requests a name that its Machine does not have",
            "Make sure that the addresses in the status of the Machine contain every name of the \
             node. They come from DNS and the provider.",
        ),
        "not in machine addresses" => (
            "the node requests an address that its Machine does not have",
            "Make sure that the addresses in the status of the Machine contain every address of \
             the node. An address that was manually added to the host is refused.",
        ),
        "CSR creation time" => (
            "the CSR was created too long after the Machine, or a clock is wrong",
            "Check why the machine took more than two hours to boot. Compare the clocks.",
        ),
        CANNOT => (
            "the node already exists, or no Machine matches it",
            "Check whether the node with that name is an old node of the same Machine, and \
             whether a Machine lists the node name in its addresses.",
        ),
        _ => (
            "no Machine exists for the node",
            "The machine-approver approves no CSR of a node without a Machine.",
        ),
    }
}
