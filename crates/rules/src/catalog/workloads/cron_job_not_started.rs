//! A `CronJob` that is not started at its times.
//!
//! # Why it matters
//!
//! What it should do regularly, as to back up or to clean up, is not done, and nothing else tells of
//! that.
//!
//! # What to do
//!
//! The event says why: a schedule or a time zone that cannot be read, a start that came later than
//! `startingDeadlineSeconds` allows, or Jobs that the API server refuses.
//!
//! # Blind spots
//!
//! Only events tell, and they are kept for three hours: a `CronJob` that is due once a day may leave no
//! trace. One start that was missed while the control plane was away is no finding. Whoever has
//! suspended a `CronJob` knows of it.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/cronjob/cronjob_controllerv2.go` (`MissSchedule`,
//!   `UnparseableSchedule`, `UnknownTimeZone`), `pkg/controller/cronjob/utils.go`

use mustknow_gather::kinds::{CRON_JOB, CronJob, EVENT, Event};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, events_about, excerpt, severity_in};

/// Older events are history.
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
    title: "a CronJob that is not started at its times",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CRON_JOB), Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case.all::<CronJob<'_>>().filter_map(|job| finding(case, job)).collect();
    Verdict::over(case.all::<CronJob<'_>>().count(), findings, "no CronJob in the archive")
}

fn finding(case: &Case<'_>, job: CronJob<'_>) -> Option<Finding> {
    let resource = job.resource();
    let event = events_about(case, resource, &REASONS, RECENT).into_iter().find(|event| {
        !matches!(&*event.reason(), "MissSchedule" | "FailedCreate") || event.count() > 1
    })?;
    // Since then it was started all the same.
    if resource.time(&["status", "lastScheduleTime"]) > event.last_seen() {
        return None;
    }
    let (client, namespace, name) = (client(case), resource.namespace(), resource.name());
    let subject = Subject::of(resource);
    let message = event.message();
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} is not started: {}", excerpt(&message)),
            event_evidence(event),
        )
        .severity(severity_in(case, namespace, META.severity))
        .evidence([Evidence::field(resource, &["spec", "schedule"], "when it is due")])
        .saying(format!("CronJob/{namespace}/{name}"))
        .saying(event.reason())
        .saying(&message)
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
            "Its start came later than it may, so the controller left it out."
        }
        "FailedCreate" => "The API server refuses the Jobs it should make.",
        _ => "The controller cannot read when it is due, and never starts it.",
    }
}

fn remedy(event: Event<'_>) -> &'static str {
    match &*event.reason() {
        "MissSchedule" | "FailedNeedsStart" => {
            "Allow more in startingDeadlineSeconds, and find out why the controller came late."
        }
        "FailedCreate" => "Mend what the message names.",
        _ => "Correct the schedule or the time zone.",
    }
}
