//! Container program built for another architecture (exec format error).
//!
//! The pod status contains the error only if the runtime itself could not start the program, or if
//! the log is used as the termination message (`FallbackToLogsOnError`). Otherwise the problem is
//! reported as `pods/crash-looping`.
//!
//! - torvalds/linux `fs/exec.c` (`ENOEXEC`, "exec format error" in Go's `syscall`)
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(|cx| Ok(check_faults(cx, ContainerFault::WrongArchitecture, finding)))
    .at_once("the program can never run on this node")
    .even_while_installing("the program can never run on this node")
    .why(
        "The kernel does not recognize the format of the program and cannot start it. In a \
         cluster with several architectures, this happens if an image is built for only one of \
         them and its pods are not restricted to matching nodes. Restarts do not help.",
    )
    .fix(
        "Use an image that is built for the architecture of the node, or restrict the pods to \
         matching nodes with a nodeSelector on kubernetes.io/arch.",
    )
    .run(&["oc get nodes -L kubernetes.io/arch", "oc describe pod -n {namespace} {pod}"])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn finding(cx: &RuleContext<'_>, group: &FaultGroup<'_>) -> Finding {
    let architectures: BTreeSet<_> = group.pods().filter_map(|pod| architecture(cx, pod)).collect();
    let fails_on: Vec<_> = architectures.into_iter().collect();
    let on = match &*name_list(&fails_on) {
        "" => "the architecture of its node".to_owned(),
        names => format!("{names}, the architecture of its node"),
    };
    let summary = format!(
        "{}: program of container {}{} is not built for {on}",
        group.subject,
        group.key,
        group.extent("in")
    );
    // A pod of the same workload that is ready on a node of another architecture.
    let runs_elsewhere = workload_pods(cx, &group.subject)
        .filter(|pod| pod.is_ready())
        .filter_map(|pod| Some((pod, architecture(cx, pod)?)))
        .find(|(_, other)| !fails_on.is_empty() && !fails_on.contains(other));
    let finding = group
        .fault(summary, note)
        .group_by(GroupKey::Image, group.first.container.image())
        .keywords("exec format error");
    match runs_elsewhere {
        Some((pod, other)) => finding.evidence([Evidence::field(
            pod.resource(),
            &["spec", "nodeName"],
            format!("pod {} of the same workload is ready on a {other} node", pod.name()),
        )]),
        None => finding.likely("a script without an interpreter line fails with the same error"),
    }
}

/// The line with the error.
fn note(faulty: FaultyContainer<'_>) -> String {
    let waits = faulty.container.waiting_message();
    let ended = faulty.ended().map(Terminated::message).unwrap_or_default();
    let mut lines = waits.lines().chain(ended.lines());
    excerpt(lines.find(|line| line.contains("exec format error")).unwrap_or_default())
}

fn architecture(cx: &RuleContext<'_>, pod: Pod<'_>) -> Option<String> {
    Some(cx.find::<Node<'_>>("", &pod.node()?)?.info("architecture")?.into_owned())
}
