//! Firing alert.
//!
//! Alerts that another rule reads, alerts that repeat what rules read from the objects themselves,
//! and alerts that have fired for less than ten minutes are ignored. Silences are not in the
//! archive.
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring`
//! - openshift/runbooks `alerts/`
//! - openshift/cluster-monitoring-operator `manifests/0000_90_cluster-monitoring-operator_04-config.yaml`

use crate::catalog::prelude::*;

/// Alerts can fire briefly during a rollout or a reboot.
const GRACE: Span = Span::minutes(10);
/// How many places a summary names.
const NAMED: usize = 3;

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

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "A platform alert reports what a component monitors about itself, over time and with \
         metrics that no object contains. Each alert has a runbook.",
    )
    .fix(
        "Follow the runbook of the alert, critical alerts first. Alerts that started before an \
         update were not caused by it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(firing) = Alert::firing(cx) else { return Err(NotJudged::from(Alert::gap())) };
    // If nothing fires, not even the alert that always fires, the list itself was examined.
    let examined = firing.len().max(1);
    let mut by_name: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in firing {
        let is_persistent = alert.since.is_none() || cx.is_older(alert.since, GRACE);
        let is_severe = matches!(alert.severity.as_str(), "critical" | "warning");
        if is_persistent && is_severe && !is_reported_elsewhere(cx, &alert) {
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
    REPORTED_BY_RULES.contains(&name)
        || (REPORTED_BY_WORKLOAD_RULES.contains(&name) && is_collected())
        || {
            crate::catalog::all()
                .iter()
                .any(|rule| rule.meta.id != cx.meta().id && rule.reads_alert(name))
        }
}

fn finding(cx: &RuleContext<'_>, name: &str, alerts: &[Alert]) -> Option<Finding> {
    let is_critical = alerts.iter().any(|alert| alert.severity == "critical");
    let usual = if is_critical { Error } else { Warning };
    let severity = alerts
        .iter()
        .map(|alert| severity_in(cx, alert.label("namespace").unwrap_or("openshift"), usual))
        .max()?;
    let places =
        Alert::labels(alerts, &["node", "instance", "pod", "persistentvolumeclaim", "namespace"]);
    let times = match alerts.len() {
        1 => String::new(),
        many => format!(" ({many} times)"),
    };
    let at = if places.is_empty() {
        String::new()
    } else {
        format!(" for {}", name_list_up_to(&places, NAMED))
    };
    let message =
        alerts.iter().map(|alert| excerpt(&alert.message)).find(|detail| !detail.is_empty());
    let detail = message.map(|detail| format!(": {detail}")).unwrap_or_default();
    let summary = format!("alert {name} is firing{times}{at}{detail}");
    let runbook = alerts.iter().map(|alert| alert.runbook.as_str()).find(|link| !link.is_empty());
    let remedy = match runbook {
        Some(link) => Remedy::new(format!("Follow the runbook of the alert: {link}")),
        None => Remedy::new("Read the message of the alert, and check the objects that it names."),
    };
    let finding = Alert::finding(alerts, alerts.first()?.subject(), summary)?;
    Some(
        finding
            .severity(severity)
            .keywords(places.join(" "))
            .why(format!(
                "{} of severity {} {} active when the archive was created.",
                pluralize(alerts.len(), "alert"),
                if is_critical { "critical" } else { "warning" },
                if alerts.len() == 1 { "was" } else { "were" }
            ))
            .remedy(remedy),
    )
}
