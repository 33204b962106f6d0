//! A container that ends again and again.
//!
//! # Why it matters
//!
//! The kubelet starts the container anew, later each time, up to five minutes apart. What it serves
//! is down most of the time. Init containers count too: until they are done the others do not
//! start.
//!
//! # What to do
//!
//! Read the log of the previous run; its last lines mostly say why. The exit code helps: 1 and 2
//! are the program's own, 137 is a kill from outside, by a liveness probe or for memory, 139 a
//! crash, 143 a request to end.
//!
//! # Blind spots
//!
//! A container that was restarted once or twice within minutes of its start is only noted: many
//! wait like that for what they depend on. A container that runs now and is ready has recovered,
//! however often it was restarted. Kills for memory are `pods/out-of-memory`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodCrashLooping.md`

use mustknow_gather::kinds::{Container, POD, Pod, Terminated};

use crate::catalog::prelude::*;
use crate::facts::{
    Fault, Faulty, Patience, client, count, excerpt, faults, grouped, named, onset, severity_in,
    shown, workload,
};

/// How long a container may wait like this for what it depends on.
const GRACE: Span = Span::minutes(5);
/// As many restarts outlast any wait.
const RESTARTS: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "pods/crash-looping",
    title: "a container that ends again and again",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let crashing =
        faults(case).into_iter().filter(|faulty| matches!(faulty.fault, Fault::Crashing));
    let groups =
        grouped(crashing, |faulty| (workload(faulty.pod), faulty.container.name().into_owned()));
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
    let since = members.iter().filter_map(|faulty| onset(*faulty)).min();
    let restarts = members.iter().map(|faulty| faulty.container.restarts()).max().unwrap_or(0);
    let kind = if first.container.is_init() { "init container" } else { "container" };
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" in pod {}", first.pod.name()),
        more => format!(" in {}", count(more + 1, "pod")),
    };
    let summary =
        format!("{subject}: {kind} {container} crashes again and again{extent}, {}", end(*first));
    let (head, others) = evidence(members)?;
    let ended =
        members.iter().find_map(|faulty| faulty.ended().filter(|e| !e.message().is_empty()));
    let last_words = ended.map(|ended| ended.message().into_owned()).unwrap_or_default();
    let finding = Finding::new(subject.clone(), summary, head)
        .since(since)
        .certainty(certainty(first.container))
        .doubt("the container is between two restarts")
        .evidence(others)
        .evidence(ended.map(|ended| {
            Evidence::seen(first.pod.resource(), ended.span(), "the last words of the run before")
        }))
        .saying(named(members.iter().map(|faulty| faulty.pod)))
        .saying(first.container.waiting_message())
        .saying(&last_words)
        .why(why(*first, &last_words))
        .remedy(remedy(case, *first));
    let usual = severity_in(case, &subject.namespace, META.severity);
    let patience = Patience::of(case, since, GRACE).or_outlasted(restarts >= RESTARTS);
    Some(patience.weigh(finding, usual))
}

fn evidence(members: &[Faulty<'_>]) -> Option<(Evidence, Vec<Evidence>)> {
    let shown = shown(members, |faulty| {
        format!(
            "{}, restarted {}",
            end(faulty),
            count(usize::try_from(faulty.container.restarts()).unwrap_or(0), "time")
        )
    });
    let (head, rest) = shown.split_first()?;
    Some((head.clone(), rest.to_vec()))
}

/// A container that runs just now may have been mended a moment ago.
fn certainty(container: Container<'_>) -> Certainty {
    if container.running_since().is_some() { Certainty::Likely } else { Certainty::Certain }
}

fn end(faulty: Faulty<'_>) -> String {
    match faulty.ended().map(|ended| (ended.exit_code(), ended.reason())) {
        Some((Some(code), reason)) if reason.is_empty() || reason == "Error" => {
            format!("with exit code {code}")
        }
        Some((Some(code), reason)) => format!("with exit code {code} ({reason})"),
        Some((None, reason)) if !reason.is_empty() => format!("with {reason}"),
        _ => "with an unknown end".to_owned(),
    }
}

fn why(faulty: Faulty<'_>, last_words: &str) -> String {
    let code = match faulty.ended().and_then(Terminated::exit_code) {
        Some(0) => "It ends without an error, though it should go on running.",
        Some(126 | 127) => "Its command cannot be run or does not exist in the image.",
        Some(137) => {
            "It is killed from outside: by a liveness probe, by the kubelet or for memory."
        }
        Some(139) => "It crashes by an invalid memory access.",
        Some(143) => "It is asked to end, mostly because a liveness probe fails.",
        _ => "The program itself gives up.",
    };
    match &*excerpt(last_words) {
        "" => format!("{code} The kubelet starts it anew, up to five minutes apart."),
        words => format!("{code} Its last words: {words}"),
    }
}

fn remedy(case: &Case<'_>, faulty: Faulty<'_>) -> Remedy {
    let (client, pod) = (client(case), faulty.pod);
    let (namespace, name, container) = (pod.namespace(), pod.name(), faulty.container.name());
    Remedy::new("Read the log of the previous run and mend what it names.")
        .command(format!("{client} logs -n {namespace} {name} -c {container} --previous"))
        .command(format!("{client} describe pod -n {namespace} {name}"))
        .verify(format!("{client} get pods -n {namespace}"))
}
