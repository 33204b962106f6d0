//! Machine approver ignoring all CSRs because too many are pending.
//!
//! # Why it matters
//!
//! If more CSRs of the last hour are pending than the number of machines plus 100, the machine
//! approver treats this as an attack and approves none of them. No node can join, and no kubelet
//! can renew its certificate.
//!
//! # What to do
//!
//! Find out which client creates the CSRs, and delete those that do not belong to a machine. The
//! others are then approved automatically.
//!
//! # Blind spots
//!
//! Log lines older than an hour are ignored. Only the CSR itself shows which client created it.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`,
//!   `manifests/0000_90_cluster-machine-approver_04_alertrules.yaml`
//!   (`MachineApproverMaxPendingCSRsReached`)

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::signals::{Alert, LogOccurrences};

/// Older log lines are ignored.
const RECENT: Span = Span::hours(1);
/// The approver checks each pending CSR repeatedly.
const ENOUGH: u64 = 3;

static IGNORED: LogPattern = LogPattern::new(
    "too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) static META: Meta = Meta {
    id: "machines/approver-overwhelmed",
    title: "machine approver ignoring all CSRs because too many are pending",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::KnownFile(KnownFile::Alerts), Need::Log(&IGNORED), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &IGNORED, RECENT);
    let alerts = Alert::firing_named(cx, &["MachineApproverMaxPendingCSRsReached"]);
    let logs = logged.examined(cx);
    if logs == 0 && alerts.is_none() {
        let what = "the log of the machine approver and the alerts: not collected";
        let command = "oc adm inspect ns/openshift-cluster-machine-approver";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).command(command));
    }
    let firing = alerts.unwrap_or_default();
    let mut evidence: Vec<_> =
        firing.iter().map(|alert| alert.evidence("the alert is firing")).collect();
    if logged.count() >= ENOUGH {
        evidence.extend(logged.evidence());
    }
    let mut evidence = evidence.into_iter();
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: logs.max(1) };
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
    .evidence(evidence)
    .why("No node can join, and no kubelet can renew its certificate, until fewer are pending.")
    .remedy(
        Remedy::new(
            "Find the client creating the CSRs, and delete CSRs that belong to no machine.",
        )
        .command("oc get certificatesigningrequests --sort-by=.metadata.creationTimestamp")
        .precondition(
            "the CSRs to delete do not belong to a machine of the cluster",
            Proof::ByHand("oc get machines.machine.openshift.io --all-namespaces".to_owned()),
        )
        .verify("oc get certificatesigningrequests"),
    );
    Verdict::Found(vec![finding])
}
