//! Crash-looping container.
//!
//! A container that runs now and is ready has recovered, even after many restarts. OOM kills are
//! `pods/out-of-memory`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(|cx| Ok(check_faults(cx, ContainerFault::CrashLooping, finding)))
    // Many containers restart once or twice while they wait for their dependencies.
    .note_until(Span::minutes(5))
    .why(
        "The kubelet restarts the container with an increasing delay of up to five minutes. Its \
         service is down most of the time. Init containers count too: the other containers do \
         not start until they have completed.",
    )
    .fix("Fix the error that the last lines of the log of the previous run show.")
    .run(&[
        "oc logs -n {namespace} {pod} -c {container} --previous",
        "oc describe pod -n {namespace} {pod}",
    ])
    .verify(&["oc get pods -n {namespace}"]);

fn finding(_: &RuleContext<'_>, group: &FaultGroup<'_>) -> Finding {
    let first = group.first;
    let kind = if first.container.is_init() { "init container" } else { "container" };
    let summary = format!(
        "{}: {kind} {} is crash-looping{}, {}",
        group.subject,
        group.key,
        group.extent("in"),
        end(first)
    );
    let (ended, message) = group.explained_end().unzip();
    let message = message.unwrap_or_default();
    let finding = group
        .fault(summary, |faulty| format!("{}, {}", end(faulty), restarted(faulty.container)))
        .evidence(ended)
        .keywords(first.container.waiting_message())
        .keywords(&message)
        .lasting(group.restarts() >= 3)
        .why(why(first, &message));
    match first.container.running_since() {
        // It may have been fixed just before.
        Some(_) => finding.likely("the container is running between two restarts"),
        None => finding,
    }
}

fn end(faulty: FaultyContainer<'_>) -> String {
    match faulty.ended().map(exit_of) {
        Some(exit) => format!("with {exit}"),
        None => "for an unknown reason".to_owned(),
    }
}

fn why(faulty: FaultyContainer<'_>, termination_message: &str) -> String {
    let code = match faulty.ended().and_then(Terminated::exit_code) {
        Some(0) => "It exits without an error, although it should keep running.",
        Some(126 | 127) => "Its command cannot be run or does not exist in the image.",
        Some(137) => {
            "It is killed from outside: by a liveness probe, by the kubelet or by the OOM killer."
        }
        Some(139) => "It crashes with a segmentation fault.",
        Some(143) => "It receives SIGTERM, usually because a liveness probe fails.",
        _ => "The program itself exits with an error.",
    };
    match &*excerpt(termination_message) {
        "" => format!("{code} The kubelet restarts it with a delay of up to five minutes."),
        detail => format!("{code} Termination message: {detail}"),
    }
}
