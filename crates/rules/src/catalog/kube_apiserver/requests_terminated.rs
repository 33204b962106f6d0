//! An API server that turns requests away to protect itself.
//!
//! # Why it matters
//!
//! An API server that has more requests than it can serve answers the rest with "too many requests"
//! or breaks them off. Well-behaved clients wait and try again, and fall behind while they do.
//!
//! # What to do
//!
//! Find the client that asks too much, and the priority level its requests fall into.
//!
//! # Blind spots
//!
//! This is what Prometheus computed: without the alerts nothing can be said.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-down.yaml`
//!   (`KubeAPITerminatedRequests`)
//! - openshift/must-gather `collection-scripts/gather_priority_and_fairness`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt};

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/requests-terminated",
    title: "an API server that turns requests away to protect itself",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(alerts) = Alert::named(case, &["KubeAPITerminatedRequests"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some((alert, first)) = alerts.first().zip(evidence.next()) else {
        return Verdict::Healthy { examined: 1 };
    };
    let summary = format!("the API server turns requests away: {}", excerpt(&alert.message));
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .possible("a client that asks too much and a server that is too slow look alike")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("Clients that are turned away wait and try again, and fall behind while they do.")
        .saying("KubeAPITerminatedRequests")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Find the client that asks too much.")
                .command("oc get apirequestcounts --sort-by=.status.requestCount")
                .command("oc get --raw /debug/api_priority_and_fairness/dump_priority_levels")
                .verify("oc get --raw /debug/api_priority_and_fairness/dump_priority_levels"),
        );
    Verdict::Found(vec![finding])
}
