//! Node CSRs that the machine-approver refuses to approve.
//!
//! The machine-approver checks a CSR repeatedly and may approve it later, so only CSRs that are
//! still pending fifteen minutes after their creation are reported. CSRs of nodes without a Machine
//! are never approved. This is normal on platforms where the user provides the nodes.
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use crate::catalog::prelude::*;

const GRACE: Span = Span::minutes(15);
const RECENT: Span = Span::hours(2);
const NAMESPACE: &str = "openshift-cluster-machine-approver";
const CONTAINER: &str = "machine-approver-controller";
const SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"];

const REASONS: [LogPattern; 5] = [
    LogPattern::new("cannot approve", NAMESPACE, CONTAINER),
    LogPattern::new("not in machine names", NAMESPACE, CONTAINER),
    LogPattern::new("not in machine addresses", NAMESPACE, CONTAINER),
    LogPattern::new("CSR creation time", NAMESPACE, CONTAINER),
    LogPattern::new("Serving Cert: No target machine for node", NAMESPACE, CONTAINER),
];
/// The meaning and the remedy of each reason.
const MEANINGS: [(&str, &str); 5] = [
    (
        "the node already exists, or no Machine matches it",
        "Check whether the node with that name is an old node of the same Machine, and whether a \
         Machine lists the node name in its addresses.",
    ),
    (
        "the node requests a name that its Machine does not have",
        "Make sure that the addresses in the status of the Machine contain every name of the node. \
         They come from DNS and the provider.",
    ),
    (
        "the node requests an address that its Machine does not have",
        "Make sure that the addresses in the status of the Machine contain every address of the \
         node. An address that was manually added to the host is refused.",
    ),
    (
        "the CSR was created too long after the Machine, or a clock is wrong",
        "Check why the machine took more than two hours to boot. Compare the clocks.",
    ),
    ("no Machine exists for the node", "Manually approve the CSRs of nodes without a Machine."),
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[
        Need::Kind(&CERTIFICATE_SIGNING_REQUEST),
        Need::Log(&REASONS[0]),
        Need::Log(&REASONS[1]),
        Need::Log(&REASONS[2]),
        Need::Log(&REASONS[3]),
        Need::Log(&REASONS[4]),
    ])
    .check(check)
    .why(
        "A CSR that is not approved leaves a node without a certificate: the node does not join \
         the cluster, or its logs and metrics cannot be read.",
    )
    .fix(
        "Make the Machine match the node, or manually approve the CSRs that are known to be \
         valid.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let requests: Vec<_> = cx
        .all::<CertificateSigningRequest<'_>>()
        .filter(|request| SIGNERS.contains(&&*request.signer()))
        .collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| cx.is_older(request.resource().created(), GRACE))
        .collect();
    let findings = REASONS
        .iter()
        .zip(MEANINGS)
        .filter_map(|(reason, meaning)| finding(cx, &pending, reason, meaning));
    Ok(Checked::over(requests.len(), findings))
}

fn finding(
    cx: &RuleContext<'_>,
    pending: &[&CertificateSigningRequest<'_>],
    reason: &'static LogPattern,
    (meaning, action): (&str, &str),
) -> Option<Finding> {
    let logged = LogOccurrences::recent(cx, reason, RECENT);
    // The log line contains the name of the CSR.
    let refused: Vec<_> = pending
        .iter()
        .filter(|request| {
            let name = request.resource().name();
            let mut lines = logged.hits.iter().flat_map(|hits| hits.lines());
            lines.any(|line| line.text.contains(name))
        })
        .collect();
    let first = refused.first()?;
    let names: Vec<_> = refused.iter().map(|request| request.resource().name()).collect();
    let line = logged.hits.iter().map(|hits| &hits.last.text).next_back()?;
    let detail = line.split_once("] ").map_or(line.as_str(), |(_, detail)| detail);
    let summary = format!(
        "machine-approver refuses {} because {meaning}: {}",
        name_list_up_to(&names, 4),
        excerpt(detail)
    );
    let requests = refused.iter().take(3).map(|request| {
        let note = format!("{} has been waiting since then", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut evidence = logged.evidence().chain(requests);
    Some(
        Finding::new(Subject::view(***first), summary, evidence.next()?)
            .since(logged.since())
            .keywords(format!("certificate {}", names.join(" ")))
            .explains(Subject::cluster("CertificateSigningRequest", first.signer()), "")
            .evidence(evidence)
            .fix(action)
            .run(format!("oc describe csr {}", first.resource().name()))
            .run("oc adm certificate approve <name>")
            .verify("oc get csr")
            .before(
                "every CSR to be approved is from a machine of the cluster, with its names \
                         and addresses",
                Proof::ByHand("oc describe csr <name>".to_owned()),
            ),
    )
}
