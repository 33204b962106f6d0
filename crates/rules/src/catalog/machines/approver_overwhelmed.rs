//! Machine approver ignoring all CSRs because too many are pending.
//!
//! Log lines older than an hour are ignored. Only the CSR itself shows which client created it.
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`,
//!   `manifests/0000_90_cluster-machine-approver_04_alertrules.yaml`
//!   (`MachineApproverMaxPendingCSRsReached`)

use crate::catalog::prelude::*;

const IGNORED: LogPattern = LogPattern::new(
    "too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs_any(&[Need::KnownFile(KnownFile::Alerts), Need::Log(&IGNORED)])
    .check(|cx| Ok(check(cx)))
    .at_once("the approver checks each pending CSR repeatedly")
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

fn check(cx: &RuleContext<'_>) -> Checked {
    let logged = LogOccurrences::recent(cx, &IGNORED, Span::hours(1));
    let firing = Alert::firing_named(cx, &["MachineApproverMaxPendingCSRsReached"]);
    let firing = firing.unwrap_or_default();
    let alerts = firing.iter().map(|alert| alert.evidence("the alert is firing"));
    let mut evidence = alerts.chain(logged.evidence().filter(|_| logged.count() >= 3));
    let finding = evidence.next().map(|first| {
        let pods: Vec<_> = logged.hits.iter().map(|hits| &*hits.pod).collect();
        let approver = Subject::namespaced("Deployment", IGNORED.namespace, "machine-approver");
        let summary = "the machine approver does not approve CSRs: too many are pending";
        Finding::new(approver, summary, first)
            .since(firing.iter().filter_map(|alert| alert.since).chain(logged.since()).min())
            .keywords(IGNORED.literal)
            .keywords(pods.join(" "))
            .evidence(evidence)
    });
    Checked::over(logged.examined(cx).max(1), finding)
}
