//! Jobs that do not end, and CronJobs that do not start or do not succeed.
//!
//! Sources: kubernetes/kubernetes `pkg/controller/job/job_controller.go`,
//! `pkg/controller/cronjob/cronjob_controllerv2.go`.

use mustknow_cluster::model::kinds::{CRON_JOB, JOB};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::Condition;
use mustknow_yaml::Value;

use super::excuses::{is_deleted, unwell_by_deletion};
use super::schedule::Schedule;
use super::unwell::Unwell;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;

/// How long a component may take to act on a new object.
const REACTION: Span = Span::minutes(5);
/// How long a Job may have no pod.
const WITHOUT_POD: Span = Span::minutes(10);
/// How long its pods may be unready.
const UNREADY: Span = Span::minutes(30);
/// How many due times may pass without a success.
const MISSED: usize = 3;
/// How long a run may take that holds back the next ones.
const RUN: Span = Span::hours(12);

/// The Job, if it is not well.
pub(super) fn unwell_job<'s>(cx: &RuleContext<'s>, job: &'s Resource) -> Option<Unwell<'s>> {
    if is_deleted(job) {
        return unwell_by_deletion(job);
    }
    let is_true = |name: &str| Condition::find(job, name).filter(|it| it.is_true());
    if let Some(failed) = is_true("Failed").or_else(|| is_true("FailureTarget")) {
        let is_recovered = has_succeeded_since(cx, job, failed.since());
        return (!is_recovered)
            .then(|| Unwell::reports(job, failed, "has failed", Span::minutes(0)));
    }
    let is_suspended = job.at(&["spec", "suspend"]).and_then(Value::as_bool) == Some(true);
    if is_true("Complete").is_some() || is_true("SuccessCriteriaMet").is_some() || is_suspended {
        return None;
    }
    let number = |key: &str| job.at(&["status", key]).and_then(Value::as_i64).unwrap_or(0);
    let Some(started) = job.time(&["status", "startTime"]) else {
        let unwell = Unwell::new(job, "has not been started by any controller", REACTION);
        return Some(unwell.since(job.created()).state("not started"));
    };
    if job.time(&["status", "completionTime"]).is_some() {
        return None;
    }
    let (active, ready) = (number("active"), job.at(&["status", "ready"]).and_then(Value::as_i64));
    let (head, grace) = match (active, ready) {
        (0, _) => ("has no pod and has not ended", WITHOUT_POD),
        (_, Some(0)) => ("has no ready pod", UNREADY),
        _ => return None,
    };
    let unwell = Unwell::new(job, head, grace).since(Some(started)).state(head);
    Some(unwell.field(&["status", "startTime"], "its start"))
}

/// Whether the CronJob of the Job, or a later Job of it, has succeeded since.
fn has_succeeded_since(cx: &RuleContext<'_>, job: &Resource, failed: Option<Time>) -> bool {
    let Some(owner) = cron_job_of(job) else { return false };
    let cron_job = cx.snapshot().find_of(&CRON_JOB, job.namespace(), &owner);
    let succeeded = cron_job.and_then(|it| it.time(&["status", "lastSuccessfulTime"]));
    let is_later = |one: &Resource| {
        one.created() > job.created()
            && Condition::find(one, "Complete").is_some_and(Condition::is_true)
            && cron_job_of(one).as_deref() == Some(&*owner)
    };
    succeeded.is_some_and(|succeeded| Some(succeeded) > failed) || siblings(cx, job).any(is_later)
}

fn siblings<'s>(cx: &RuleContext<'s>, job: &Resource) -> impl Iterator<Item = &'s Resource> {
    let all = cx.snapshot().of_kind(&JOB);
    let start = all.partition_point(|it| it.namespace() < job.namespace());
    let end = all.partition_point(|it| it.namespace() <= job.namespace());
    all.get(start..end).unwrap_or_default().iter()
}

fn cron_job_of(job: &Resource) -> Option<String> {
    let owners = job.at(&["metadata", "ownerReferences"])?;
    let mut owners = owners.items();
    let owner = owners.find(|it| it.text_at(&["kind"]).as_deref() == Some("CronJob"))?;
    Some(owner.text_at(&["name"])?.into_owned())
}

/// The CronJob, if it is not well.
pub(super) fn unwell_cron_job<'s>(cx: &RuleContext<'s>, job: &'s Resource) -> Option<Unwell<'s>> {
    if is_deleted(job) {
        return unwell_by_deletion(job);
    }
    if job.at(&["spec", "suspend"]).and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let text = job.text(&["spec", "schedule"])?;
    let Some(schedule) = Schedule::parse(&text) else {
        let unwell = Unwell::new(job, "has a schedule that cannot be parsed", Span::minutes(0));
        let unwell = unwell.field(&["spec", "schedule"], "the schedule").since(job.created());
        return (!text.starts_with('@')).then(|| unwell.also(&text).state("schedule"));
    };
    let started = job.time(&["status", "lastScheduleTime"]);
    // Without a clock, or with a wrong one, it is at least as late as its last start.
    let due = schedule.due_before(cx.now().max(started)?, MISSED)?;
    if started.or(job.created()).is_some_and(|started| started < due) && !is_running(cx, job) {
        let head = match started {
            Some(_) => "has not been started",
            None => "has never been started",
        };
        let unwell = Unwell::new(job, head, WITHOUT_POD)
            .since(started.or(job.created()))
            .field(&["status", "lastScheduleTime"], "the last start")
            .state("not started");
        return Some(unwell.also(&format!("its schedule is {text}")));
    }
    without_success(cx, job, due, started)
        .map(|unwell| unwell.also(&format!("its schedule is {text}")))
}

/// A CronJob whose Jobs start and do not succeed.
fn without_success<'s>(
    cx: &RuleContext<'s>,
    job: &'s Resource,
    due: Time,
    started: Option<Time>,
) -> Option<Unwell<'s>> {
    let succeeded = job.time(&["status", "lastSuccessfulTime"]);
    let is_overdue = match succeeded {
        Some(succeeded) => succeeded < due && started > Some(succeeded),
        // The field is as old as Kubernetes 1.21; another CronJob shows that this one has it.
        None => started.is_some() && job.created() < Some(due) && reports_successes(cx),
    };
    if !is_overdue || is_running(cx, job) || has_success(cx, job, due) {
        return None;
    }
    let head = match succeeded {
        Some(_) => "has not succeeded",
        None => "has never succeeded",
    };
    let unwell = Unwell::new(job, head, Span::hours(1)).since(succeeded.or(job.created()));
    Some(
        unwell
            .field(&["status", "lastSuccessfulTime"], "the last success")
            .field(&["status", "lastScheduleTime"], "the last start")
            .state("no success")
            .follows(jobs_of(cx, job).map(Subject::of)),
    )
}

fn reports_successes(cx: &RuleContext<'_>) -> bool {
    let mut all = cx.snapshot().of_kind(&CRON_JOB).iter();
    all.any(|it| it.at(&["status", "lastSuccessfulTime"]).is_some())
}

/// Whether a run that has begun not long ago holds back the next one.
fn is_running(cx: &RuleContext<'_>, cron_job: &Resource) -> bool {
    let is_active = cron_job.at(&["status", "active"]).is_some_and(|active| !active.is_empty());
    let started = cron_job.time(&["status", "lastScheduleTime"]);
    is_active && cx.age(started).is_some_and(|age| age < RUN)
}

/// Whether one of its Jobs that is there has completed since.
fn has_success(cx: &RuleContext<'_>, cron_job: &Resource, due: Time) -> bool {
    jobs_of(cx, cron_job).any(|job| job.time(&["status", "completionTime"]) >= Some(due))
}

fn jobs_of<'s>(cx: &RuleContext<'s>, cron_job: &Resource) -> impl Iterator<Item = &'s Resource> {
    let name = cron_job.name();
    siblings(cx, cron_job).filter(move |job| cron_job_of(job).as_deref() == Some(name))
}
