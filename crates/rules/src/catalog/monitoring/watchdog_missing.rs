//! The alert that always fires, and does not.
//!
//! # Why it matters
//!
//! `Watchdog` fires as long as Prometheus reckons its rules. Where it does not, no other alert can be
//! trusted to fire, and whoever waits for it outside believes that monitoring is dead.
//!
//! # What to do
//!
//! Look at the log of Prometheus, and whether PrometheusRule
//! openshift-monitoring/cluster-monitoring-operator-prometheus-rules was changed.
//!
//! # Blind spots
//!
//! That the alert arrives where it is awaited, no archive shows. Where its whole group of rules is
//! gone, nothing is said: the list may be a part.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/cluster-monitoring-operator/prometheus-rule.yaml`
//!   (`Watchdog`, `vector(1)`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, PrometheusRule, count, platform_prometheus};

const NAME: &str = "Watchdog";
/// An alert of the same group: where it is missing as well, the list is not the platform's.
const NEIGHBOUR: &str = "TargetDown";

pub(super) static META: Meta = Meta {
    id: "monitoring/watchdog-missing",
    title: "the alert that always fires, and does not",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(firing) = Alert::firing(case) else { return Verdict::Unknown(Alert::gap()) };
    let Some(rules) = PrometheusRule::all(case) else {
        return Verdict::NotApplicable("the archive lists alerts without their rules".to_owned());
    };
    let Some(first) = rules.first() else {
        return Verdict::NotApplicable("Prometheus has no rules".to_owned());
    };
    if firing.iter().any(|alert| alert.name == NAME) {
        return Verdict::Healthy { examined: rules.len() };
    }
    let own = rules.iter().find(|rule| rule.name() == NAME);
    // A Prometheus that was just started has reckoned nothing yet.
    if rules.iter().all(|rule| rule.health() == "unknown")
        || own.is_some_and(|rule| rule.health() == "unknown")
    {
        return Verdict::Healthy { examined: rules.len() };
    }
    let (evidence, what, doubt) = match own {
        Some(rule) => (
            rule.evidence("its rule is there, and no instance of it fires"),
            "though its rule is there",
            "why Prometheus does not reckon it is not known",
        ),
        None if !rules.iter().any(|rule| rule.name() == NEIGHBOUR) => {
            return Verdict::NotApplicable("the list holds no general rules".to_owned());
        }
        None => (
            first.evidence(format!("the first of {}, none of them it", count(rules.len(), "rule"))),
            "for its rule is gone",
            "that somebody took the rule away is inferred",
        ),
    };
    let finding = Finding::new(
        platform_prometheus(),
        format!("alert {NAME}, which always fires, does not fire, {what}"),
        evidence,
    )
    .likely(doubt)
    .why("While it does not fire, no other alert can be trusted to fire.")
    .remedy(
        Remedy::new(
            "Look at the log of Prometheus, and at the PrometheusRule that holds the alert.",
        )
        .command(
            "oc get prometheusrules -n openshift-monitoring \
                 cluster-monitoring-operator-prometheus-rules -o yaml",
        )
        .command("oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus"),
    );
    Verdict::Found(vec![finding])
}
