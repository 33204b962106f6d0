//! A machine approver that ignores every request for a certificate.
//!
//! # Why it matters
//!
//! Where more requests of the last hour wait than there are machines, and a hundred more, the approver
//! takes it for an attack and approves none: no node joins and no kubelet renews its certificate.
//!
//! # What to do
//!
//! Find out who sends the requests, and delete those that belong to no machine. The others are then
//! approved by themselves.
//!
//! # Blind spots
//!
//! Lines older than an hour are history. Who sent a request, the request alone says.
//!
//! # References
//!
//! - openshift/cluster-machine-approver `pkg/controller/controller.go`,
//!   `manifests/0000_90_cluster-machine-approver_04_alertrules.yaml`
//!   (`MachineApproverMaxPendingCSRsReached`)

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Logged};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// Each request is looked at again and again.
const ENOUGH: u64 = 3;

static IGNORED: LogPattern = LogPattern::new(
    "too many recent pending CSRs seen",
    "openshift-cluster-machine-approver",
    "machine-approver-controller",
);

pub(super) static META: Meta = Meta {
    id: "machines/approver-overwhelmed",
    title: "a machine approver that ignores every request for a certificate",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Special(Special::Alerts), Need::Log(&IGNORED), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &IGNORED, RECENT);
    let alerts = Alert::named(case, &["MachineApproverMaxPendingCSRsReached"]);
    let logs = logged.examined(case);
    if logs == 0 && alerts.is_none() {
        let what = "the log of the machine approver, and the alerts: not collected";
        let ask = "oc adm inspect ns/openshift-cluster-machine-approver";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).ask(ask));
    }
    let firing = alerts.unwrap_or_default();
    let mut evidence: Vec<_> =
        firing.iter().map(|alert| alert.evidence("the alert fires")).collect();
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
        .filter_map(|hits| case.find::<Pod<'_>>(IGNORED.namespace, &hits.pod))
        .map(|pod| pod.name().to_owned())
        .collect();
    let finding = Finding::new(
        Subject::namespaced("Deployment", IGNORED.namespace, "machine-approver"),
        "the machine approver approves no request for a certificate: too many of them wait",
        first,
    )
    .since(since)
    .saying("too many recent pending CSRs seen")
    .saying(wrote.join(" "))
    .evidence(evidence)
    .why("No node joins, and no kubelet renews its certificate, until fewer requests wait.")
    .remedy(
        Remedy::new("Find out who sends the requests, and delete those that belong to no machine.")
            .command("oc get certificatesigningrequests --sort-by=.metadata.creationTimestamp")
            .before(
                "the requests that are deleted belong to no machine of the cluster",
                Proof::ByHand("oc get machines.machine.openshift.io --all-namespaces".to_owned()),
            )
            .verify("oc get certificatesigningrequests"),
    );
    Verdict::Found(vec![finding])
}
