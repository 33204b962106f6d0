//! A container that was killed for its memory.
//!
//! # Why it matters
//!
//! The kernel kills a container that goes over its memory limit. It starts anew and mostly goes
//! over it again. What it was doing is lost.
//!
//! # What to do
//!
//! Compare what it uses with its limit. Raise the limit when the use is legitimate, else look for
//! the leak.
//!
//! # Blind spots
//!
//! Only kills of the last hour count, those a container has not recovered from, and those that ended a
//! pod for good, which the pod of a Job keeps as history and no more than information. A kill by the
//! kernel of a whole node that ran out of memory is `nodes/memory-pressure`; the same words stand
//! in the pod.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go` (`OOMKilled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use mustknow_gather::kinds::{POD, Pod, Terminated};

use crate::catalog::prelude::*;
use crate::facts::{
    Fault, Faulty, client, count, faults, grouped, is_recent, named, severity_in, shown, workload,
};

pub(super) static META: Meta = Meta {
    id: "pods/out-of-memory",
    title: "a container that was killed for its memory",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let killed =
        faults(case).into_iter().filter(|faulty| matches!(faulty.fault, Fault::OutOfMemory(_)));
    let groups =
        grouped(killed, |faulty| (workload(faulty.pod), faulty.container.name().into_owned()));
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(case, subject, container, members))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    container: &str,
    members: &[Faulty<'_>],
) -> Option<Finding> {
    let (first, rest) = members.split_first()?;
    let shown = shown(members, |faulty| {
        let times = count(usize::try_from(faulty.container.restarts()).unwrap_or(0), "time");
        format!("restarted {times}")
    });
    let head =
        Evidence::seen(first.pod.resource(), killed(*first)?.span(), "killed with OOMKilled");
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" in pod {}", first.pod.name()),
        more => format!(" in {}", count(more + 1, "pod")),
    };
    let limit = limit(first.pod, container);
    let bound =
        limit.as_deref().map(|limit| format!(" at its limit of {limit}")).unwrap_or_default();
    let summary =
        format!("{subject}: container {container} was killed for its memory{bound}{extent}");
    let has_recovered =
        members.iter().all(|faulty| faulty.container.is_ready() || faulty.pod.is_finished());
    let is_history = members.iter().all(|faulty| {
        let ended = killed(*faulty).and_then(Terminated::finished);
        faulty.pod.owner().is_some_and(|(kind, _)| kind == "Job") && !is_recent(case, ended)
    });
    let usual = match (is_history, has_recovered) {
        (true, _) => Severity::Info,
        (false, true) => Severity::Warning,
        (false, false) => META.severity,
    };
    // Who was killed before was so for the first time at a time nobody wrote down.
    let first_time = members.iter().filter(|faulty| faulty.container.restarts() <= 1);
    let since = first_time.filter_map(|faulty| killed(*faulty)?.finished()).min();
    let why = if limit.is_some() && !first.pod.restarts_containers() {
        "The kernel kills a container that goes over its memory limit. This one is not started \
         again, and what it was doing is not done."
    } else if limit.is_some() {
        "The kernel kills a container that goes over its memory limit. It starts anew and mostly \
         goes over it again."
    } else {
        "The container has no memory limit that the archive shows, so its pod or its node ran out."
    };
    let (client, pod) = (client(case), first.pod);
    let top = if client == "oc" { "oc adm top" } else { "kubectl top" };
    let certainty = if case.now().is_some() { Certainty::Certain } else { Certainty::Likely };
    let finding = Finding::new(subject.clone(), summary, head)
        .severity(severity_in(case, &subject.namespace, usual))
        .since(since)
        .certainty(certainty)
        .doubt("nothing in the archive dates the collection")
        .evidence(shown)
        .saying(named(members.iter().map(|faulty| faulty.pod)))
        .saying("OOMKilled")
        .why(why)
        .remedy(
            Remedy::new("Compare its use with its limit; raise the limit or mend the leak.")
                .command(format!("{top} pods -n {} --containers", pod.namespace()))
                .command(format!("{client} get pod -n {} {} -o yaml", pod.namespace(), pod.name()))
                .verify(format!("{client} get pods -n {}", pod.namespace())),
        );
    Some(finding)
}

fn killed(faulty: Faulty<'_>) -> Option<Terminated<'_>> {
    match faulty.fault {
        Fault::OutOfMemory(end) => Some(end),
        _ => None,
    }
}

/// The memory limit of a container.
fn limit(pod: Pod<'_>, container: &str) -> Option<String> {
    ["containers", "initContainers"].into_iter().find_map(|field| {
        let spec = pod
            .resource()
            .at(&["spec", field])?
            .items()
            .find(|spec| spec.text_at(&["name"]).as_deref() == Some(container))?;
        spec.text_at(&["resources", "limits", "memory"]).map(Into::into)
    })
}
