//! `Prometheus` rules that fail to evaluate.
//!
//! The archive contains only the last evaluation. If alert `PrometheusRuleFailures` does not fire,
//! this may have been the only failure.
//!
//! - prometheus/prometheus `web/api/v1/api.go` (`health`, `lastError`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRuleFailures.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .at_once("the alert waits for it, and without the alert it is a note")
    .why(
        "An alert with a failing rule never fires. A metric with a failing rule has gaps, and \
         other alerts and the console depend on it.",
    )
    .fix(
        "Fix the problem that the error names: usually duplicate series, because an exporter or \
         a ServiceMonitor exists twice.",
    )
    .run(&[
        "oc get prometheusrules --all-namespaces",
        "oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let rules = PrometheusRule::all(cx)
        .ok_or_else(|| not_applicable("the archive lists alerts without their rules"))?;
    let alerts = Alert::firing_named(cx, &["PrometheusRuleFailures"]).unwrap_or_default();
    let mut by_error: BTreeMap<String, Vec<PrometheusRule<'_>>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.health() == "err") {
        // What follows differs from rule to rule.
        let error = rule.error();
        let kind = error.split(['{', ';']).next().unwrap_or_default();
        by_error.entry(kind.to_owned()).or_default().push(*rule);
    }
    let mut findings: Vec<_> =
        by_error.values().filter_map(|failing| finding(failing, &alerts)).collect();
    if findings.is_empty() {
        // The last evaluation succeeded, and others in the last minutes failed.
        let summary = "Prometheus failed to evaluate some rules in the last minutes";
        findings.extend(Alert::finding(&alerts, platform_prometheus(), summary));
    }
    Ok(Checked::over(rules.len(), findings))
}

fn finding(failing: &[PrometheusRule<'_>], alerts: &[Alert]) -> Option<Finding> {
    let error = failing.first()?.error();
    let mut names: Vec<_> = failing.iter().map(|rule| rule.name()).collect();
    names.dedup();
    let mut evidence = failing.iter().take(3).map(|rule| rule.evidence(excerpt(&rule.error())));
    let noun = if names.len() == 1 { "rule" } else { "rules" };
    let summary =
        format!("Prometheus fails to evaluate {noun} {}: {}", name_list(&names), excerpt(&error));
    let finding = Finding::new(platform_prometheus(), summary, evidence.next()?)
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords(&error)
        .keywords(names.join(" "))
        .evidence(evidence);
    Some(match alerts.first() {
        Some(alert) => finding.evidence([alert.evidence("PrometheusRuleFailures fires")]),
        None => finding.severity(Info).possible(
            "the archive contains only the last evaluation, which may have been the only failure",
        ),
    })
}
