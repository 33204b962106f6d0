//! A Job that has failed for good.
//!
//! # Why it matters
//!
//! Its pods failed too often, or it took longer than it may, and nothing tries again: what it was to
//! do is not done. A failed Job also stays and keeps its alert firing until somebody deletes it.
//!
//! # What to do
//!
//! Read the log of its last pod, mend the reason, and make the Job again.
//!
//! # Blind spots
//!
//! A Job that a later one of the same `CronJob` has made good is left out, and so is the pruner of
//! images, of which the image registry's operator tells. Failures longer than a day
//! ago are only noted. The pods of a failed Job may be gone, and their logs with them. Where the Jobs
//! of a namespace were not collected, their last pods stand for them.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/job/job_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeJobFailed.md`

use std::collections::BTreeMap;

use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{Condition, JOB, Job, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{client, excerpt, severity_in};

/// What happened longer ago is history.
const RECENT: Span = Span::hours(24);

pub(super) static META: Meta = Meta {
    id: "workloads/job-failed",
    title: "a Job that has failed for good",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[],
    uses: &[Need::Kind(&JOB), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nothing = [&JOB, &POD].iter().all(|kind| !is_there(&case.coverage().of_kind(kind)));
    if nothing {
        return Verdict::Unknown(Gap::kind(&JOB, &case.coverage().of_kind(&JOB)));
    }
    let told = case
        .all::<Job<'_>>()
        .filter_map(|job| Some((job, job.condition("Failed").filter(|it| it.is_true())?)))
        .filter(|(job, _)| !is_made_good(case, *job) && !is_pruner(*job))
        .map(|(job, failed)| finding(case, job, failed));
    let (examined, by_pods) = by_pods(case);
    Verdict::over(
        case.all::<Job<'_>>().count() + examined,
        told.chain(by_pods).collect(),
        "no Job in the archive",
    )
}

fn is_there(state: &State) -> bool {
    matches!(state, State::Collected(_) | State::Empty)
}

/// The pods of Jobs in namespaces whose Jobs were not collected: how many Jobs there are, and what
/// is to be said of those whose last pod has failed.
fn by_pods(case: &Case<'_>) -> (usize, Vec<Finding>) {
    let mut last: BTreeMap<(&str, String), Pod<'_>> = BTreeMap::new();
    for pod in case.all::<Pod<'_>>() {
        let Some((_, job)) = pod.owner().filter(|(kind, _)| kind == "Job") else { continue };
        if is_there(&case.coverage().of(&JOB, pod.namespace())) {
            continue;
        }
        let known = last.entry((pod.namespace(), job.into_owned())).or_insert(pod);
        // One that has succeeded settles it, however late the others came.
        let rank = |pod: Pod<'_>| (pod.phase() == "Succeeded", pod.resource().created());
        if rank(pod) > rank(*known) {
            *known = pod;
        }
    }
    let failed = last.iter().filter(|(_, pod)| pod.phase() == "Failed");
    let findings =
        failed.filter_map(|((namespace, job), pod)| of_pod(case, namespace, job, *pod)).collect();
    (last.len(), findings)
}

fn of_pod(case: &Case<'_>, namespace: &str, job: &str, pod: Pod<'_>) -> Option<Finding> {
    let ended = pod.containers().find_map(|container| {
        container.terminated().filter(|ended| ended.exit_code().is_some_and(|code| code != 0))
    })?;
    let recent = case.age(ended.finished()).is_some_and(|age| age <= RECENT);
    let words = match &*excerpt(&ended.message()) {
        "" => String::new(),
        words => format!(": {words}"),
    };
    let subject = Subject::namespaced("Job", namespace, job);
    let client = client(case);
    recent.then(|| {
        Finding::new(
            subject.clone(),
            format!(
                "{subject}: its last pod {} has failed with exit code {}{words}",
                pod.name(),
                ended.exit_code().unwrap_or(0)
            ),
            Evidence::seen(pod.resource(), ended.span(), "how it ended"),
        )
        .severity(severity_in(case, namespace, META.severity))
        .since(ended.finished())
        .likely("the Job itself was not collected, so whether it tries again is not known")
        .saying(format!("Job/{namespace}/{job}"))
        .saying(pod.name())
        .saying(ended.message())
        .why("What the Job was to do is not done, unless it tries again.")
        .remedy(
            Remedy::new("Read the log of the pod, and make the Job again when that is mended.")
                .command(format!("{client} logs -n {namespace} {} --tail=100", pod.name()))
                .verify(format!("{client} get jobs -n {namespace}")),
        )
    })
}

/// The `CronJob` it belongs to.
fn owner(job: Job<'_>) -> Option<String> {
    let owners = job.resource().at(&["metadata", "ownerReferences"])?;
    let owner = owners.items().find(|it| it.text_at(&["kind"]).as_deref() == Some("CronJob"))?;
    Some(owner.text_at(&["name"])?.into_owned())
}

/// The pruner of images, of which its operator tells.
fn is_pruner(job: Job<'_>) -> bool {
    job.resource().namespace() == "openshift-image-registry"
        && owner(job).as_deref() == Some("image-pruner")
}

/// Whether a later Job of the same `CronJob` has succeeded, or a later one has failed and speaks for
/// all before it.
fn is_made_good(case: &Case<'_>, job: Job<'_>) -> bool {
    let Some(of) = owner(job) else { return false };
    case.within::<Job<'_>>(job.resource().namespace()).any(|other| {
        let is_over = ["Complete", "Failed"]
            .iter()
            .any(|name| other.condition(name).is_some_and(Condition::is_true));
        is_over
            && owner(other).as_ref() == Some(&of)
            && other.resource().created() > job.resource().created()
    })
}

fn finding(case: &Case<'_>, job: Job<'_>, failed: Condition<'_>) -> Finding {
    let resource = job.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let recent = case.age(failed.since()).is_none_or(|age| age <= RECENT);
    let severity =
        if recent { severity_in(case, namespace, META.severity) } else { Severity::Info };
    // The pod of its last try.
    let pod = case
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
    let ended = code.map(|code| format!("; its last pod ended with exit code {code}"));
    let of = owner(job).map(|of| format!(" of CronJob {of}")).unwrap_or_default();
    let client = client(case);
    Finding::new(
        subject.clone(),
        format!("{subject}{of} has failed ({}){}", failed.reason(), ended.unwrap_or_default()),
        Evidence::condition(resource, failed, excerpt(&failed.message())),
    )
    .severity(severity)
    .since(failed.since())
    .evidence(end.map(|(pod, ended)| {
        let words = match &*excerpt(&ended.message()) {
            "" => format!("how pod {} ended", pod.name()),
            words => format!("how pod {} ended: {words}", pod.name()),
        };
        Evidence::seen(pod.resource(), ended.span(), words)
    }))
    .saying(format!("Job/{namespace}/{name}"))
    .saying(pod.map(|pod| pod.name().to_owned()).unwrap_or_default())
    .saying(failed.reason())
    .saying(failed.message())
    .why("Nothing tries again, so what the Job was to do is not done.")
    .remedy(
        Remedy::new("Read the log of its last pod, and make the Job again when that is mended.")
            .command(format!("{client} logs -n {namespace} job/{name} --tail=100"))
            .command(format!("{client} describe job -n {namespace} {name}"))
            .verify(format!("{client} get jobs -n {namespace}")),
    )
}
