//! Alerts that nobody is told of.
//!
//! # Why it matters
//!
//! Alerts are raised, and do not get from Prometheus to Alertmanager or from there to the receiver:
//! who should act does not know.
//!
//! # What to do
//!
//! Where Alertmanager fails to send: look at the receiver, at its credentials, and at proxy and firewall
//! on the way. Where Prometheus does not reach Alertmanager: look at its pods.
//!
//! # Blind spots
//!
//! A receiver that takes the notifications and loses them is not seen.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/alertmanager/prometheus-rule.yaml`,
//!   `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/AlertmanagerFailedToSendAlerts.md`,
//!   `AlertmanagerClusterFailedToSendAlerts.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

const FROM_ALERTMANAGER: [&str; 2] =
    ["AlertmanagerFailedToSendAlerts", "AlertmanagerClusterFailedToSendAlerts"];
const TO_ALERTMANAGER: [&str; 3] = [
    "PrometheusNotConnectedToAlertmanagers",
    "PrometheusErrorSendingAlertsToSomeAlertmanagers",
    "ThanosRuleSenderIsFailingAlerts",
];
/// They say that nothing gets through, not merely a part.
const ALL_LOST: [&str; 2] =
    ["AlertmanagerClusterFailedToSendAlerts", "PrometheusNotConnectedToAlertmanagers"];
/// Where users are served.
const USERS: &str = "openshift-user-workload-monitoring";

pub(super) static META: Meta = Meta {
    id: "monitoring/alerts-not-sent",
    title: "alerts that nobody is told of",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(firing) = Alert::firing(case) else { return Verdict::Unknown(Alert::gap()) };
    let of = |names: &[&str]| -> Vec<Alert> {
        firing.iter().filter(|alert| names.contains(&alert.name.as_str())).cloned().collect()
    };
    let (from, to) = (of(&FROM_ALERTMANAGER), of(&TO_ALERTMANAGER));
    let by_receiver = Alert::by_label(&from, &["integration"]);
    let by_sender = Alert::by_label(&to, &["namespace"]);
    let receivers = by_receiver.iter().filter_map(|(name, firing)| not_received(name, firing));
    let senders = by_sender.values().filter_map(|firing| not_handed_over(firing));
    Verdict::over(1, receivers.chain(senders).collect(), "")
}

fn not_received(integration: &str, firing: &[Alert]) -> Option<Finding> {
    let receivers = match integration {
        "" => "receivers".to_owned(),
        integration => format!("receivers of integration {integration}"),
    };
    let who = few(&Alert::labels(firing, &["pod", "service", "job"]));
    let subject = Subject::cluster("Alertmanager integration", integration);
    let finding = Alert::finding(
        firing,
        subject,
        format!("Alertmanager ({who}) fails to notify {receivers}"),
    )?;
    Some(
        finding
            .severity(weight(firing))
            .why("Who should act on an alert is not told of it.")
            .remedy(
                Remedy::new("Find in the log with what error the receiver answers.")
                    .command(
                        "oc logs -n openshift-monitoring -l app.kubernetes.io/name=alertmanager \
                         -c alertmanager --tail=200",
                    )
                    .command("oc get secret -n openshift-monitoring alertmanager-main"),
            ),
    )
}

fn not_handed_over(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod", "instance"]);
    let who = match pods.len() {
        0 => "Prometheus".to_owned(),
        _ => format!("Prometheus ({})", few(&pods)),
    };
    let state = if weight(firing) == Severity::Error {
        "is connected to no Alertmanager"
    } else {
        "fails to hand alerts to Alertmanager"
    };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let subject = match namespaces.first() {
        Some(namespace) => Subject::cluster("Namespace", namespace.clone()),
        None => firing.first()?.subject(),
    };
    Some(
        Alert::finding(firing, subject, format!("{who} {state}"))?
            .severity(weight(firing))
            .why("What Prometheus finds does not become a notification.")
            .remedy(
                Remedy::new("Find out why Alertmanager is not reached.")
                    .command("oc get pods -n openshift-monitoring -o wide")
                    .command("oc get endpoints -n openshift-monitoring alertmanager-main"),
            ),
    )
}

/// An error where nothing of the platform gets through. Of several integrations of Alertmanager only
/// one that is critical is meant, which the severity of the alert tells.
fn weight(firing: &[Alert]) -> Severity {
    let is_lost = |alert: &Alert| {
        ALL_LOST.contains(&alert.name.as_str())
            && alert.label("namespace") != Some(USERS)
            && (alert.severity == "critical" || alert.name.starts_with("Prometheus"))
    };
    if firing.iter().any(is_lost) { Severity::Error } else { Severity::Warning }
}
