//! A machine-approver that refuses to approve requests of nodes, and says why.
//!
//! # Why it matters
//!
//! A request that is not approved leaves a node without a certificate: it does not join, or its
//! logs and metrics cannot be read.
//!
//! # What to do
//!
//! Make the Machine fit the node, or approve by hand what is known to be right.
//!
//! # Blind spots
//!
//! The approver looks at a request again and again and may approve it in the end, so only those
//! requests count that are still pending fifteen minutes after they were made. Nodes without a
//! Machine are never approved: that is so on platforms where a user brings the nodes.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/csr_check.go`

use mustknow_gather::kinds::{CERTIFICATE_SIGNING_REQUEST, CertificateSigningRequest as Request};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, enumerate, excerpt};

const GRACE: Span = Span::minutes(15);
const RECENT: Span = Span::hours(2);
const NAMESPACE: &str = "openshift-cluster-machine-approver";
const CONTAINER: &str = "machine-approver-controller";
const SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"];

static REASONS: [LogPattern; 5] = [
    LogPattern::new("cannot approve", NAMESPACE, CONTAINER),
    LogPattern::new("not in machine names", NAMESPACE, CONTAINER),
    LogPattern::new("not in machine addresses", NAMESPACE, CONTAINER),
    LogPattern::new("CSR creation time", NAMESPACE, CONTAINER),
    LogPattern::new("Serving Cert: No target machine for node", NAMESPACE, CONTAINER),
];
/// What each of them means, and what to do.
const MEANINGS: [(&str, &str); 5] = [
    (
        "the node is known already, or no Machine fits it",
        "See whether the node of that name is an old one of the same Machine, and whether a \
         Machine has the name of the node among its addresses.",
    ),
    (
        "the node asks for a name that its Machine does not have",
        "Make the addresses in the status of the Machine hold every name of the node; DNS and the \
         provider give them.",
    ),
    (
        "the node asks for an address that its Machine does not have",
        "Make the addresses in the status of the Machine hold every address of the node; an \
         address that somebody added to the host is refused.",
    ),
    (
        "the node asks too long after its Machine was made, or a clock is wrong",
        "See why the machine took more than two hours to boot; compare the clocks.",
    ),
    ("no Machine belongs to the node", "Nodes without a Machine must be approved by hand."),
];

pub(super) static META: Meta = Meta {
    id: "certificates/approver-refuses",
    title: "a machine-approver that refuses to approve requests of nodes",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[
        Need::Kind(&CERTIFICATE_SIGNING_REQUEST),
        Need::Log(&REASONS[0]),
        Need::Log(&REASONS[1]),
        Need::Log(&REASONS[2]),
        Need::Log(&REASONS[3]),
        Need::Log(&REASONS[4]),
    ],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let requests: Vec<_> =
        case.all::<Request<'_>>().filter(|request| SIGNERS.contains(&&*request.signer())).collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| case.is_older(request.resource().created(), GRACE))
        .collect();
    let findings = REASONS
        .iter()
        .zip(MEANINGS)
        .filter_map(|(reason, meaning)| finding(case, &pending, reason, meaning))
        .collect();
    Verdict::over(requests.len(), findings, "no node asks for a certificate")
}

fn finding(
    case: &Case<'_>,
    pending: &[&Request<'_>],
    reason: &'static LogPattern,
    (meaning, deed): (&str, &str),
) -> Option<Finding> {
    let logged = Logged::recent(case, reason, RECENT);
    // The line names the request it is about.
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
    let words = line.split_once("] ").map_or(line.as_str(), |(_, words)| words);
    let summary = format!(
        "the machine-approver refuses {} since {meaning}: {}",
        enumerate(&names, 4),
        excerpt(words)
    );
    let asked = refused.iter().take(3).map(|request| {
        let note = format!("{} asks since then", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut evidence = logged.evidence().chain(asked);
    Some(
        Finding::new(Subject::view(***first), summary, evidence.next()?)
            .since(logged.since())
            .why("Without approval the node gets no certificate.")
            .saying(format!("certificate {}", names.join(" ")))
            .explains(Subject::cluster("CertificateSigningRequest", first.signer()), "")
            .evidence(evidence)
            .remedy(
                Remedy::new(deed)
                    .command(format!("oc describe csr {}", first.resource().name()))
                    .command("oc adm certificate approve <name>")
                    .verify("oc get csr")
                    .before(
                        "every request to be approved comes from a machine of the cluster, with its names and addresses",
                        Proof::ByHand("oc describe csr <name>".to_owned()),
                    ),
            ),
    )
}
