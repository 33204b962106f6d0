//! Container restarted because of a failing liveness or startup probe.
//!
//! The results of probes are only in events, which are stored for three hours. If a program hangs,
//! the restart is correct, and the probe is not the cause.
//!
//! - kubernetes/kubernetes `pkg/kubelet/prober/prober.go` (`Unhealthy`, `ProbeError`)
//! - <https://github.com/okd-project/okd/issues/2097>

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::minutes(30);
/// A restart longer ago than this is not related to the events.
const RESTARTED: Span = Span::hours(1);
/// A probe may fail occasionally.
const ENOUGH: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The kubelet checks the container with the liveness probe and restarts it if it does \
         not respond in time. If the probe is wrong or too strict, or if the program responds \
         slowly under load, a working container is restarted repeatedly, and its load moves to \
         the other replicas.",
    )
    .fix(
        "Compare the result of the probe with the activity of the container at that time. A \
         refused connection means that nothing listens on that port: the port is wrong, or the \
         program has not started yet and needs a startup probe. A timeout means that the \
         program was too busy or had too little CPU.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let failing = cx
        .all::<Pod<'_>>()
        .filter(|pod| pod.containers().any(|it| was_restarted(cx, it)) && is_expected(*pod))
        .filter_map(|pod| Some((pod, event(cx, pod)?)));
    let groups = group_by_subject(failing, |(pod, _)| (workload(pod), String::new()));
    let findings =
        groups.iter().filter_map(|((subject, _), members)| finding(cx, subject, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn was_restarted(cx: &RuleContext<'_>, container: Container<'_>) -> bool {
    let ended = || container.last_terminated().or_else(|| container.terminated());
    container.restarts() > 0
        && ended().is_some_and(|ended| {
            ended.reason() != "OOMKilled"
                && cx.age(ended.finished()).is_some_and(|age| age <= RESTARTED)
        })
}

fn event<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    let is_deadly = |event: &Event<'_>| {
        let message = event.message();
        message.starts_with("Liveness probe") || message.starts_with("Startup probe")
    };
    pod_events(cx, pod, &["Unhealthy", "ProbeError"], RECENT)
        .filter(|event| is_deadly(event) && event.count() >= ENOUGH)
        .max_by_key(|event| event.last_seen())
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    members: &[(Pod<'_>, Event<'_>)],
) -> Option<Finding> {
    let ((pod, event), rest) = members.split_first()?;
    let restarted: Vec<_> =
        pod.containers().filter(|container| was_restarted(cx, *container)).collect();
    let names: Vec<_> = restarted.iter().map(|container| container.name()).collect();
    let times = restarted.iter().map(|container| container.restarts()).max().unwrap_or(0);
    let message = event.message();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", pluralize(more + 1, "pod")),
    };
    let summary = format!(
        "{subject}: container {}{extent} is restarted because a probe fails: {}",
        name_list(&names),
        excerpt(&message)
    );
    let is_down = members.iter().any(|(pod, _)| !pod.is_ready());
    let usual = match (is_installing(cx), is_down) {
        (true, _) => Info,
        (false, true) => RULE.meta.severity,
        (false, false) => Warning,
    };
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let states = restarted.iter().map(|container| {
        let times = pluralize(usize::try_from(times).unwrap_or(0), "time");
        Evidence::seen(pod.resource(), container.span(), format!("restarted {times}"))
    });
    let finding = Finding::new(subject.clone(), summary, event_evidence(*event))
        .severity(severity_in(cx, namespace, usual))
        .likely("a container that hangs also fails its probe, and then the restart is correct")
        .evidence(states)
        .evidence(rest.iter().take(2).map(|(_, event)| event_evidence(*event)))
        .keywords(pod_keywords(members.iter().map(|(pod, _)| *pod)))
        .keywords(&message)
        .why(why(&message))
        .run(format!("{client} describe pod -n {namespace} {name}"))
        .run(format!("{client} logs -n {namespace} {name} --previous --tail=100"))
        .verify(format!("{client} get pods -n {namespace}"));
    Some(finding)
}

fn why(message: &str) -> &'static str {
    if message.contains("connection refused") {
        "Nothing listened on the port of the probe: the program had not started yet, or the port \
         is wrong. The kubelet restarts a container after several consecutive probe failures."
    } else if message.contains("deadline exceeded") || message.contains("Client.Timeout") {
        "The program did not respond within the probe timeout: it hangs, or it has too little CPU. \
         The kubelet restarts a container after several consecutive probe failures."
    } else {
        "The kubelet restarts a container after several consecutive failures of its liveness or \
         startup probe."
    }
}
