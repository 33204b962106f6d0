//! Firing alert.
//!
//! Alerts that another rule reads, and alerts that repeat what rules read from the objects
//! themselves, are ignored. Silences are not in the archive. What only counts capacity, or a failed Job
//! that is a day old, is a note.
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring`
//! - openshift/runbooks `alerts/`
//! - openshift/cluster-monitoring-operator `manifests/0000_90_cluster-monitoring-operator_04-config.yaml`

use crate::catalog::prelude::*;

/// Alerts that always fire, that report how a cluster is configured, or that repeat what rules read
/// from ClusterVersion, ClusterOperators and nodes.
const REPORTED_BY_RULES: [&str; 25] = [
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

/// Alerts that repeat what rules read from pods and their owners, if their namespace was collected.
const REPORTED_BY_WORKLOAD_RULES: [&str; 15] = [
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

/// Alerts that compare what pods may request with what nodes and quotas offer: nothing fails yet.
const OF_CAPACITY: [&str; 5] = [
    "KubeCPUOvercommit",
    "KubeCPUQuotaOvercommit",
    "KubeMemoryOvercommit",
    "KubeMemoryQuotaOvercommit",
    "KubeQuotaAlmostFull",
];
/// An alert that fires until the Job is deleted, even if later ones succeed.
const UNTIL_DELETED: &str = "KubeJobFailed";

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    // Alerts can fire briefly during a rollout or a reboot.
    .grace(Span::minutes(10))
    .why(
        "A platform alert reports what a component monitors about itself, over time and with \
         metrics that no object contains.",
    )
    .fix(
        "Read the message of the alert, and check the objects that it names. Alerts that started \
         before an update were not caused by it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let firing = Alert::firing(cx).ok_or_else(Alert::gap)?;
    // If nothing fires, not even the alert that always fires, the list itself was examined.
    let examined = firing.len().max(1);
    let mut by_name: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in firing {
        let is_severe = matches!(alert.severity.as_str(), "critical" | "warning");
        if is_severe && !is_reported_elsewhere(cx, &alert) {
            by_name.entry(alert.name.clone()).or_default().push(alert);
        }
    }
    let findings = by_name.iter().filter_map(|(name, alerts)| finding(cx, name, alerts));
    Ok(Checked::over(examined, findings))
}

/// Whether another rule reads the alert, or rules read what it repeats.
fn is_reported_elsewhere(cx: &RuleContext<'_>, alert: &Alert) -> bool {
    let name = alert.name.as_str();
    let is_collected =
        || alert.label("namespace").is_none_or(|namespace| cx.coverage().has_namespace(namespace));
    let is_read = |rule: &Rule| rule.meta.id != cx.meta().id && rule.reads_alert(name);
    REPORTED_BY_RULES.contains(&name)
        || (REPORTED_BY_WORKLOAD_RULES.contains(&name) && is_collected())
        || crate::catalog::all().iter().any(is_read)
}

fn finding(cx: &RuleContext<'_>, name: &str, alerts: &[Alert]) -> Option<Finding> {
    let is_critical = alerts.iter().any(|alert| alert.severity == "critical");
    let is_old = |alert: &Alert| cx.is_older(alert.since, Span::days(1));
    let usual = match name {
        _ if is_critical => Error,
        UNTIL_DELETED if alerts.iter().all(is_old) => Info,
        name if OF_CAPACITY.contains(&name) => Info,
        _ => Warning,
    };
    let places =
        Alert::labels(alerts, &["node", "instance", "pod", "persistentvolumeclaim", "namespace"]);
    let times = if alerts.len() > 1 { format!(" ({} times)", alerts.len()) } else { String::new() };
    let at = match places.as_slice() {
        [] => String::new(),
        places => format!(" for {}", name_list_up_to(places, 3)),
    };
    let message = alerts.iter().map(|alert| excerpt(&alert.message)).find(|it| !it.is_empty());
    let detail = message.map(|message| format!(": {message}")).unwrap_or_default();
    let summary = format!("alert {name} is firing{times}{at}{detail}");
    let finding = Alert::finding(alerts, alerts.first()?.subject(), summary)?
        .severity(usual)
        .affects(alerts.iter().map(|alert| alert.label("namespace").unwrap_or_default()))
        .keywords(places.join(" "));
    let runbook = alerts.iter().map(|alert| alert.runbook.as_str()).find(|link| !link.is_empty());
    Some(match runbook {
        Some(link) => finding.action(format!("Follow the runbook of the alert: {link}")),
        None => finding,
    })
}
