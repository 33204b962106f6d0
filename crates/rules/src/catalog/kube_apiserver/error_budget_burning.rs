//! An API server that fails, or is slow on, too many requests.
//!
//! # Why it matters
//!
//! By the share of requests that fail or take too long the API misses what it promises. Whoever
//! works with the cluster feels it: commands hang, controllers fall behind.
//!
//! # What to do
//!
//! Look at etcd first, then at webhooks and aggregated APIs that answer slowly, then at clients that
//! list everything again and again.
//!
//! # Blind spots
//!
//! This is what Prometheus computed: without the alerts nothing can be said. The milder alerts, which
//! fire over hours and days, are warnings.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-slos-basic.yaml`
//!   (`KubeAPIErrorBudgetBurn`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::Alert;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/error-budget-burning",
    title: "an API server that fails, or is slow on, too many requests",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(alerts) = Alert::named(case, &["KubeAPIErrorBudgetBurn"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: 1 } };
    let is_fast = alerts.iter().any(|alert| alert.severity == "critical");
    let over = alerts.iter().filter_map(|alert| alert.label("long")).collect::<Vec<_>>();
    let over = if over.is_empty() {
        String::new()
    } else {
        format!(", measured over {}", over.join(", "))
    };
    let summary = format!("too many requests to the API fail or are slow{over}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .severity(if is_fast { Severity::Error } else { Severity::Warning })
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("Commands hang and controllers fall behind.")
        .saying("KubeAPIErrorBudgetBurn")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new(
                "Look at etcd, at webhooks and aggregated APIs, and at clients that list much.",
            )
            .command("oc get apirequestcounts --sort-by=.status.requestCount")
            .verify("oc get --raw /readyz?verbose"),
        );
    Verdict::Found(vec![finding])
}
