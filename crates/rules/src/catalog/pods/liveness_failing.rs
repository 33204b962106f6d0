//! A container that is restarted because its liveness probe fails.
//!
//! # Why it matters
//!
//! The kubelet asks the container whether it lives, and ends it when it does not answer in time.
//! Where the probe is wrong or too strict, or where the program answers slowly under load, a
//! container that works is ended over and over, and its load falls on the others.
//!
//! # What to do
//!
//! Compare what the probe got with what the container was doing. A refused connection means that
//! nothing listens on that port: a wrong port or a program that has not started yet, for which there
//! are startup probes. A timeout means that it was too busy or too short of CPU.
//!
//! # Blind spots
//!
//! Only events tell of probes, and they are kept for three hours. A program that hangs is ended
//! rightly; the probe is then not what is wrong.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/prober/prober.go` (`Unhealthy`, `ProbeError`)
//! - <https://github.com/okd-project/okd/issues/2097>

use mustknow_gather::kinds::{Container, EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    client, count, event_evidence, excerpt, few, grouped, is_expected, is_installing, named,
    pod_events, severity_in, workload,
};

/// Older events are history.
const RECENT: Span = Span::minutes(30);
/// A restart longer ago has nothing to do with them.
const RESTARTED: Span = Span::hours(1);
/// A probe may fail now and then.
const ENOUGH: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "pods/liveness-failing",
    title: "a container that is restarted because its liveness probe fails",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD), Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let failing = case
        .all::<Pod<'_>>()
        .filter(|pod| pod.containers().any(|it| was_restarted(case, it)) && is_expected(*pod))
        .filter_map(|pod| Some((pod, event(case, pod)?)));
    let groups = grouped(failing, |(pod, _)| (workload(pod), String::new()));
    let findings = groups
        .iter()
        .filter_map(|((subject, _), members)| finding(case, subject, members))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn was_restarted(case: &Case<'_>, container: Container<'_>) -> bool {
    let ended = || container.last_terminated().or_else(|| container.terminated());
    container.restarts() > 0
        && ended().is_some_and(|ended| {
            ended.reason() != "OOMKilled"
                && case.age(ended.finished()).is_some_and(|age| age <= RESTARTED)
        })
}

fn event<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    let is_deadly = |event: &Event<'_>| {
        let message = event.message();
        message.starts_with("Liveness probe") || message.starts_with("Startup probe")
    };
    pod_events(case, pod, &["Unhealthy", "ProbeError"], RECENT)
        .filter(|event| is_deadly(event) && event.count() >= ENOUGH)
        .max_by_key(|event| event.last_seen())
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    members: &[(Pod<'_>, Event<'_>)],
) -> Option<Finding> {
    let ((pod, event), rest) = members.split_first()?;
    let restarted: Vec<_> =
        pod.containers().filter(|container| was_restarted(case, *container)).collect();
    let names: Vec<_> = restarted.iter().map(|container| container.name()).collect();
    let times = restarted.iter().map(|container| container.restarts()).max().unwrap_or(0);
    let message = event.message();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", count(more + 1, "pod")),
    };
    let summary = format!(
        "{subject}: container {}{extent} is restarted because a probe fails: {}",
        few(&names),
        excerpt(&message)
    );
    let is_down = members.iter().any(|(pod, _)| !pod.is_ready());
    let usual = match (is_installing(case), is_down) {
        (true, _) => Severity::Info,
        (false, true) => META.severity,
        (false, false) => Severity::Warning,
    };
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let states = restarted.iter().map(|container| {
        let times = count(usize::try_from(times).unwrap_or(0), "time");
        Evidence::seen(pod.resource(), container.span(), format!("restarted {times}"))
    });
    let finding = Finding::new(subject.clone(), summary, event_evidence(*event))
        .severity(severity_in(case, namespace, usual))
        .likely("a container that hangs fails its probe too, and is then ended rightly")
        .evidence(states)
        .evidence(rest.iter().take(2).map(|(_, event)| event_evidence(*event)))
        .saying(named(members.iter().map(|(pod, _)| *pod)))
        .saying(&message)
        .why(why(&message))
        .remedy(
            Remedy::new("Compare the probe with what the container did then.")
                .command(format!("{client} describe pod -n {namespace} {name}"))
                .command(format!("{client} logs -n {namespace} {name} --previous --tail=100"))
                .verify(format!("{client} get pods -n {namespace}")),
        );
    Some(finding)
}

fn why(message: &str) -> &'static str {
    if message.contains("connection refused") {
        "Nothing listened on the port the probe asks: the program had not started to, or it is \
         another port. The kubelet ends a container whose probe fails several times in a row."
    } else if message.contains("deadline exceeded") || message.contains("Client.Timeout") {
        "The program did not answer within the time the probe allows: it hangs, or it is short of \
         CPU. The kubelet ends a container whose probe fails several times in a row."
    } else {
        "The kubelet ends a container whose liveness or startup probe fails several times in a row, \
         and starts it anew."
    }
}
