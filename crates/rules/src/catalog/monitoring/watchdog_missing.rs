//! Watchdog alert that does not fire.
//!
//! # Why it matters
//!
//! `Watchdog` fires as long as Prometheus evaluates its rules. If it does not fire, no other alert
//! can be trusted to fire, and an external system that expects it treats monitoring as down.
//!
//! # What to do
//!
//! Check the log of Prometheus, and check whether PrometheusRule
//! openshift-monitoring/cluster-monitoring-operator-prometheus-rules was changed.
//!
//! # Blind spots
//!
//! The archive does not show whether the alert reaches its receiver. If the whole group of rules is
//! missing, nothing is reported: the list may be incomplete.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/cluster-monitoring-operator/prometheus-rule.yaml`
//!   (`Watchdog`, `vector(1)`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::domain::{PrometheusRule, platform_prometheus};
use crate::engine::pluralize;
use crate::signals::Alert;

const NAME: &str = "Watchdog";
/// An alert of the same group: if it is missing as well, the list is not that of the platform.
const NEIGHBOUR: &str = "TargetDown";

pub(super) static META: Meta = Meta {
    id: "monitoring/watchdog-missing",
    title: "Watchdog alert that does not fire",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(firing) = Alert::firing(cx) else { return Verdict::Unknown(Alert::gap()) };
    let Some(rules) = PrometheusRule::all(cx) else {
        return Verdict::NotApplicable("the archive lists alerts without their rules".to_owned());
    };
    let Some(first) = rules.first() else {
        return Verdict::NotApplicable("Prometheus has no rules".to_owned());
    };
    if firing.iter().any(|alert| alert.name == NAME) {
        return Verdict::Healthy { examined: rules.len() };
    }
    let own = rules.iter().find(|rule| rule.name() == NAME);
    // A Prometheus that was just started has not evaluated any rule yet.
    if rules.iter().all(|rule| rule.health() == "unknown")
        || own.is_some_and(|rule| rule.health() == "unknown")
    {
        return Verdict::Healthy { examined: rules.len() };
    }
    let (evidence, what, uncertainty) = match own {
        Some(rule) => (
            rule.evidence("its rule exists, and no instance of it fires"),
            "although its rule exists",
            "the archive does not show why Prometheus does not evaluate the rule",
        ),
        None if !rules.iter().any(|rule| rule.name() == NEIGHBOUR) => {
            return Verdict::NotApplicable("the list contains no general rules".to_owned());
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
    .likely(uncertainty)
    .why("While it does not fire, no other alert can be trusted to fire.")
    .remedy(
        Remedy::new("Check the log of Prometheus and the PrometheusRule that contains the alert.")
            .command(
                "oc get prometheusrules -n openshift-monitoring \
                     cluster-monitoring-operator-prometheus-rules -o yaml",
            )
            .command("oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus"),
    );
    Verdict::Found(vec![finding])
}
