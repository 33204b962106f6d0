//! A part of the monitoring stack that cannot be rolled out.
//!
//! # Why it matters
//!
//! Alerts, metrics for the console and for autoscaling, or the metrics API are missing or not repaired,
//! and an update waits for the operator.
//!
//! # What to do
//!
//! Mend what the error names: volumes that are not bound, pods that do not become ready, the API of
//! routes that does not answer, an admission webhook that refuses.
//!
//! # Blind spots
//!
//! The operator reports a failure only after four attempts. Its message names the first thing that
//! failed of each part; why pods do not run, the findings of the pods say.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`generateRunReportFromTaskErrors`: `Updating<Task>Failed`, `UserWorkloadTasksFailed`,
//!   `PlatformTasksFailed`, `MultipleTasksFailed`), `pkg/client/status_reporter.go`
//! - <https://github.com/okd-project/okd/issues/571>

use crate::catalog::prelude::*;
use crate::facts::{Patience, Reported, excerpt, judge_summary, platform_prometheus};

/// How long a rollout with its four attempts may take.
const GRACE: Span = Span::minutes(20);

pub(super) static META: Meta = Meta {
    id: "monitoring/rollout-failed",
    title: "a part of the monitoring stack that cannot be rolled out",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "monitoring", &["Available", "Degraded"], |reported| {
        let reason = reported.reason.as_str();
        let is_task = (reason.starts_with("Updating") && reason.ends_with("Failed"))
            || reason.ends_with("TasksFailed");
        is_task.then(|| finding(case, &reported))
    })
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let part = part(&reported.reason, message);
    let (class, advice) = class(message);
    let finding = reported
        .finding(
            platform_prometheus(),
            format!("{part} of monitoring cannot be rolled out{class}: {}", excerpt(message)),
        )
        .saying("openshift-monitoring")
        .why(
            "What the operator cannot roll out is missing or not repaired, and an update waits for \
             it.",
        )
        .remedy(
            Remedy::new(advice)
                .command("oc get pods,persistentvolumeclaims -n openshift-monitoring")
                .command("oc logs -n openshift-monitoring deployment/cluster-monitoring-operator")
                .verify("oc get clusteroperator monitoring"),
        );
    let is_of_users = reported.reason.contains("UserWorkload");
    let usual = if is_of_users { Severity::Warning } else { META.severity };
    Patience::of(case, reported.since(), GRACE).weigh(finding, usual)
}

/// Which part it is; a single one is named by the reason.
fn part(reason: &str, message: &str) -> String {
    let single = reason
        .strip_prefix("Updating")
        .and_then(|rest| rest.strip_suffix("Failed"))
        .filter(|part| !part.is_empty());
    let first = message.split_once(": ").map(|(task, _)| task.trim_start_matches("Updating"));
    match (single, first) {
        (Some(part), _) => format!("the part {part}"),
        (None, Some(part)) if part.chars().all(char::is_alphanumeric) => {
            format!("the part {part}, and another,")
        }
        _ => "several parts".to_owned(),
    }
}

/// What kind of error it is, as a clause, and what to do.
fn class(message: &str) -> (&'static str, &'static str) {
    const SIGNS: [(&[&str], &str, &str); 5] = [
        (
            &["persistentvolumeclaim", "PersistentVolumeClaim", "persistent volume"],
            ", its volumes are not there",
            "Look at the PersistentVolumeClaims and their StorageClass.",
        ),
        (
            &["failed calling webhook", "denied the request", "is forbidden"],
            ", what it makes is refused",
            "Mend or exempt the webhook or the policy that the message names.",
        ),
        (
            &["unable to handle the request", "get routes.route.openshift.io", "Route failed"],
            ", the API of routes does not answer",
            "Mend the APIService v1.route.openshift.io first.",
        ),
        (
            &["etcdserver:", "connection refused", "i/o timeout", "x509:", "deadline exceeded"],
            ", a request of it fails",
            "Mend the way of the operator to what the message names.",
        ),
        (
            &["replicas", "not ready", "unavailable", "is not available", "rollout"],
            ", its pods do not become ready",
            "Look at the pods of the part.",
        ),
    ];
    SIGNS
        .iter()
        .find(|(signs, ..)| signs.iter().any(|sign| message.contains(sign)))
        .map_or(("", "Mend what the message names."), |(_, class, advice)| (class, advice))
}
