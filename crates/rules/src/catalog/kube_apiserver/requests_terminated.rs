//! API server that rejects requests under load (KubeAPITerminatedRequests).
//!
//! # Why it matters
//!
//! An API server with more requests than it can serve rejects the excess requests with "too many
//! requests" or terminates them. Well-behaved clients wait and retry, and fall behind in the
//! meantime.
//!
//! # What to do
//!
//! Find the client that sends too many requests and the priority level of these requests.
//!
//! # Blind spots
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-down.yaml`
//!   (`KubeAPITerminatedRequests`)
//! - openshift/must-gather `collection-scripts/gather_priority_and_fairness`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/requests-terminated",
    title: "API server that rejects requests under load (KubeAPITerminatedRequests)",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(alerts) = Alert::firing_named(cx, &["KubeAPITerminatedRequests"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some((alert, first)) = alerts.first().zip(evidence.next()) else {
        return Verdict::Healthy { examined: 1 };
    };
    let summary = format!("API server rejects requests: {}", excerpt(&alert.message));
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .possible("a client that sends too many requests and a slow API server look alike")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("Rejected clients wait and retry, and fall behind in the meantime.")
        .keywords("KubeAPITerminatedRequests")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Find the client that sends too many requests.")
                .command("oc get apirequestcounts --sort-by=.status.requestCount")
                .command("oc get --raw /debug/api_priority_and_fairness/dump_priority_levels")
                .verify("oc get --raw /debug/api_priority_and_fairness/dump_priority_levels"),
        );
    Verdict::Found(vec![finding])
}
