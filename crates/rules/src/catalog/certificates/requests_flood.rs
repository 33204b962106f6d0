//! So many pending requests for certificates that the machine-approver approves none.
//!
//! # Why it matters
//!
//! When more requests of nodes are pending than there are nodes or machines and a hundred, the
//! machine-approver takes it for an attack and approves nothing any more, the right ones included.
//!
//! # What to do
//!
//! Find out who asks so often, mostly a machine that cannot join and tries again; then approve the
//! right requests by hand and let the others expire.
//!
//! # Blind spots
//!
//! The approver counts the requests of the last hour; where the list of machines was not
//! collected, only its own log proves that it gave up.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`, `csr_check.go`

use mustknow_gather::kinds::{
    CERTIFICATE_SIGNING_REQUEST, CertificateSigningRequest as Request, MACHINE, Machine, NODE, Node,
};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, enumerate};

/// How many more than nodes or machines may be pending.
const MORE: usize = 100;
/// The requests that the approver counts are no older.
const RECENT: Span = Span::hours(1);
const SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"];

static GAVE_UP: LogPattern = LogPattern::new(
    "Ignoring all CSRs as too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) static META: Meta = Meta {
    id: "certificates/requests-flood",
    title: "so many pending requests for certificates that the machine-approver approves none",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)],
    uses: &[Need::Kind(&MACHINE), Need::Kind(&NODE), Need::Log(&GAVE_UP)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let requests: Vec<_> =
        case.all::<Request<'_>>().filter(|request| SIGNERS.contains(&&*request.signer())).collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| case.age(request.resource().created()).is_some_and(|age| age <= RECENT))
        .collect();
    let machines = case.all::<Machine<'_>>().count();
    let most = machines.max(case.all::<Node<'_>>().count()) + MORE;
    let logged = Logged::recent(case, &GAVE_UP, RECENT);
    let is_counted = machines > 0 && pending.len() > most;
    let is_told = logged.count() > 0 && pending.len() > MORE;
    if !is_counted && !is_told {
        return Verdict::over(requests.len(), Vec::new(), "no node asks for a certificate");
    }
    let mut users: Vec<_> = pending.iter().map(|request| request.user().into_owned()).collect();
    users.sort();
    users.dedup();
    let told = logged.evidence().take(2);
    let counted = pending.iter().take(3).map(|request| {
        let note = format!("{} asks, and nobody answers", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut evidence = told.chain(counted);
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: requests.len().max(1) };
    };
    let summary = format!(
        "{} requests of nodes are pending{}, and the machine-approver approves none while they are \
         more than {most}",
        pending.len(),
        if users.is_empty() { String::new() } else { format!(", from {}", enumerate(&users, 3)) }
    );
    let subject =
        Subject::namespaced("Deployment", "openshift-cluster-machine-approver", "machine-approver");
    let finding = SIGNERS.iter().fold(
        Finding::new(subject, summary, first)
            .since(pending.iter().filter_map(|request| request.resource().created()).min())
            .why(
                "The machine-approver takes so many requests for an attack and ignores all of \
                 them: no node joins, and no kubelet renews its certificate.",
            )
            .saying("certificate requests pending")
            .evidence(evidence)
            .remedy(
                Remedy::new("Find out who asks so often, and approve what is right by hand.")
                    .command("oc get csr --sort-by=.metadata.creationTimestamp")
                    .command("oc adm certificate approve <name>")
                    .before(
                        "every request to be approved comes from a machine of the cluster",
                        Proof::ByHand("oc describe csr <name>".to_owned()),
                    ),
            ),
        |finding, signer| {
            finding.explains(Subject::cluster("CertificateSigningRequest", *signer), "")
        },
    );
    Verdict::Found(vec![finding])
}
