//! Too many pending CSRs for the machine-approver to approve any.
//!
//! The machine-approver counts the CSRs of the last hour. If the list of machines was not
//! collected, only the log of the machine-approver proves that it stopped.
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`, `csr_check.go`

use crate::catalog::prelude::*;

/// How many CSRs may be pending in addition to the number of nodes or machines.
const MORE: usize = 100;
/// The machine-approver counts only CSRs that are not older than this.
const RECENT: Span = Span::hours(1);
const SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"];

const GAVE_UP: LogPattern = LogPattern::new(
    "Ignoring all CSRs as too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .reads(&[Need::Kind(&MACHINE), Need::Kind(&NODE), Need::Log(&GAVE_UP)])
    .check(check)
    .why(
        "When more node CSRs are pending than the number of nodes or machines plus 100, the \
         machine-approver treats this as an attack and stops approving CSRs, including valid \
         ones.",
    )
    .fix(
        "Find out which client sends so many CSRs, usually a machine that cannot join and \
         retries. Then manually approve the valid CSRs and let the others expire.",
    )
    .run(&["oc get csr --sort-by=.metadata.creationTimestamp", "oc adm certificate approve <name>"])
    .before(&[(
        "every CSR to be approved is from a machine of the cluster",
        "oc describe csr <name>",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let requests: Vec<_> = cx
        .all::<CertificateSigningRequest<'_>>()
        .filter(|request| SIGNERS.contains(&&*request.signer()))
        .collect();
    let pending: Vec<_> = requests
        .iter()
        .filter(|request| request.is_pending())
        .filter(|request| cx.age(request.resource().created()).is_some_and(|age| age <= RECENT))
        .collect();
    let machines = cx.all::<Machine<'_>>().count();
    let most = machines.max(cx.all::<Node<'_>>().count()) + MORE;
    let logged = LogOccurrences::recent(cx, &GAVE_UP, RECENT);
    let is_counted = machines > 0 && pending.len() > most;
    let is_logged = logged.count() > 0 && pending.len() > MORE;
    if !is_counted && !is_logged {
        return Ok(Checked::over(requests.len(), Vec::new()));
    }
    let mut users: Vec<_> = pending.iter().map(|request| request.user().into_owned()).collect();
    users.sort();
    users.dedup();
    let log_lines = logged.evidence().take(2);
    let counted = pending.iter().take(3).map(|request| {
        let note = format!("the CSR of {} is pending", request.user());
        Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
    });
    let mut evidence = log_lines.chain(counted);
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(requests.len().max(1), None));
    };
    let summary = format!(
        "{} node CSRs are pending{}, and the machine-approver approves none while more than {most} \
         are pending",
        pending.len(),
        if users.is_empty() {
            String::new()
        } else {
            format!(", from {}", name_list_up_to(&users, 3))
        }
    );
    let subject =
        Subject::namespaced("Deployment", "openshift-cluster-machine-approver", "machine-approver");
    let finding = SIGNERS.iter().fold(
        Finding::new(subject, summary, first)
            .since(pending.iter().filter_map(|request| request.resource().created()).min())
            .keywords("certificate requests pending")
            .evidence(evidence),
        |finding, signer| {
            finding.explains(Subject::cluster("CertificateSigningRequest", *signer), "")
        },
    );
    Ok(Checked::over(1, vec![finding]))
}
