//! Failed rollout of a monitoring component.
//!
//! The operator reports a failure only after four attempts. Its message names only the first
//! failure of each component. The findings about pods show why pods do not run.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`generateRunReportFromTaskErrors`: `Updating<Task>Failed`, `UserWorkloadTasksFailed`,
//!   `PlatformTasksFailed`, `MultipleTasksFailed`), `pkg/client/status_reporter.go`
//! - <https://github.com/okd-project/okd/issues/571>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .status("monitoring", &["Available", "Degraded"], |reported| {
        let reason = reported.reason.as_str();
        let is_task = (reason.starts_with("Updating") && reason.ends_with("Failed"))
            || reason.ends_with("TasksFailed");
        is_task.then(|| finding(reported))
    })
    // A rollout with its four attempts may take that long.
    .note_until(Span::minutes(20))
    .why(
        "Alerts, metrics for the console and for autoscaling, or the metrics API are missing or \
         not repaired, and an update waits for the operator.",
    )
    .fix("Fix the error that the message names.")
    .run(&[
        "oc get pods,persistentvolumeclaims -n openshift-monitoring",
        "oc logs -n openshift-monitoring deployment/cluster-monitoring-operator",
    ])
    .verify(&["oc get clusteroperator monitoring"]);

fn finding(reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let part = part(&reported.reason, message);
    let (class, action) = class(message);
    let summary = format!("{part} cannot be rolled out{class}: {}", excerpt(message));
    reported
        .finding(platform_prometheus(), summary)
        .severity(if reported.reason.contains("UserWorkload") { Warning } else { Error })
        .keywords("openshift-monitoring")
        .action(action)
}

/// Which component it is; the reason contains the name of a single one.
fn part(reason: &str, message: &str) -> String {
    let single = reason
        .strip_prefix("Updating")
        .and_then(|rest| rest.strip_suffix("Failed"))
        .filter(|part| !part.is_empty());
    let first = message.split_once(": ").map(|(task, _)| task.trim_start_matches("Updating"));
    match (single, first) {
        (Some(part), _) => format!("monitoring component {part}"),
        (None, Some(part)) if part.chars().all(char::is_alphanumeric) => {
            format!("monitoring component {part} and another one")
        }
        _ => "several monitoring components".to_owned(),
    }
}

/// What kind of error it is, as a clause, and what to do.
fn class(message: &str) -> (&'static str, &'static str) {
    const SIGNS: [(&[&str], &str, &str); 5] = [
        (
            &["persistentvolumeclaim", "PersistentVolumeClaim", "persistent volume"],
            " because its volumes are not available",
            "Check the PersistentVolumeClaims and their StorageClass.",
        ),
        (
            &["failed calling webhook", "denied the request", "is forbidden"],
            " because its objects are rejected",
            "Fix the webhook or policy that the message names, or add an exemption to it.",
        ),
        (
            &["unable to handle the request", "get routes.route.openshift.io", "Route failed"],
            " because the route API does not respond",
            "Fix APIService v1.route.openshift.io first.",
        ),
        (
            &["etcdserver:", "connection refused", "i/o timeout", "x509:", "deadline exceeded"],
            " because a request of the operator fails",
            "Fix the connection from the operator to the server that the message names.",
        ),
        (
            &["replicas", "not ready", "unavailable", "is not available", "rollout"],
            " because its pods do not become ready",
            "Check the pods of the component.",
        ),
    ];
    SIGNS
        .iter()
        .find(|(signs, ..)| signs.iter().any(|sign| message.contains(sign)))
        .map_or(("", ""), |(_, class, advice)| (class, advice))
}
