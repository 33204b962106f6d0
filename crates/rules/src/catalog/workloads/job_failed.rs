//! Failed Job.
//!
//! A Job is ignored if a later Job of the same `CronJob` has finished, and so is the image pruner,
//! which the image registry operator reports. Failures more than a day ago are only notes. Of Jobs
//! that were not collected the last pods are checked instead, unless an event says they completed.
//!
//! - kubernetes/kubernetes `pkg/controller/job/job_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeJobFailed.md`

use crate::catalog::prelude::*;

/// Older failures are only notes.
const RECENT: Span = Span::hours(24);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs_any(&[Need::Kind(&JOB), Need::Kind(&POD)])
    .reads(&[Need::Kind(&CRON_JOB), Need::Kind(&EVENT)])
    .check(check)
    .at_once("a Job that has failed is not retried")
    .why(
        "Its pods failed too often, or it exceeded its deadline, and it is not retried. Its \
         task was not completed. A failed Job also stays, and its alert keeps firing until the \
         Job is deleted.",
    )
    .fix("Fix the error that the log of its last pod shows, and create the Job again.")
    .run(&["oc logs -n {namespace} {pod} --tail=100", "oc describe job -n {namespace} {name}"])
    .verify(&["oc get jobs -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let failed_jobs = cx
        .all::<Job<'_>>()
        .filter_map(|job| Some((job, job.condition("Failed").filter(|it| it.is_true())?)))
        .filter(|(job, failed)| !has_completed(*job) && !has_succeeded_since(cx, *job, *failed))
        .filter(|(job, _)| !is_superseded(cx, *job) && !is_pruner(*job))
        .map(|(job, failed)| finding(cx, job, failed));
    let last_pods = last_pods(cx);
    let failed_pods = last_pods.iter().filter(|(job, pod)| {
        pod.phase() == "Failed" && !is_completed(cx, job, **pod) && !has_later_run(&last_pods, job)
    });
    let by_pods =
        failed_pods.filter_map(|((namespace, job), pod)| of_pod(cx, namespace, job, *pod));
    let examined = cx.all::<Job<'_>>().count() + last_pods.len();
    Ok(Checked::over(examined, failed_jobs.chain(by_pods)))
}

/// Namespace and name of a Job.
type JobName<'s> = (&'s str, String);

/// The last pod of each Job that was not collected, in namespaces whose Jobs were not.
fn last_pods<'s>(cx: &RuleContext<'s>) -> BTreeMap<JobName<'s>, Pod<'s>> {
    let mut last: BTreeMap<_, Pod<'s>> = BTreeMap::new();
    for pod in cx.all::<Pod<'s>>() {
        let Some((_, job)) = pod.owner().filter(|(kind, _)| kind == "Job") else { continue };
        let jobs = cx.coverage().of(&JOB, pod.namespace());
        let is_collected = || cx.find::<Job<'_>>(pod.namespace(), &job).is_some();
        if matches!(jobs, CoverageState::Collected(_) | CoverageState::Empty) || is_collected() {
            continue;
        }
        let known = last.entry((pod.namespace(), job.into_owned())).or_insert(pod);
        // A pod that has succeeded decides, even if other pods are newer.
        let rank = |pod: &Pod<'_>| (pod.phase() == "Succeeded", pod.resource().created());
        *known = std::cmp::max_by_key(*known, pod, rank);
    }
    last
}

/// Whether an event says that the Job has completed since it created the pod.
fn is_completed(cx: &RuleContext<'_>, (namespace, job): &JobName<'_>, pod: Pod<'_>) -> bool {
    events_within(cx, namespace, "Job", job)
        .any(|event| event.reason() == "Completed" && event.last_seen() >= pod.resource().created())
}

/// Whether a later Job of the same `CronJob` has a pod that has ended: it decides.
fn has_later_run(last_pods: &BTreeMap<JobName<'_>, Pod<'_>>, job: &JobName<'_>) -> bool {
    let Some((cron_job, time)) = scheduled(&job.1) else { return false };
    let later = (job.0, format!("{cron_job}-"));
    last_pods
        .range(later..)
        .take_while(|((namespace, name), _)| *namespace == job.0 && name.starts_with(cron_job))
        .any(|((_, name), pod)| {
            scheduled(name).is_some_and(|(of, at)| of == cron_job && at > time)
                && matches!(&*pod.phase(), "Succeeded" | "Failed")
        })
}

/// The `CronJob` and the scheduled time of a Job: it is called `<name>-<minutes since 1970>`, and by
/// old releases `<name>-<seconds since 1970>`.
fn scheduled(job: &str) -> Option<(&str, u64)> {
    let (cron_job, time) = job.rsplit_once('-')?;
    let is_time = matches!(time.len(), 8 | 10) && time.bytes().all(|it| it.is_ascii_digit());
    Some((cron_job, time.parse().ok().filter(|_| is_time)?))
}

fn of_pod(cx: &RuleContext<'_>, namespace: &str, job: &str, pod: Pod<'_>) -> Option<Finding> {
    let ended = failed_end(pod, Container::terminated)?;
    let is_recent = cx.is_recent(ended.finished(), RECENT);
    if scheduled(job).is_some_and(|(of, _)| is_recovered(cx, namespace, of, ended.finished())) {
        return None;
    }
    let detail = match &*excerpt(&ended.message()) {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let subject = Subject::namespaced("Job", namespace, job);
    let (name, code) = (pod.name(), ended.exit_code()?);
    let summary = format!("{subject}: its last pod {name} failed with exit code {code}{detail}");
    let evidence = Evidence::seen(pod.resource(), ended.span(), "the pod's termination");
    let finding = Finding::new(subject.clone(), summary, evidence)
        .since(ended.finished())
        .likely("the Job was not collected, so it is unknown whether it is retried")
        .keywords(subject.to_string())
        .keywords(name)
        .keywords(ended.message())
        .with("pod", name)
        .why("The Job's task was not completed, unless the Job is retried.");
    is_recent.then_some(finding)
}

/// How a container of the pod failed.
fn failed_end<'s>(
    pod: Pod<'s>,
    ended: impl Fn(Container<'s>) -> Option<Terminated<'s>>,
) -> Option<Terminated<'s>> {
    pod.containers().find_map(|container| {
        ended(container).filter(|ended| ended.exit_code().is_some_and(|code| code != 0))
    })
}

/// The `CronJob` that owns the Job.
fn owner(job: Job<'_>) -> Option<String> {
    let owners = job.resource().at(&["metadata", "ownerReferences"])?;
    let owner = owners.items().find(|it| it.text_at(&["kind"]).as_deref() == Some("CronJob"))?;
    Some(owner.text_at(&["name"])?.into_owned())
}

/// Whether the Job has completed: its pods can have failed before one succeeded.
fn has_completed(job: Job<'_>) -> bool {
    job.condition("Complete").is_some_and(Condition::is_true)
        || job.resource().time(&["status", "completionTime"]).is_some()
}

/// Whether the `CronJob` of the Job records a later success, whose Job may be deleted by now.
fn has_succeeded_since(cx: &RuleContext<'_>, job: Job<'_>, failed: Condition<'_>) -> bool {
    let namespace = job.resource().namespace();
    owner(job).is_some_and(|of| is_recovered(cx, namespace, &of, failed.since()))
}

fn is_recovered(cx: &RuleContext<'_>, namespace: &str, cron_job: &str, at: Option<Time>) -> bool {
    let success = cx
        .find::<CronJob<'_>>(namespace, cron_job)
        .and_then(|it| it.resource().time(&["status", "lastSuccessfulTime"]));
    success.zip(at).is_some_and(|(success, failed)| success > failed)
}

/// Whether this is the image pruner, which the image registry operator reports.
fn is_pruner(job: Job<'_>) -> bool {
    job.resource().namespace() == "openshift-image-registry"
        && owner(job).as_deref() == Some("image-pruner")
}

/// Whether a later Job of the same `CronJob` has succeeded, or has failed and is reported instead.
fn is_superseded(cx: &RuleContext<'_>, job: Job<'_>) -> bool {
    let Some(of) = owner(job) else { return false };
    cx.within::<Job<'_>>(job.resource().namespace()).any(|other| {
        let is_true = |name| other.condition(name).is_some_and(Condition::is_true);
        (is_true("Complete") || is_true("Failed"))
            && owner(other).as_ref() == Some(&of)
            && other.resource().created() > job.resource().created()
    })
}

fn finding(cx: &RuleContext<'_>, job: Job<'_>, failed: Condition<'_>) -> Finding {
    let resource = job.resource();
    // The pod of the last attempt.
    let pod = owned_pods(cx, resource).max_by_key(|pod| pod.resource().created());
    let end = pod.and_then(|pod| {
        let ended = failed_end(pod, |it| it.terminated().or_else(|| it.last_terminated()))?;
        Some((pod, ended))
    });
    let code = end.and_then(|(_, ended)| ended.exit_code());
    let code = code.map(|code| format!("; its last pod failed with exit code {code}"));
    let (subject, of) = (Subject::of(resource), owner(job));
    let of = of.map(|of| format!(" of CronJob {of}")).unwrap_or_default();
    let summary =
        format!("{subject}{of} has failed ({}){}", failed.reason(), code.unwrap_or_default());
    let evidence = Evidence::condition(resource, failed, excerpt(&failed.message()));
    let is_recent = cx.is_recent(failed.since(), RECENT);
    Finding::new(subject.clone(), summary, evidence)
        .severity(if is_recent { RULE.meta.severity } else { Info })
        .since(failed.since())
        .evidence(end.map(|(pod, ended)| {
            let note = format!("termination of pod {}: {}", pod.name(), ended.message());
            let note = excerpt(note.trim_end_matches([':', ' ']));
            Evidence::seen(pod.resource(), ended.span(), note)
        }))
        .keywords(subject.to_string())
        .keywords(pod.map(Pod::name).unwrap_or_default())
        .with("pod", pod.map_or_else(|| format!("job/{}", resource.name()), |it| it.name().into()))
        .keywords(failed.reason())
        .keywords(failed.message())
}
