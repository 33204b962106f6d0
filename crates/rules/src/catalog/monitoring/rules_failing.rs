//! Rules that Prometheus cannot reckon.
//!
//! # Why it matters
//!
//! An alert whose rule fails never fires, and a metric whose rule fails has gaps that other alerts and
//! the console rest on.
//!
//! # What to do
//!
//! Mend what the error names: mostly series that are there twice, because an exporter or a
//! ServiceMonitor is.
//!
//! # Blind spots
//!
//! The archive holds the last attempt only. Where alert `PrometheusRuleFailures` does not fire, the
//! failure may have been the only one.
//!
//! # References
//!
//! - prometheus/prometheus `web/api/v1/api.go` (`health`, `lastError`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRuleFailures.md`

use std::collections::BTreeMap;

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, PrometheusRule, excerpt, few, platform_prometheus};

/// How many rules one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "monitoring/rules-failing",
    title: "rules that Prometheus cannot reckon",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(rules) = PrometheusRule::all(case) else {
        return Verdict::NotApplicable("the archive lists alerts without their rules".to_owned());
    };
    let alerts = Alert::named(case, &["PrometheusRuleFailures"]).unwrap_or_default();
    let mut by_error: BTreeMap<String, Vec<PrometheusRule<'_>>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.health() == "err") {
        by_error.entry(kind_of(&rule.error()).to_owned()).or_default().push(*rule);
    }
    let mut findings: Vec<_> =
        by_error.values().filter_map(|failing| finding(failing, &alerts)).collect();
    if findings.is_empty() {
        // The last attempt went well, and others of the last minutes did not.
        let summary = "Prometheus could not reckon some rules in the last minutes";
        findings.extend(Alert::finding(&alerts, platform_prometheus(), summary));
    }
    Verdict::over(rules.len(), findings, "Prometheus has no rules")
}

/// The part of an error that does not differ from rule to rule.
fn kind_of(error: &str) -> &str {
    let end = error.find(['{', ';']).unwrap_or(error.len());
    error.get(..end).unwrap_or(error)
}

fn finding(failing: &[PrometheusRule<'_>], alerts: &[Alert]) -> Option<Finding> {
    let first = failing.first()?;
    let mut names: Vec<_> = failing.iter().map(|rule| rule.name()).collect();
    names.dedup();
    let mut evidence = failing.iter().take(SHOWN).map(|rule| rule.evidence(excerpt(&rule.error())));
    let noun = if names.len() == 1 { "rule" } else { "rules" };
    let finding = Finding::new(
        platform_prometheus(),
        format!("Prometheus cannot reckon {noun} {}: {}", few(&names), excerpt(&first.error())),
        evidence.next()?,
    )
    .since(alerts.iter().filter_map(|alert| alert.since).min())
    .saying(first.error())
    .saying(names.join(" "))
    .evidence(evidence)
    .why("An alert whose rule fails never fires.")
    .remedy(
        Remedy::new("Mend what the error names, or the PrometheusRule that holds the rule.")
            .command("oc get prometheusrules --all-namespaces")
            .command("oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus"),
    );
    Some(match alerts.first() {
        Some(alert) => finding.evidence([alert.evidence("PrometheusRuleFailures fires")]),
        None => finding
            .severity(Severity::Info)
            .possible("only the last attempt is in the archive, and it may have been the only one"),
    })
}
