//! High API error rate or latency (KubeAPIErrorBudgetBurn).
//!
//! # Why it matters
//!
//! The share of requests that fail or take too long exceeds the error budget of the API. All
//! clients of the cluster are affected: commands hang, controllers fall behind.
//!
//! # What to do
//!
//! Check etcd first, then webhooks and aggregated APIs that answer slowly, then clients that
//! repeatedly list all objects.
//!
//! # Blind spots
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected. The
//! slower alerts, which fire over hours and days, are reported as warnings.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-slos-basic.yaml`
//!   (`KubeAPIErrorBudgetBurn`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/error-budget-burning",
    title: "high API error rate or latency (KubeAPIErrorBudgetBurn)",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(alerts) = Alert::firing_named(cx, &["KubeAPIErrorBudgetBurn"]) else {
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
    let summary = format!("too many API requests fail or are slow{over}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .severity(if is_fast { Severity::Error } else { Severity::Warning })
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("Commands hang and controllers fall behind.")
        .keywords("KubeAPIErrorBudgetBurn")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new(
                "Check etcd, webhooks, aggregated APIs and clients that list large numbers of \
                 objects.",
            )
            .command("oc get apirequestcounts --sort-by=.status.requestCount")
            .verify("oc get --raw /readyz?verbose"),
        );
    Verdict::Found(vec![finding])
}
