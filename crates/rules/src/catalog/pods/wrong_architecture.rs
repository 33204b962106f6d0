//! Container program built for another architecture (exec format error).
//!
//! The pod status contains the error only if the runtime itself could not start the program, or if
//! the log is used as the termination message (`FallbackToLogsOnError`). Otherwise the problem is
//! reported as `pods/crash-looping`. A script without an interpreter in its first line fails with
//! the same error.
//!
//! - torvalds/linux `fs/exec.c` (`ENOEXEC`, "exec format error" in Go's `syscall`)
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The kernel does not recognize the format of the program and cannot start it. In a \
         cluster with several architectures, this happens if an image is built for only one of \
         them and its pods are not restricted to matching nodes. Restarts do not help.",
    )
    .fix(
        "Use an image that is built for the architecture of the node, or restrict the pods to \
         matching nodes with a nodeSelector on kubernetes.io/arch.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let foreign = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, ContainerFault::WrongArchitecture));
    let groups = group_by_subject(foreign, |faulty| {
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
    let first = members.first()?;
    let mut fails_on: Vec<_> =
        members.iter().filter_map(|faulty| architecture(cx, faulty.pod)).collect();
    fails_on.sort();
    fails_on.dedup();
    let on = if fails_on.is_empty() {
        "the architecture of its node".to_owned()
    } else {
        format!("{}, the architecture of its node", name_list(&fails_on))
    };
    let extent = pluralize(members.len(), "pod");
    let summary =
        format!("{subject}: program of container {container} is not built for {on} ({extent})");
    let evidence = container_evidence(members, note);
    let (head, rest) = evidence.split_first()?;
    let runs = runs_elsewhere(cx, subject, *first, &fails_on);
    let (client, namespace, name) = (client(cx), first.pod.namespace(), first.pod.name());
    let finding = Finding::new(subject.clone(), summary, head.clone())
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .since(members.iter().filter_map(|faulty| fault_since(*faulty)).min())
        .evidence(rest.iter().cloned())
        .group_by(GroupKey::Image, first.container.image())
        .keywords(pod_keywords(members.iter().map(|faulty| faulty.pod)))
        .keywords("exec format error")
        .run(format!("{client} get nodes -L kubernetes.io/arch"))
        .run(format!("{client} describe pod -n {namespace} {name}"))
        .verify(format!("{client} get pods -n {namespace} -o wide"));
    Some(match runs {
        Some((pod, other)) => finding.evidence([Evidence::field(
            pod.resource(),
            &["spec", "nodeName"],
            format!("pod {} of the same workload is ready on a {other} node", pod.name()),
        )]),
        None => finding.likely("a script without an interpreter line fails with the same error"),
    })
}

fn note(faulty: FaultyContainer<'_>) -> String {
    let waits = faulty.container.waiting_message();
    let ended = faulty.ended().map(|ended| ended.message().into_owned()).unwrap_or_default();
    let line = [&*waits, &ended]
        .into_iter()
        .flat_map(str::lines)
        .find(|line| line.contains("exec format error"))
        .unwrap_or_default();
    excerpt(line)
}

fn architecture(cx: &RuleContext<'_>, pod: Pod<'_>) -> Option<String> {
    Some(cx.find::<Node<'_>>("", &pod.node()?)?.info("architecture")?.into_owned())
}

/// A pod of the same workload that is ready on a node of another architecture, and that
/// architecture.
fn runs_elsewhere<'s>(
    cx: &RuleContext<'s>,
    subject: &Subject,
    failing: FaultyContainer<'s>,
    fails_on: &[String],
) -> Option<(Pod<'s>, String)> {
    cx.within::<Pod<'s>>(failing.pod.namespace())
        .filter(|pod| pod.is_ready() && workload(*pod) == *subject)
        .filter_map(|pod| Some((pod, architecture(cx, pod)?)))
        .find(|(_, other)| !fails_on.is_empty() && !fails_on.contains(other))
}
