//! Crash-looping container.
//!
//! A container that restarted once or twice within minutes of its start is reported as information
//! only, because many containers wait for their dependencies in this way. A container that runs now
//! and is ready has recovered, even after many restarts. OOM kills are `pods/out-of-memory`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use crate::catalog::prelude::*;

/// How long a container may restart while it waits for its dependencies.
const GRACE: Span = Span::minutes(5);
/// With this many restarts, the grace period no longer applies.
const RESTARTS: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The kubelet restarts the container with an increasing delay of up to five minutes. Its \
         service is down most of the time. Init containers count too: the other containers do \
         not start until they have completed.",
    )
    .fix(
        "Read the log of the previous run. In most cases its last lines show the reason. The \
         exit code also helps: 1 and 2 come from the program itself, 137 is a kill from \
         outside, such as a failed liveness probe or an OOM kill, 139 is a segmentation fault, \
         and 143 is a termination request.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let crashing = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, ContainerFault::CrashLooping));
    let groups = group_by_subject(crashing, |faulty| {
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
    let since = members.iter().filter_map(|faulty| fault_since(*faulty)).min();
    let restarts = members.iter().map(|faulty| faulty.container.restarts()).max().unwrap_or(0);
    let kind = if first.container.is_init() { "init container" } else { "container" };
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" in pod {}", first.pod.name()),
        more => format!(" in {}", pluralize(more + 1, "pod")),
    };
    let summary =
        format!("{subject}: {kind} {container} is crash-looping{extent}, {}", end(*first));
    let (head, others) = evidence(members)?;
    let ended =
        members.iter().find_map(|faulty| faulty.ended().filter(|e| !e.message().is_empty()));
    let termination_message = ended.map(|ended| ended.message().into_owned()).unwrap_or_default();
    let finding =
        Finding::new(subject.clone(), summary, head)
            .since(since)
            .certainty(certainty(first.container))
            .uncertainty("the container is running between two restarts")
            .evidence(others)
            .evidence(ended.map(|ended| {
                Evidence::seen(first.pod.resource(), ended.span(), "termination message")
            }))
            .keywords(pod_keywords(members.iter().map(|faulty| faulty.pod)))
            .keywords(first.container.waiting_message())
            .keywords(&termination_message)
            .why(why(*first, &termination_message))
            .remedy(remedy(cx, *first));
    let usual = severity_in(cx, &subject.namespace, RULE.meta.severity);
    let persistence = Persistence::of(cx, since, GRACE).or_exceeded(restarts >= RESTARTS);
    Some(persistence.apply(finding, usual))
}

fn evidence(members: &[FaultyContainer<'_>]) -> Option<(Evidence, Vec<Evidence>)> {
    let shown = container_evidence(members, |faulty| {
        format!(
            "{}, restarted {}",
            end(faulty),
            pluralize(usize::try_from(faulty.container.restarts()).unwrap_or(0), "time")
        )
    });
    let (head, rest) = shown.split_first()?;
    Some((head.clone(), rest.to_vec()))
}

/// A container that runs at the moment may have been fixed just before.
fn certainty(container: Container<'_>) -> Certainty {
    if container.running_since().is_some() { Certainty::Likely } else { Certainty::Certain }
}

fn end(faulty: FaultyContainer<'_>) -> String {
    match faulty.ended().map(|ended| (ended.exit_code(), ended.reason())) {
        Some((Some(code), reason)) if reason.is_empty() || reason == "Error" => {
            format!("with exit code {code}")
        }
        Some((Some(code), reason)) => format!("with exit code {code} ({reason})"),
        Some((None, reason)) if !reason.is_empty() => format!("with {reason}"),
        _ => "for an unknown reason".to_owned(),
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

fn remedy(cx: &RuleContext<'_>, faulty: FaultyContainer<'_>) -> Remedy {
    let (client, pod) = (client(cx), faulty.pod);
    let (namespace, name, container) = (pod.namespace(), pod.name(), faulty.container.name());
    Remedy::new("Read the log of the previous run and fix the error that it shows.")
        .command(format!("{client} logs -n {namespace} {name} -c {container} --previous"))
        .command(format!("{client} describe pod -n {namespace} {name}"))
        .verify(format!("{client} get pods -n {namespace}"))
}
