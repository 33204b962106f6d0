//! API server that rejects requests under load (KubeAPITerminatedRequests).
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected.
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-down.yaml`
//!   (`KubeAPITerminatedRequests`)
//! - openshift/must-gather `collection-scripts/gather_priority_and_fairness`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "An API server with more requests than it can serve rejects the excess requests with \
         \"too many requests\" or terminates them. Well-behaved clients wait and retry, and \
         fall behind in the meantime.",
    )
    .fix("Find the client that sends too many requests and the priority level of these requests.")
    .run(&[
        "oc get apirequestcounts --sort-by=.status.requestCount",
        "oc get --raw /debug/api_priority_and_fairness/dump_priority_levels",
    ])
    .verify(&["oc get --raw /debug/api_priority_and_fairness/dump_priority_levels"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(alerts) = Alert::firing_named(cx, &["KubeAPITerminatedRequests"]) else {
        return Err(Stop::from(Alert::gap()));
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some((alert, first)) = alerts.first().zip(evidence.next()) else {
        return Ok(Checked::over(1, None));
    };
    let summary = format!("API server rejects requests: {}", excerpt(&alert.message));
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .possible("a client that sends too many requests and a slow API server look alike")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords("KubeAPITerminatedRequests")
        .evidence(evidence.take(4));
    Ok(Checked::over(1, vec![finding]))
}
