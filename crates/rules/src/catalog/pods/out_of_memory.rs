//! `OOMKilled` container.
//!
//! A kill counts if it happened within the last hour, if the container has not recovered from it,
//! or if it ended the pod permanently. The pod of a Job stays as history, so an older kill in such
//! a pod is reported as information only. If the kernel kills processes because the whole node is
//! out of memory, `nodes/memory-pressure` covers it, but the pod shows the same reason.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go` (`OOMKilled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The kernel kills a container that exceeds its memory limit. The container restarts and \
         usually exceeds the limit again. Work in progress is lost.",
    )
    .fix(
        "Compare the memory usage of the container with its limit. Increase the limit if the \
         usage is legitimate, otherwise look for a memory leak.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let killed = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, ContainerFault::OutOfMemory(_)));
    let groups = group_by_subject(killed, |faulty| {
        (workload(faulty.pod), faulty.container.name().into_owned())
    });
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(cx, subject, container, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    container: &str,
    members: &[FaultyContainer<'_>],
) -> Option<Finding> {
    let (first, rest) = members.split_first()?;
    let shown = container_evidence(members, |faulty| {
        let times = pluralize(usize::try_from(faulty.container.restarts()).unwrap_or(0), "time");
        format!("restarted {times}")
    });
    let head =
        Evidence::seen(first.pod.resource(), killed(*first)?.span(), "terminated with OOMKilled");
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" in pod {}", first.pod.name()),
        more => format!(" in {}", pluralize(more + 1, "pod")),
    };
    let limit = limit(first.pod, container);
    let bound =
        limit.as_deref().map(|limit| format!(" at its limit of {limit}")).unwrap_or_default();
    let summary = format!("{subject}: container {container} was OOMKilled{bound}{extent}");
    let has_recovered =
        members.iter().all(|faulty| faulty.container.is_ready() || faulty.pod.is_finished());
    let is_history = members.iter().all(|faulty| {
        let ended = killed(*faulty).and_then(Terminated::finished);
        faulty.pod.owner().is_some_and(|(kind, _)| kind == "Job") && !is_recent(cx, ended)
    });
    let usual = match (is_history, has_recovered) {
        (true, _) => Info,
        (false, true) => Warning,
        (false, false) => RULE.meta.severity,
    };
    // With more than one restart, the time of the first kill is not recorded.
    let first_time = members.iter().filter(|faulty| faulty.container.restarts() <= 1);
    let since = first_time.filter_map(|faulty| killed(*faulty)?.finished()).min();
    let why = if limit.is_some() && !first.pod.restarts_containers() {
        "The kernel kills a container that exceeds its memory limit. This container is not \
         restarted, so its work was not completed."
    } else if limit.is_some() {
        "The kernel kills a container that exceeds its memory limit. The container restarts and \
         usually exceeds the limit again."
    } else {
        "The archive shows no memory limit for the container, so its pod or node ran out of memory."
    };
    let (client, pod) = (client(cx), first.pod);
    let top = if client == "oc" { "oc adm top" } else { "kubectl top" };
    let certainty = if cx.now().is_some() { Certainty::Certain } else { Certainty::Likely };
    let finding = Finding::new(subject.clone(), summary, head)
        .severity(severity_in(cx, &subject.namespace, usual))
        .since(since)
        .certainty(certainty)
        .uncertainty("the archive does not show when it was collected")
        .evidence(shown)
        .keywords(pod_keywords(members.iter().map(|faulty| faulty.pod)))
        .keywords("OOMKilled")
        .why(why)
        .run(format!("{top} pods -n {} --containers", pod.namespace()))
        .run(format!("{client} get pod -n {} {} -o yaml", pod.namespace(), pod.name()))
        .verify(format!("{client} get pods -n {}", pod.namespace()));
    Some(finding)
}

fn killed(faulty: FaultyContainer<'_>) -> Option<Terminated<'_>> {
    match faulty.fault {
        ContainerFault::OutOfMemory(end) => Some(end),
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
