//! A container that fails every few hours and comes up again.
//!
//! # Why it matters
//!
//! Between two of its failures everything looks well. What it serves is away for some seconds each
//! time, and what it had in memory is lost.
//!
//! # What to do
//!
//! Read the end of the previous log, and look at what happens at the times of the restarts.
//!
//! # Blind spots
//!
//! The kubelet keeps only how often a container was restarted and how its last run ended. Restarts
//! with the node, and restarts longer than an hour ago, are left out; so are containers that were
//! restarted less often than every two hours on average. A container that is down is
//! `pods/crash-looping`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)

use mustknow_gather::kinds::{Container, POD, Pod, Terminated};

use super::leader_election_lost;
use crate::catalog::prelude::*;
use crate::facts::{
    client, count, excerpt, grouped, has_fault, is_expected, named, severity_in, workload,
};

/// A restart longer ago is history.
const RECENT: Span = Span::hours(1);
/// As often as this it is no coincidence.
const ENOUGH: i64 = 8;
/// And at least once in this time on average.
const EVERY: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "pods/restarting",
    title: "a container that fails every few hours and comes up again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

type Restarted<'s> = (Pod<'s>, Container<'s>, Terminated<'s>);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let restarted = case
        .all::<Pod<'_>>()
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| Some((pod, container, last(case, pod, container)?)))
        .filter(|(pod, ..)| is_expected(*pod) && !has_fault(case, *pod));
    let groups =
        grouped(restarted, |(pod, container, _)| (workload(pod), container.name().into_owned()));
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(case, subject, container, members))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

/// The end of the last run of a container that ends again and again.
fn last<'s>(case: &Case<'s>, pod: Pod<'s>, container: Container<'s>) -> Option<Terminated<'s>> {
    if container.restarts() < ENOUGH || container.running_since().is_none() {
        return None;
    }
    let ended = container.last_terminated()?;
    let code = ended.exit_code()?;
    let age = case.age(pod.started().or_else(|| pod.resource().created()))?;
    let is_often = age.seconds() <= EVERY.seconds().saturating_mul(container.restarts());
    let failed = code != 0 && code != 255 && !leader_election_lost::tells(ended);
    let recently = case.age(ended.finished()).is_some_and(|age| age <= RECENT);
    (is_often && failed && recently).then_some(ended)
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    container: &str,
    members: &[Restarted<'_>],
) -> Option<Finding> {
    let ((pod, state, ended), rest) = members.split_first()?;
    let times = members.iter().map(|(_, state, _)| state.restarts()).max()?;
    let times = count(usize::try_from(times).unwrap_or(0), "time");
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", count(more + 1, "pod")),
    };
    let end = |ended: &Terminated<'_>| {
        format!("exit code {} ({})", ended.exit_code().unwrap_or(0), ended.reason())
    };
    let age = case.age(ended.finished()).map(|age| format!(" {age} ago")).unwrap_or_default();
    let summary = format!(
        "{subject}: container {container}{extent} was restarted {times}, the last time{age} after \
         {}",
        end(ended)
    );
    let words = match &*excerpt(&ended.message()) {
        "" => String::new(),
        words => format!(" Its last words: {words}"),
    };
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        summary,
        Evidence::seen(pod.resource(), ended.span(), end(ended)),
    )
    .severity(severity_in(case, namespace, META.severity))
    .evidence([Evidence::seen(pod.resource(), state.span(), "it runs again")])
    .evidence(rest.iter().take(2).map(|(pod, _, ended)| {
        let note = format!("pod {}: {}", pod.name(), end(ended));
        Evidence::seen(pod.resource(), ended.span(), note)
    }))
    .saying(named(members.iter().map(|(pod, ..)| *pod)))
    .saying(ended.message())
    .why(format!("It runs now, and has failed every few hours since it was made.{words}"))
    .remedy(
        Remedy::new("Read the end of the previous log.")
            .command(format!(
                "{client} logs -n {namespace} {name} -c {container} --previous --tail=100"
            ))
            .verify(format!("{client} get pods -n {namespace}")),
    );
    Some(finding)
}
