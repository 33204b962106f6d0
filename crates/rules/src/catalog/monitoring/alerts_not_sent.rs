//! Alert notifications that are not delivered.
//!
//! A receiver that accepts the notifications and loses them is not detected.
//!
//! - openshift/cluster-monitoring-operator `assets/alertmanager/prometheus-rule.yaml`,
//!   `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/AlertmanagerFailedToSendAlerts.md`,
//!   `AlertmanagerClusterFailedToSendAlerts.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alerts_by(
        failing_step,
        &[
            "AlertmanagerFailedToSendAlerts",
            "AlertmanagerClusterFailedToSendAlerts",
            "PrometheusNotConnectedToAlertmanagers",
            "PrometheusErrorSendingAlertsToSomeAlertmanagers",
            "ThanosRuleSenderIsFailingAlerts",
        ],
        |_, group| {
            if is_from_alertmanager(group.alerts.first()?) {
                not_received(&group.alerts)
            } else {
                not_handed_over(&group.alerts)
            }
        },
    )
    .why(
        "Alerts fire, but do not get from Prometheus to Alertmanager, or from Alertmanager to \
         the receiver. The people who should act are not notified.",
    )
    .fix(
        "If Alertmanager fails to send: check the receiver, its credentials, and the proxy and \
         firewall on the path. If Prometheus does not reach Alertmanager: check the pods of \
         Alertmanager.",
    );

fn is_from_alertmanager(alert: &Alert) -> bool {
    alert.name.starts_with("Alertmanager")
}

fn failing_step(_: &RuleContext<'_>, alert: &Alert) -> String {
    if is_from_alertmanager(alert) {
        format!("receiver {}", alert.label("integration").unwrap_or_default())
    } else {
        format!("sender {}", alert.label("namespace").unwrap_or_default())
    }
}

fn not_received(firing: &[Alert]) -> Option<Finding> {
    let integration = firing.first()?.label("integration").unwrap_or_default();
    let receivers = match integration {
        "" => "receivers".to_owned(),
        integration => format!("receivers of integration {integration}"),
    };
    let who = name_list(&Alert::labels(firing, &["pod", "service", "job"]));
    let subject = Subject::cluster("Alertmanager integration", integration);
    let summary = format!("Alertmanager ({who}) fails to notify {receivers}");
    Some(
        Alert::finding(firing, subject, summary)?
            .severity(severity(firing))
            .action("Find the error that the receiver returns in the log of Alertmanager.")
            .run(
                "oc logs -n openshift-monitoring -l app.kubernetes.io/name=alertmanager \
                 -c alertmanager --tail=200",
            )
            .run("oc get secret -n openshift-monitoring alertmanager-main"),
    )
}

fn not_handed_over(firing: &[Alert]) -> Option<Finding> {
    let who = match Alert::labels(firing, &["pod", "instance"]).as_slice() {
        [] => "Prometheus".to_owned(),
        pods => format!("Prometheus ({})", name_list(pods)),
    };
    let state = match severity(firing) {
        Error => "is not connected to any Alertmanager",
        _ => "fails to send alerts to Alertmanager",
    };
    let subject = match firing.first()?.label("namespace") {
        Some(namespace) => Subject::cluster("Namespace", namespace),
        None => firing.first()?.subject(),
    };
    Some(
        Alert::finding(firing, subject, format!("{who} {state}"))?
            .severity(severity(firing))
            .action("Check why Prometheus does not reach Alertmanager.")
            .run("oc get pods -n openshift-monitoring -o wide")
            .run("oc get endpoints -n openshift-monitoring alertmanager-main"),
    )
}

/// Error if no platform alert is delivered. If Alertmanager has several integrations, only a
/// critical one counts, which the severity of the alert shows.
fn severity(firing: &[Alert]) -> Severity {
    let is_lost = |alert: &Alert| {
        let is_of_users = alert.label("namespace") == Some("openshift-user-workload-monitoring");
        let is_all = match alert.name.as_str() {
            "AlertmanagerClusterFailedToSendAlerts" => alert.severity == "critical",
            name => name == "PrometheusNotConnectedToAlertmanagers",
        };
        is_all && !is_of_users
    };
    if firing.iter().any(is_lost) { Error } else { Warning }
}
