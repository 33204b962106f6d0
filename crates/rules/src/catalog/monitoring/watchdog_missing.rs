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
    .at_once("Prometheus evaluates the rule every half minute")
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
    let firing = Alert::firing_named(cx, &[NAME]).ok_or_else(Alert::gap)?;
    let rules = PrometheusRule::all(cx)
        .ok_or_else(|| not_applicable("the archive lists alerts without their rules"))?;
    let first = rules.first().ok_or_else(|| not_applicable("Prometheus has no rules"))?;
    let own = rules.iter().find(|rule| rule.name() == NAME);
    // A Prometheus that was just started has not evaluated any rule yet.
    let is_new = own.is_some_and(|rule| rule.health() == "unknown")
        || rules.iter().all(|rule| rule.health() == "unknown");
    if is_new || !firing.is_empty() {
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
        None => {
            let count = pluralize(rules.len(), "rule");
            (
                first.evidence(format!("the first of {count}, none of which is {NAME}")),
                "because its rule is missing",
                "that the rule was removed is inferred",
            )
        }
    };
    let summary = format!("alert {NAME}, which always fires, does not fire {what}");
    let finding = Finding::new(platform_prometheus(), summary, evidence).likely(uncertainty);
    Ok(Checked::over(1, [finding]))
}
