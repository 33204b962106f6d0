//! `CronJob` that misses its schedule.
//!
//! # Why it matters
//!
//! Its regular task, for example a backup or a cleanup, is not done, and nothing else reports that.
//!
//! # What to do
//!
//! The event shows the reason: a schedule or a time zone that cannot be parsed, a start that was
//! later than `startingDeadlineSeconds` allows, or Jobs that the API server rejects.
//!
//! # Blind spots
//!
//! Only events report this, and they are stored for three hours. A `CronJob` that is due once a day
//! may leave no trace. A single start that was missed while the control plane was down is not
//! reported. A suspended `CronJob` is not reported either.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/cronjob/cronjob_controllerv2.go` (`MissSchedule`,
//!   `UnparseableSchedule`, `UnknownTimeZone`), `pkg/controller/cronjob/utils.go`

use mustknow_cluster::model::kinds::{CRON_JOB, EVENT};
use mustknow_cluster::views::{CronJob, Event};

use crate::catalog::prelude::*;
use crate::engine::{client, excerpt, severity_in};
use crate::signals::{event_evidence, events_about};

/// Older events are ignored.
const RECENT: Span = Span::hours(2);

const REASONS: [&str; 7] = [
    "UnparseableSchedule",
    "UnParseableCronJobSchedule",
    "InvalidSchedule",
    "UnknownTimeZone",
    "MissSchedule",
    "FailedNeedsStart",
    "FailedCreate",
];

pub(super) static META: Meta = Meta {
    id: "workloads/cron-job-not-started",
    title: "CronJob that misses its schedule",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CRON_JOB), Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let findings = cx.all::<CronJob<'_>>().filter_map(|job| finding(cx, job)).collect();
    Verdict::over(cx.all::<CronJob<'_>>().count(), findings, "no CronJob in the archive")
}

fn finding(cx: &RuleContext<'_>, job: CronJob<'_>) -> Option<Finding> {
    let resource = job.resource();
    let event = events_about(cx, resource, &REASONS, RECENT).into_iter().find(|event| {
        !matches!(&*event.reason(), "MissSchedule" | "FailedCreate") || event.count() > 1
    })?;
    // It was started after the event.
    if resource.time(&["status", "lastScheduleTime"]) > event.last_seen() {
        return None;
    }
    let (client, namespace, name) = (client(cx), resource.namespace(), resource.name());
    let subject = Subject::of(resource);
    let message = event.message();
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} is not started: {}", excerpt(&message)),
            event_evidence(event),
        )
        .severity(severity_in(cx, namespace, META.severity))
        .evidence([Evidence::field(resource, &["spec", "schedule"], "the schedule")])
        .keywords(format!("CronJob/{namespace}/{name}"))
        .keywords(event.reason())
        .keywords(&message)
        .why(why(event))
        .remedy(
            Remedy::new(remedy(event))
                .command(format!("{client} describe cronjob -n {namespace} {name}"))
                .verify(format!("{client} get jobs -n {namespace}")),
        ),
    )
}

fn why(event: Event<'_>) -> &'static str {
    match &*event.reason() {
        "MissSchedule" | "FailedNeedsStart" => {
            "Its start was too late, so the controller skipped it."
        }
        "FailedCreate" => "The API server rejects the Jobs that the CronJob creates.",
        _ => "The controller cannot parse the schedule or the time zone, and never starts a Job.",
    }
}

fn remedy(event: Event<'_>) -> &'static str {
    match &*event.reason() {
        "MissSchedule" | "FailedNeedsStart" => {
            "Increase startingDeadlineSeconds, and find out why the controller was late."
        }
        "FailedCreate" => "Fix the problem in the message.",
        _ => "Correct the schedule or the time zone.",
    }
}
