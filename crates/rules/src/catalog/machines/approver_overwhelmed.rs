//! Machine approver ignoring all CSRs because too many are pending.
//!
//! Log lines older than an hour are ignored. Only the CSR itself shows which client created it.
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`,
//!   `manifests/0000_90_cluster-machine-approver_04_alertrules.yaml`
//!   (`MachineApproverMaxPendingCSRsReached`)

use crate::catalog::prelude::*;

/// Older log lines are ignored.
const RECENT: Span = Span::hours(1);
/// The approver checks each pending CSR repeatedly.
const ENOUGH: u64 = 3;

const IGNORED: LogPattern = LogPattern::new(
    "too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::KnownFile(KnownFile::Alerts), Need::Log(&IGNORED), Need::Kind(&POD)])
    .check(check)
    .why(
        "If more CSRs of the last hour are pending than the number of machines plus 100, the \
         machine approver treats this as an attack and approves none of them. No node can join, \
         and no kubelet can renew its certificate.",
    )
    .fix(
        "Find out which client creates the CSRs, and delete those that do not belong to a \
         machine. The others are then approved automatically.",
    )
    .run(&["oc get certificatesigningrequests --sort-by=.metadata.creationTimestamp"])
    .verify(&["oc get certificatesigningrequests"])
    .before(&[(
        "the CSRs to delete do not belong to a machine of the cluster",
        "oc get machines.machine.openshift.io --all-namespaces",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &IGNORED, RECENT);
    let alerts = Alert::firing_named(cx, &["MachineApproverMaxPendingCSRsReached"]);
    let logs = logged.examined(cx);
    if logs == 0 && alerts.is_none() {
        let what = "the log of the machine approver and the alerts: not collected";
        let command = "oc adm inspect ns/openshift-cluster-machine-approver";
        return Err(NotJudged::from(Gap::new(GapKind::NotCollected, what).command(command)));
    }
    let firing = alerts.unwrap_or_default();
    let mut evidence: Vec<_> =
        firing.iter().map(|alert| alert.evidence("the alert is firing")).collect();
    if logged.count() >= ENOUGH {
        evidence.extend(logged.evidence());
    }
    let mut evidence = evidence.into_iter();
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(logs.max(1), None));
    };
    let since = firing.iter().filter_map(|alert| alert.since).chain(logged.since()).min();
    let wrote: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| cx.find::<Pod<'_>>(IGNORED.namespace, &hits.pod))
        .map(|pod| pod.name().to_owned())
        .collect();
    let finding = Finding::new(
        Subject::namespaced("Deployment", IGNORED.namespace, "machine-approver"),
        "the machine approver does not approve CSRs: too many are pending",
        first,
    )
    .since(since)
    .keywords("too many recent pending CSRs seen")
    .keywords(wrote.join(" "))
    .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}
