//! `Watchdog` alert that does not fire.
//!
//! The archive does not show whether the alert reaches its receiver. If the whole group of rules is
//! missing, nothing is reported: the list may be incomplete.
//!
//! - openshift/cluster-monitoring-operator `assets/cluster-monitoring-operator/prometheus-rule.yaml`
//!   (`Watchdog`, `vector(1)`)

use crate::catalog::prelude::*;

const NAME: &str = "Watchdog";
/// An alert of the same group: if it is missing as well, the list is not that of the platform.
const NEIGHBOUR: &str = "TargetDown";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "Watchdog fires as long as Prometheus evaluates its rules. If it does not fire, no \
         other alert can be trusted to fire, and an external system that expects it treats \
         monitoring as down.",
    )
    .fix(
        "Check the log of Prometheus, and check whether PrometheusRule \
         openshift-monitoring/cluster-monitoring-operator-prometheus-rules was changed.",
    )
    .run(&[
        "oc get prometheusrules -n openshift-monitoring \
             cluster-monitoring-operator-prometheus-rules -o yaml",
        "oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(firing) = Alert::firing(cx) else { return Err(NotJudged::from(Alert::gap())) };
    let Some(rules) = PrometheusRule::all(cx) else {
        return Err(not_applicable("the archive lists alerts without their rules"));
    };
    let Some(first) = rules.first() else {
        return Err(not_applicable("Prometheus has no rules"));
    };
    if firing.iter().any(|alert| alert.name == NAME) {
        return Ok(Checked::over(rules.len(), None));
    }
    let own = rules.iter().find(|rule| rule.name() == NAME);
    // A Prometheus that was just started has not evaluated any rule yet.
    if rules.iter().all(|rule| rule.health() == "unknown")
        || own.is_some_and(|rule| rule.health() == "unknown")
    {
        return Ok(Checked::over(rules.len(), None));
    }
    let (evidence, what, uncertainty) = match own {
        Some(rule) => (
            rule.evidence("its rule exists, and no instance of it fires"),
            "although its rule exists",
            "the archive does not show why Prometheus does not evaluate the rule",
        ),
        None if !rules.iter().any(|rule| rule.name() == NEIGHBOUR) => {
            return Err(not_applicable("the list contains no general rules"));
        }
        None => (
            first.evidence(format!(
                "the first of {}, none of which is {NAME}",
                pluralize(rules.len(), "rule")
            )),
            "because its rule is missing",
            "that the rule was removed is inferred",
        ),
    };
    let finding = Finding::new(
        platform_prometheus(),
        format!("alert {NAME}, which always fires, does not fire {what}"),
        evidence,
    )
    .likely(uncertainty);
    Ok(Checked::over(1, vec![finding]))
}
