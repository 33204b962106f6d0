//! Alerts that fire.
//!
//! # Why it matters
//!
//! An alert of the platform says what its component watches of itself, over time and with numbers that
//! no object holds. Each has a runbook.
//!
//! # What to do
//!
//! Read the runbook of the alert, the critical ones first. What began before an update was not caused by
//! it.
//!
//! # Blind spots
//!
//! Alerts that another rule reads, or that repeat what rules read of the objects themselves, are left out,
//! and those younger than ten minutes. Silences are not in the archive.
//!
//! # References
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring`
//! - openshift/runbooks `alerts/`
//! - openshift/cluster-monitoring-operator `manifests/0000_90_cluster-monitoring-operator_04-config.yaml`

use std::collections::BTreeMap;

use mustknow_gather::layout::Special;

use crate::catalog::{self, prelude::*};
use crate::facts::{Alert, count, enumerate, excerpt, severity_in};

/// A rollout or a reboot lets alerts fire for a moment.
const GRACE: Span = Span::minutes(10);
/// How many places a summary names.
const NAMED: usize = 3;

/// Alerts that are always there, that say how a cluster is set up, or that repeat what rules read of
/// ClusterVersion, ClusterOperators and nodes.
const SAID_OTHERWISE: [&str; 25] = [
    "AlertmanagerReceiversNotConfigured",
    "APIRemovedInNextEUSReleaseInUse",
    "APIRemovedInNextReleaseInUse",
    "CannotRetrieveUpdates",
    "ClusterNotUpgradeable",
    "ClusterOperatorDegraded",
    "ClusterOperatorDown",
    "ClusterReleaseNotAccepted",
    "ClusterVersionOperatorDown",
    "DeprecatedAPIInUse",
    "InfoInhibitor",
    "InsightsDisabled",
    "InsightsRecommendationActive",
    "KubeHpaMaxedOut",
    "KubeNodeNotReady",
    "KubeNodeUnreachable",
    "KubeletDown",
    "PodDisruptionBudgetAtLimit",
    "PodDisruptionBudgetLimit",
    "PodSecurityViolation",
    "SimpleContentAccessNotAvailable",
    "TechPreviewNoUpgrade",
    "TelemeterClientFailures",
    "UpdateAvailable",
    "Watchdog",
];

/// Alerts that repeat what rules read of pods and what owns them, where their namespace was collected.
const SAID_BY_WORKLOADS: [&str; 15] = [
    "KubeContainerWaiting",
    "KubeDaemonSetMisScheduled",
    "KubeDaemonSetNotScheduled",
    "KubeDaemonSetRolloutStuck",
    "KubeDeploymentGenerationMismatch",
    "KubeDeploymentReplicasMismatch",
    "KubeDeploymentRolloutStuck",
    "KubeJobFailed",
    "KubeJobNotCompleted",
    "KubePodCrashLooping",
    "KubePodNotReady",
    "KubePodNotScheduled",
    "KubeStatefulSetGenerationMismatch",
    "KubeStatefulSetReplicasMismatch",
    "KubeStatefulSetUpdateNotRolledOut",
];

pub(super) static META: Meta = Meta {
    id: "monitoring/alerts-firing",
    title: "an alert that fires",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(firing) = Alert::firing(case) else { return Verdict::Unknown(Alert::gap()) };
    // The list itself is what was examined where nothing fires, not even the alert that always does.
    let examined = firing.len().max(1);
    let mut by_name: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in firing {
        let lasts = alert.since.is_none() || case.is_older(alert.since, GRACE);
        let is_grave = matches!(alert.severity.as_str(), "critical" | "warning");
        if lasts && is_grave && !is_said_otherwise(case, &alert) {
            by_name.entry(alert.name.clone()).or_default().push(alert);
        }
    }
    let findings = by_name.iter().filter_map(|(name, alerts)| finding(case, name, alerts));
    Verdict::over(examined, findings.collect(), "")
}

/// Whether a rule of its own reads the alert, or rules read what it repeats.
fn is_said_otherwise(case: &Case<'_>, alert: &Alert) -> bool {
    let name = alert.name.as_str();
    let is_collected = || {
        alert.label("namespace").is_none_or(|namespace| case.coverage().has_namespace(namespace))
    };
    SAID_OTHERWISE.contains(&name) || (SAID_BY_WORKLOADS.contains(&name) && is_collected()) || {
        let word = format!("\"{name}\"");
        catalog::all().iter().any(|rule| {
            rule.meta.id != META.id
                && rule.meta.tags().contains(&"alert")
                && rule.source.contains(&word)
        })
    }
}

fn finding(case: &Case<'_>, name: &str, alerts: &[Alert]) -> Option<Finding> {
    let is_critical = alerts.iter().any(|alert| alert.severity == "critical");
    let usual = if is_critical { Severity::Error } else { Severity::Warning };
    let severity = alerts
        .iter()
        .map(|alert| severity_in(case, alert.label("namespace").unwrap_or("openshift"), usual))
        .max()?;
    let places =
        Alert::labels(alerts, &["node", "instance", "pod", "persistentvolumeclaim", "namespace"]);
    let times = match alerts.len() {
        1 => String::new(),
        many => format!(" {many} times"),
    };
    let at = if places.is_empty() {
        String::new()
    } else {
        format!(" for {}", enumerate(&places, NAMED))
    };
    let message =
        alerts.iter().map(|alert| excerpt(&alert.message)).find(|words| !words.is_empty());
    let words = message.map(|words| format!(": {words}")).unwrap_or_default();
    let summary = format!("alert {name} fires{times}{at}{words}");
    let runbook = alerts.iter().map(|alert| alert.runbook.as_str()).find(|link| !link.is_empty());
    let remedy = match runbook {
        Some(link) => Remedy::new(format!("Follow the runbook of the alert: {link}")),
        None => Remedy::new("Read what the alert says, and look at what it names."),
    };
    let finding = Alert::finding(alerts, alerts.first()?.subject(), summary)?;
    Some(
        finding
            .severity(severity)
            .saying(places.join(" "))
            .why(format!(
                "{} of severity {} {} active when the archive was made.",
                count(alerts.len(), "alert"),
                if is_critical { "critical" } else { "warning" },
                if alerts.len() == 1 { "was" } else { "were" }
            ))
            .remedy(remedy),
    )
}
