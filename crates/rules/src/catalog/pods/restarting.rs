//! Frequently restarting container.
//!
//! The kubelet stores only the restart count of a container and how its last run ended. Restarts
//! together with the node and restarts more than an hour ago are ignored, and so are containers
//! that restart less often than every two hours on average. A container that is down is
//! `pods/crash-looping`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)

use super::leader_election_lost;
use crate::catalog::prelude::*;

/// Restarts longer ago than this are ignored.
const RECENT: Span = Span::hours(1);
/// This many restarts are not a coincidence.
const ENOUGH: i64 = 8;
/// The container restarts at least once in this time on average.
const EVERY: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Between two failures everything looks healthy. Each time, the service of the container \
         is unavailable for some seconds, and the data in its memory is lost.",
    )
    .fix(
        "Read the end of the log of the previous run, and check what happens at the times of \
         the restarts.",
    );

type Restarted<'s> = (Pod<'s>, Container<'s>, Terminated<'s>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let restarted = cx
        .all::<Pod<'_>>()
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| Some((pod, container, last(cx, pod, container)?)))
        .filter(|(pod, ..)| is_expected(*pod) && !has_fault(cx, *pod));
    let groups = group_by_subject(restarted, |(pod, container, _)| {
        (workload(pod), container.name().into_owned())
    });
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(cx, subject, container, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

/// The end of the last run of a container that restarts frequently.
fn last<'s>(
    cx: &RuleContext<'s>,
    pod: Pod<'s>,
    container: Container<'s>,
) -> Option<Terminated<'s>> {
    if container.restarts() < ENOUGH || container.running_since().is_none() {
        return None;
    }
    let ended = container.last_terminated()?;
    let code = ended.exit_code()?;
    let age = cx.age(pod.started().or_else(|| pod.resource().created()))?;
    let is_often = age.seconds() <= EVERY.seconds().saturating_mul(container.restarts());
    let failed = code != 0 && code != 255 && !leader_election_lost::is_lost_election(ended);
    let recently = cx.age(ended.finished()).is_some_and(|age| age <= RECENT);
    (is_often && failed && recently).then_some(ended)
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    container: &str,
    members: &[Restarted<'_>],
) -> Option<Finding> {
    let ((pod, state, ended), rest) = members.split_first()?;
    let times = members.iter().map(|(_, state, _)| state.restarts()).max()?;
    let times = pluralize(usize::try_from(times).unwrap_or(0), "time");
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", pluralize(more + 1, "pod")),
    };
    let end = |ended: &Terminated<'_>| {
        format!("exit code {} ({})", ended.exit_code().unwrap_or(0), ended.reason())
    };
    let age = cx.age(ended.finished()).map(|age| format!(" {age} ago")).unwrap_or_default();
    let summary = format!(
        "{subject}: container {container}{extent} has restarted {times}, the last time{age} with \
         {}",
        end(ended)
    );
    let detail = match &*excerpt(&ended.message()) {
        "" => String::new(),
        detail => format!(" Termination message: {detail}"),
    };
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        summary,
        Evidence::seen(pod.resource(), ended.span(), end(ended)),
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .evidence([Evidence::seen(pod.resource(), state.span(), "the container is running again")])
    .evidence(rest.iter().take(2).map(|(pod, _, ended)| {
        let note = format!("pod {}: {}", pod.name(), end(ended));
        Evidence::seen(pod.resource(), ended.span(), note)
    }))
    .keywords(pod_keywords(members.iter().map(|(pod, ..)| *pod)))
    .keywords(ended.message())
    .why(format!(
        "The container runs now, but has failed every few hours since it started.{detail}"
    ))
    .run(format!("{client} logs -n {namespace} {name} -c {container} --previous --tail=100"))
    .verify(format!("{client} get pods -n {namespace}"));
    Some(finding)
}
