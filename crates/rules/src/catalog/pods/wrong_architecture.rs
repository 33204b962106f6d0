//! A container whose program is not for the processor of its node.
//!
//! # Why it matters
//!
//! The kernel does not know the format of the program and refuses to start it. In a cluster of
//! several architectures that happens where an image is built for one of them and nothing keeps its
//! pods on nodes of that one. Restarts do not help.
//!
//! # What to do
//!
//! Use an image built for the architecture of the node, or keep the pods on nodes the image is for
//! with a `nodeSelector` on `kubernetes.io/arch`.
//!
//! # Blind spots
//!
//! The pod's status has the words only where the runtime itself could not start the program, or
//! where the log is taken for a last message (`FallbackToLogsOnError`); otherwise this looks like
//! `pods/crash-looping`. A script without a first line that names its interpreter fails in the same
//! words.
//!
//! # References
//!
//! - torvalds/linux `fs/exec.c` (`ENOEXEC`, "exec format error" in Go's `syscall`)
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`

use mustknow_gather::kinds::{NODE, Node, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    Fault, Faulty, client, count, excerpt, faults, few, grouped, named, onset, severity_in, shown,
    workload,
};

pub(super) static META: Meta = Meta {
    id: "pods/wrong-architecture",
    title: "a container whose program is not for the processor of its node",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let foreign =
        faults(case).into_iter().filter(|faulty| matches!(faulty.fault, Fault::WrongArchitecture));
    let groups =
        grouped(foreign, |faulty| (workload(faulty.pod), faulty.container.name().into_owned()));
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
    let first = members.first()?;
    let mut fails_on: Vec<_> =
        members.iter().filter_map(|faulty| architecture(case, faulty.pod)).collect();
    fails_on.sort();
    fails_on.dedup();
    let on = if fails_on.is_empty() {
        "the processor of its node".to_owned()
    } else {
        format!("{}, the architecture of its node", few(&fails_on))
    };
    let extent = count(members.len(), "pod");
    let summary =
        format!("{subject}: the program of container {container} is not for {on} ({extent})");
    let evidence = shown(members, said);
    let (head, rest) = evidence.split_first()?;
    let runs = runs_elsewhere(case, subject, *first, &fails_on);
    let (client, namespace, name) = (client(case), first.pod.namespace(), first.pod.name());
    let finding = Finding::new(subject.clone(), summary, head.clone())
        .severity(severity_in(case, namespace, META.severity))
        .since(members.iter().filter_map(|faulty| onset(*faulty)).min())
        .evidence(rest.iter().cloned())
        .shares(Common::Image, first.container.image())
        .saying(named(members.iter().map(|faulty| faulty.pod)))
        .saying("exec format error")
        .why("The kernel does not know the format of the program, so no restart helps.")
        .remedy(
            Remedy::new(
                "Use an image that is built for the node's architecture, or keep the pods on nodes \
                 the image is for.",
            )
            .command(format!("{client} get nodes -L kubernetes.io/arch"))
            .command(format!("{client} describe pod -n {namespace} {name}"))
            .verify(format!("{client} get pods -n {namespace} -o wide")),
        );
    Some(match runs {
        Some((pod, other)) => finding.evidence([Evidence::field(
            pod.resource(),
            &["spec", "nodeName"],
            format!("pod {} of the same workload is ready on a node of {other}", pod.name()),
        )]),
        None => {
            finding.likely("a script that does not name its interpreter fails in the same words")
        }
    })
}

fn said(faulty: Faulty<'_>) -> String {
    let waits = faulty.container.waiting_message();
    let ended = faulty.ended().map(|ended| ended.message().into_owned()).unwrap_or_default();
    let line = [&*waits, &ended]
        .into_iter()
        .flat_map(str::lines)
        .find(|line| line.contains("exec format error"))
        .unwrap_or_default();
    excerpt(line)
}

fn architecture(case: &Case<'_>, pod: Pod<'_>) -> Option<String> {
    Some(case.find::<Node<'_>>("", &pod.node()?)?.info("architecture")?.into_owned())
}

/// A pod of the same workload that is ready on a node of another architecture, and which.
fn runs_elsewhere<'s>(
    case: &Case<'s>,
    subject: &Subject,
    failing: Faulty<'s>,
    fails_on: &[String],
) -> Option<(Pod<'s>, String)> {
    case.within::<Pod<'s>>(failing.pod.namespace())
        .filter(|pod| pod.is_ready() && workload(*pod) == *subject)
        .filter_map(|pod| Some((pod, architecture(case, pod)?)))
        .find(|(_, other)| !fails_on.is_empty() && !fails_on.contains(other))
}
