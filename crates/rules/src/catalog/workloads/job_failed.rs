//! Failed Job.
//!
//! A Job is ignored if a later Job of the same `CronJob` has finished. The image pruner is ignored
//! too, because the image registry operator reports it. Failures more than a day ago are only
//! notes. The pods of a failed Job and their logs may have been deleted. If the Jobs of a namespace
//! were not collected, their last pods are checked instead.
//!
//! - kubernetes/kubernetes `pkg/controller/job/job_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeJobFailed.md`

use crate::catalog::prelude::*;

/// Older failures are only notes.
const RECENT: Span = Span::hours(24);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .reads(&[Need::Kind(&JOB), Need::Kind(&POD)])
    .check(check)
    .why(
        "Its pods failed too often, or it exceeded its deadline, and it is not retried. Its \
         task was not completed. A failed Job also stays, and its alert keeps firing until the \
         Job is deleted.",
    )
    .fix("Check the log of its last pod, fix the cause, and create the Job again.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let nothing = [&JOB, &POD].iter().all(|kind| !is_there(&cx.coverage().of_kind(kind)));
    if nothing {
        return Err(NotJudged::from(Gap::kind(&JOB, &cx.coverage().of_kind(&JOB))));
    }
    let failed_jobs = cx
        .all::<Job<'_>>()
        .filter_map(|job| Some((job, job.condition("Failed").filter(|it| it.is_true())?)))
        .filter(|(job, _)| !is_made_good(cx, *job) && !is_pruner(*job))
        .map(|(job, failed)| finding(cx, job, failed));
    let (examined, by_pods) = by_pods(cx);
    Ok(Checked::over(cx.all::<Job<'_>>().count() + examined, failed_jobs.chain(by_pods)))
}

fn is_there(state: &CoverageState) -> bool {
    matches!(state, CoverageState::Collected(_) | CoverageState::Empty)
}

/// Checks the pods of Jobs in namespaces without collected Jobs. Returns the number of Jobs, and
/// the findings of those with a failed last pod.
fn by_pods(cx: &RuleContext<'_>) -> (usize, Vec<Finding>) {
    let mut last: BTreeMap<(&str, String), Pod<'_>> = BTreeMap::new();
    for pod in cx.all::<Pod<'_>>() {
        let Some((_, job)) = pod.owner().filter(|(kind, _)| kind == "Job") else { continue };
        if is_there(&cx.coverage().of(&JOB, pod.namespace())) {
            continue;
        }
        let known = last.entry((pod.namespace(), job.into_owned())).or_insert(pod);
        // A pod that has succeeded decides, even if other pods are newer.
        let rank = |pod: Pod<'_>| (pod.phase() == "Succeeded", pod.resource().created());
        if rank(pod) > rank(*known) {
            *known = pod;
        }
    }
    let failed = last.iter().filter(|(_, pod)| pod.phase() == "Failed");
    let findings =
        failed.filter_map(|((namespace, job), pod)| of_pod(cx, namespace, job, *pod)).collect();
    (last.len(), findings)
}

fn of_pod(cx: &RuleContext<'_>, namespace: &str, job: &str, pod: Pod<'_>) -> Option<Finding> {
    let ended = pod.containers().find_map(|container| {
        container.terminated().filter(|ended| ended.exit_code().is_some_and(|code| code != 0))
    })?;
    let recent = cx.age(ended.finished()).is_some_and(|age| age <= RECENT);
    let detail = match &*excerpt(&ended.message()) {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let subject = Subject::namespaced("Job", namespace, job);
    let client = client(cx);
    recent.then(|| {
        Finding::new(
            subject.clone(),
            format!(
                "{subject}: its last pod {} failed with exit code {}{detail}",
                pod.name(),
                ended.exit_code().unwrap_or(0)
            ),
            Evidence::seen(pod.resource(), ended.span(), "the pod's termination"),
        )
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .since(ended.finished())
        .likely("the Job was not collected, so it is unknown whether it is retried")
        .keywords(format!("Job/{namespace}/{job}"))
        .keywords(pod.name())
        .keywords(ended.message())
        .why("The Job's task was not completed, unless the Job is retried.")
        .fix("Check the log of the pod, fix the cause, and create the Job again.")
        .run(format!("{client} logs -n {namespace} {} --tail=100", pod.name()))
        .verify(format!("{client} get jobs -n {namespace}"))
    })
}

/// The `CronJob` that owns the Job.
fn owner(job: Job<'_>) -> Option<String> {
    let owners = job.resource().at(&["metadata", "ownerReferences"])?;
    let owner = owners.items().find(|it| it.text_at(&["kind"]).as_deref() == Some("CronJob"))?;
    Some(owner.text_at(&["name"])?.into_owned())
}

/// Whether this is the image pruner, which the image registry operator reports.
fn is_pruner(job: Job<'_>) -> bool {
    job.resource().namespace() == "openshift-image-registry"
        && owner(job).as_deref() == Some("image-pruner")
}

/// Whether a later Job of the same `CronJob` has succeeded, or has failed and is reported instead.
fn is_made_good(cx: &RuleContext<'_>, job: Job<'_>) -> bool {
    let Some(of) = owner(job) else { return false };
    cx.within::<Job<'_>>(job.resource().namespace()).any(|other| {
        let is_over = ["Complete", "Failed"]
            .iter()
            .any(|name| other.condition(name).is_some_and(Condition::is_true));
        is_over
            && owner(other).as_ref() == Some(&of)
            && other.resource().created() > job.resource().created()
    })
}

fn finding(cx: &RuleContext<'_>, job: Job<'_>, failed: Condition<'_>) -> Finding {
    let resource = job.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let recent = cx.age(failed.since()).is_none_or(|age| age <= RECENT);
    let severity = if recent { severity_in(cx, namespace, RULE.meta.severity) } else { Info };
    // The pod of the last attempt.
    let pod = cx
        .within::<Pod<'_>>(namespace)
        .filter(|pod| pod.owner().is_some_and(|(kind, of)| kind == "Job" && of == name))
        .max_by_key(|pod| pod.resource().created());
    let end = pod.and_then(|pod| {
        let ended = pod.containers().find_map(|container| {
            container
                .terminated()
                .or_else(|| container.last_terminated())
                .filter(|ended| ended.exit_code() != Some(0))
        })?;
        Some((pod, ended))
    });
    let code = end.and_then(|(_, ended)| ended.exit_code());
    let ended = code.map(|code| format!("; its last pod failed with exit code {code}"));
    let of = owner(job).map(|of| format!(" of CronJob {of}")).unwrap_or_default();
    let client = client(cx);
    Finding::new(
        subject.clone(),
        format!("{subject}{of} has failed ({}){}", failed.reason(), ended.unwrap_or_default()),
        Evidence::condition(resource, failed, excerpt(&failed.message())),
    )
    .severity(severity)
    .since(failed.since())
    .evidence(end.map(|(pod, ended)| {
        let detail = match &*excerpt(&ended.message()) {
            "" => format!("termination of pod {}", pod.name()),
            detail => format!("termination of pod {}: {detail}", pod.name()),
        };
        Evidence::seen(pod.resource(), ended.span(), detail)
    }))
    .keywords(format!("Job/{namespace}/{name}"))
    .keywords(pod.map(|pod| pod.name().to_owned()).unwrap_or_default())
    .keywords(failed.reason())
    .keywords(failed.message())
    .why("The Job is not retried, so its task was not completed.")
    .fix("Check the log of its last pod, fix the cause, and create the Job again.")
    .run(format!("{client} logs -n {namespace} job/{name} --tail=100"))
    .run(format!("{client} describe job -n {namespace} {name}"))
    .verify(format!("{client} get jobs -n {namespace}"))
}
