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
const NAMESPACE: &str = "openshift-cluster-machine-approver";
const GAVE_UP: LogPattern = LogPattern::new(
    "Ignoring all CSRs as too many recent pending CSRs seen",
    NAMESPACE,
    "machine-approver-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CERTIFICATE_SIGNING_REQUEST)])
    .reads(&[Need::Kind(&MACHINE), Need::Kind(&NODE), Need::Log(&GAVE_UP)])
    .at_once("the machine-approver stops as soon as it counts that many")
    .even_while_installing("the machine-approver approves no CSR while so many are pending")
    .why(
        "When more node CSRs are pending than the number of nodes or machines plus 100, the \
         machine-approver treats this as an attack and stops approving CSRs, including valid \
         ones.",
    )
    .fix(
        "Find out which client sends so many CSRs, usually a machine that cannot join and \
         retries, and stop it. Delete its CSRs: the machine-approver then approves the valid ones \
         itself.",
    )
    .run(&["oc get csr --sort-by=.metadata.creationTimestamp", "oc delete csr <name>"])
    .verify(&["oc get csr"])
    .before(&[(
        "the CSRs to delete are not from a machine of the cluster",
        "oc describe csr <name>",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut requests = CertificateRequests::of(cx, &[KUBELET_CLIENT, KUBELET_SERVING]);
    requests.pending.retain(|request| cx.is_recent(request.resource().created(), RECENT));
    let count = requests.pending.len();
    let machines = cx.all::<Machine<'_>>().count();
    let most = machines.max(cx.all::<Node<'_>>().count()) + MORE;
    let logged = LogOccurrences::recent(cx, &GAVE_UP, RECENT);
    let is_counted = machines > 0 && count > most;
    let is_logged = logged.count() > 0 && count > MORE;
    let users: BTreeSet<_> = requests.pending.iter().map(|request| request.user()).collect();
    let users: Vec<_> = users.into_iter().collect();
    let summary = format!(
        "{count} node CSRs are pending, from {}, and the machine-approver approves none while more \
         than {most} are pending",
        name_list_up_to(&users, 3)
    );
    let subject = Subject::namespaced("Deployment", NAMESPACE, "machine-approver");
    let finding = requests.finding(subject, summary).filter(|_| is_counted || is_logged);
    let finding = finding.map(|mut finding| {
        let signer = |name| Subject::cluster("CertificateSigningRequest", name);
        finding.evidence.splice(0..0, logged.evidence().take(2));
        finding.explains(signer(KUBELET_CLIENT), "").explains(signer(KUBELET_SERVING), "")
    });
    Checked::over(requests.all.len(), finding)
}
