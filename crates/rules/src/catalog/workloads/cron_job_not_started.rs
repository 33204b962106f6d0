//! `CronJob` that misses its schedule.
//!
//! Only events report this, and they are stored for three hours. A `CronJob` that is due once a day
//! may leave no trace. A single start that was missed while the control plane was down is not
//! reported. A suspended `CronJob` is not reported either.
//!
//! - kubernetes/kubernetes `pkg/controller/cronjob/cronjob_controllerv2.go` (`MissSchedule`,
//!   `UnparseableSchedule`, `UnknownTimeZone`), `pkg/controller/cronjob/utils.go`

use crate::catalog::prelude::*;

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
    .each(&[&CRON_JOB], judge)
    .needs(&[Need::Kind(&EVENT)])
    .at_once("a start has already been missed")
    .why(
        "Its regular task, for example a backup or a cleanup, is not done, and nothing else \
         reports that.",
    )
    .fix(
        "The event shows the reason: a schedule or a time zone that cannot be parsed, a start \
         that was later than startingDeadlineSeconds allows, or Jobs that the API server \
         rejects.",
    )
    .run(&["oc describe cronjob -n {namespace} {name}"])
    .verify(&["oc get jobs -n {namespace}"]);

fn judge(cx: &RuleContext<'_>, job: &Resource) -> Result<Option<Finding>, NotJudged> {
    let passes = |event: &Event<'_>| {
        matches!(&*event.reason(), "MissSchedule" | "FailedCreate") && occasions(cx, [*event]) <= 1
    };
    let events = events_about(cx, job, &REASONS, Span::hours(2));
    let event = events.into_iter().find(|event| !passes(event));
    // It may have been started after the event.
    let started = job.time(&["status", "lastScheduleTime"]);
    let Some(event) = event.filter(|event| started <= event.last_seen()) else { return Ok(None) };
    let (why, fix) = match &*event.reason() {
        "MissSchedule" | "FailedNeedsStart" => (
            "Its start was too late, so the controller skipped it.",
            "Increase startingDeadlineSeconds, and find out why the controller was late.",
        ),
        "FailedCreate" => (
            "The API server rejects the Jobs that the CronJob creates.",
            "Fix the problem in the message.",
        ),
        _ => (
            "The controller cannot parse the schedule or the time zone, and never starts a Job.",
            "Correct the schedule or the time zone.",
        ),
    };
    let (subject, message) = (Subject::of(job), event.message());
    let summary = format!("{subject} is not started: {}", excerpt(&message));
    let finding = Finding::new(subject.clone(), summary, event_evidence(event))
        .evidence([Evidence::field(job, &["spec", "schedule"], "the schedule")])
        .keywords(subject.to_string())
        .keywords(event.reason())
        .keywords(&message)
        .why(why)
        .fix(fix)
        .run("oc describe cronjob -n {namespace} {name}");
    Ok(Some(finding))
}
