//! `CronJob` that misses its schedule.
//!
//! Only events report this, and they are stored for three hours. A `CronJob` that is due once a day
//! may leave no trace. A single start that was missed while the control plane was down is not
//! reported. A suspended `CronJob` is not reported either.
//!
//! - kubernetes/kubernetes `pkg/controller/cronjob/cronjob_controllerv2.go` (`MissSchedule`,
//!   `UnparseableSchedule`, `UnknownTimeZone`), `pkg/controller/cronjob/utils.go`

use crate::catalog::prelude::*;

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

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&CRON_JOB), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Its regular task, for example a backup or a cleanup, is not done, and nothing else \
         reports that.",
    )
    .fix(
        "The event shows the reason: a schedule or a time zone that cannot be parsed, a start \
         that was later than startingDeadlineSeconds allows, or Jobs that the API server \
         rejects.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx.all::<CronJob<'_>>().filter_map(|job| finding(cx, job));
    Ok(Checked::over(cx.all::<CronJob<'_>>().count(), findings))
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
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .evidence([Evidence::field(resource, &["spec", "schedule"], "the schedule")])
        .keywords(format!("CronJob/{namespace}/{name}"))
        .keywords(event.reason())
        .keywords(&message)
        .why(why(event))
        .fix(remedy(event))
        .run(format!("{client} describe cronjob -n {namespace} {name}"))
        .verify(format!("{client} get jobs -n {namespace}")),
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
