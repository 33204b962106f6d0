//! Alert notifications that are not delivered.
//!
//! A receiver that accepts the notifications and loses them is not detected.
//!
//! - openshift/cluster-monitoring-operator `assets/alertmanager/prometheus-rule.yaml`,
//!   `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/AlertmanagerFailedToSendAlerts.md`,
//!   `AlertmanagerClusterFailedToSendAlerts.md`

use crate::catalog::prelude::*;

const FROM_ALERTMANAGER: [&str; 2] =
    ["AlertmanagerFailedToSendAlerts", "AlertmanagerClusterFailedToSendAlerts"];
const TO_ALERTMANAGER: [&str; 3] = [
    "PrometheusNotConnectedToAlertmanagers",
    "PrometheusErrorSendingAlertsToSomeAlertmanagers",
    "ThanosRuleSenderIsFailingAlerts",
];
/// These alerts report that nothing is delivered, not only that a part is lost.
const ALL_LOST: [&str; 2] =
    ["AlertmanagerClusterFailedToSendAlerts", "PrometheusNotConnectedToAlertmanagers"];
/// The namespace of user workload monitoring.
const USERS: &str = "openshift-user-workload-monitoring";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "Alerts fire, but do not get from Prometheus to Alertmanager, or from Alertmanager to \
         the receiver. The people who should act are not notified.",
    )
    .fix(
        "If Alertmanager fails to send: check the receiver, its credentials, and the proxy and \
         firewall on the path. If Prometheus does not reach Alertmanager: check the pods of \
         Alertmanager.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(firing) = Alert::firing(cx) else { return Err(NotJudged::from(Alert::gap())) };
    let of = |names: &[&str]| -> Vec<Alert> {
        firing.iter().filter(|alert| names.contains(&alert.name.as_str())).cloned().collect()
    };
    let (from, to) = (of(&FROM_ALERTMANAGER), of(&TO_ALERTMANAGER));
    let by_receiver = Alert::by_label(&from, &["integration"]);
    let by_sender = Alert::by_label(&to, &["namespace"]);
    let receivers = by_receiver.iter().filter_map(|(name, firing)| not_received(name, firing));
    let senders = by_sender.values().filter_map(|firing| not_handed_over(firing));
    Ok(Checked::over(1, receivers.chain(senders)))
}

fn not_received(integration: &str, firing: &[Alert]) -> Option<Finding> {
    let receivers = match integration {
        "" => "receivers".to_owned(),
        integration => format!("receivers of integration {integration}"),
    };
    let who = name_list(&Alert::labels(firing, &["pod", "service", "job"]));
    let subject = Subject::cluster("Alertmanager integration", integration);
    let finding = Alert::finding(
        firing,
        subject,
        format!("Alertmanager ({who}) fails to notify {receivers}"),
    )?;
    Some(
        finding
            .severity(weight(firing))
            .why("The people who should act on an alert are not notified.")
            .fix("Find the error that the receiver returns in the log of Alertmanager.")
            .run(
                "oc logs -n openshift-monitoring -l app.kubernetes.io/name=alertmanager \
                         -c alertmanager --tail=200",
            )
            .run("oc get secret -n openshift-monitoring alertmanager-main"),
    )
}

fn not_handed_over(firing: &[Alert]) -> Option<Finding> {
    let pods = Alert::labels(firing, &["pod", "instance"]);
    let who = match pods.len() {
        0 => "Prometheus".to_owned(),
        _ => format!("Prometheus ({})", name_list(&pods)),
    };
    let state = if weight(firing) == Error {
        "is not connected to any Alertmanager"
    } else {
        "fails to send alerts to Alertmanager"
    };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let subject = match namespaces.first() {
        Some(namespace) => Subject::cluster("Namespace", namespace.clone()),
        None => firing.first()?.subject(),
    };
    Some(
        Alert::finding(firing, subject, format!("{who} {state}"))?
            .severity(weight(firing))
            .why("Alerts of Prometheus do not result in notifications.")
            .fix("Check why Prometheus does not reach Alertmanager.")
            .run("oc get pods -n openshift-monitoring -o wide")
            .run("oc get endpoints -n openshift-monitoring alertmanager-main"),
    )
}

/// Error if no platform alert is delivered. If Alertmanager has several integrations, only a
/// critical one counts, which the severity of the alert shows.
fn weight(firing: &[Alert]) -> Severity {
    let is_lost = |alert: &Alert| {
        ALL_LOST.contains(&alert.name.as_str())
            && alert.label("namespace") != Some(USERS)
            && (alert.severity == "critical" || alert.name.starts_with("Prometheus"))
    };
    if firing.iter().any(is_lost) { Error } else { Warning }
}
