//! `OOMKilled` container.
//!
//! A kill counts if it happened within the last hour, if the container has not recovered from it,
//! or if it ended the pod permanently. An older kill in the pod of a Job is reported as information
//! only. If the whole node is out of memory, the pod shows the same reason.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go` (`OOMKilled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(|cx| Ok(check_faults(cx, ContainerFault::OutOfMemory, finding)))
    .at_once("the kernel has killed it")
    .why(
        "The kernel kills a container that exceeds its memory limit. The container restarts and \
         usually exceeds the limit again. Work in progress is lost.",
    )
    .fix(
        "Compare the memory usage of the container with its limit. Increase the limit if the \
         usage is legitimate, otherwise look for a memory leak.",
    )
    .run(&[
        "oc adm top pods -n {namespace} --containers",
        "oc get pod -n {namespace} {pod} -o yaml",
    ])
    .verify(&["oc get pods -n {namespace}"]);

fn finding(cx: &RuleContext<'_>, group: &FaultGroup<'_>) -> Finding {
    let first = group.first;
    let limit = limit(first.pod, &group.key);
    let at = limit.as_deref().map(|limit| format!(" at its limit of {limit}")).unwrap_or_default();
    let (subject, container) = (&group.subject, &group.key);
    let extent = group.extent("in");
    let summary = format!("{subject}: container {container} was OOMKilled{at}{extent}");
    let has_recovered =
        group.members().all(|faulty| faulty.container.is_ready() || faulty.pod.is_finished());
    let is_history = group.members().all(|faulty| {
        let is_of_job = faulty.pod.owner().is_some_and(|(kind, _)| kind == "Job");
        is_of_job && !is_recent(cx, faulty.ended().and_then(Terminated::finished))
    });
    let severity = match (is_history, has_recovered) {
        (true, _) => Info,
        (false, true) => Warning,
        (false, false) => RULE.meta.severity,
    };
    // With more than one restart, the time of the first kill is not recorded.
    let since = group
        .since(|faulty| faulty.ended().filter(|_| faulty.container.restarts() <= 1)?.finished());
    let finding = group
        .finding(summary, |faulty| {
            let span = faulty.ended().map_or(faulty.container.span(), Terminated::span);
            let note = format!("terminated with OOMKilled, {}", restarted(faulty.container));
            Evidence::seen(faulty.pod.resource(), span, note)
        })
        .severity(severity)
        .since(since)
        .keywords("OOMKilled");
    let finding = match (limit, first.pod.restarts_containers()) {
        (Some(_), true) => finding,
        (Some(_), false) => finding.why(
            "The kernel kills a container that exceeds its memory limit. This container is not \
             restarted, so its work was not completed.",
        ),
        (None, _) => finding.why(
            "The archive shows no memory limit for the container, so its pod or node ran out of \
             memory.",
        ),
    };
    match cx.now() {
        Some(_) => finding,
        None => finding.likely("the archive does not show when it was collected"),
    }
}

/// The memory limit of a container.
fn limit(pod: Pod<'_>, container: &str) -> Option<String> {
    ["containers", "initContainers"].into_iter().find_map(|field| {
        let mut specs = pod.resource().at(&["spec", field])?.items();
        let spec = specs.find(|spec| spec.text_at(&["name"]).as_deref() == Some(container))?;
        spec.text_at(&["resources", "limits", "memory"]).map(Cow::into_owned)
    })
}
