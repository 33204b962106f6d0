//! High API error rate or latency (KubeAPIErrorBudgetBurn).
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected. The
//! slower alerts, which fire over hours and days, are reported as warnings.
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-slos-basic.yaml`
//!   (`KubeAPIErrorBudgetBurn`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "The share of requests that fail or take too long exceeds the error budget of the API. \
         All clients of the cluster are affected: commands hang, controllers fall behind.",
    )
    .fix(
        "Check etcd first, then webhooks and aggregated APIs that answer slowly, then clients \
         that repeatedly list all objects.",
    )
    .run(&["oc get apirequestcounts --sort-by=.status.requestCount"])
    .verify(&["oc get --raw /readyz?verbose"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(alerts) = Alert::firing_named(cx, &["KubeAPIErrorBudgetBurn"]) else {
        return Err(NotJudged::from(Alert::gap()));
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Ok(Checked::over(1, None)) };
    let is_fast = alerts.iter().any(|alert| alert.severity == "critical");
    let over = alerts.iter().filter_map(|alert| alert.label("long")).collect::<Vec<_>>();
    let over = if over.is_empty() {
        String::new()
    } else {
        format!(", measured over {}", over.join(", "))
    };
    let summary = format!("too many API requests fail or are slow{over}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .severity(if is_fast { Error } else { Warning })
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords("KubeAPIErrorBudgetBurn")
        .evidence(evidence.take(4));
    Ok(Checked::over(1, vec![finding]))
}
