//! Container restarted because of a failing liveness or startup probe.
//!
//! The results of probes are only in events, which are stored for three hours. If a program hangs,
//! the restart is correct, and the probe is not the cause.
//!
//! - kubernetes/kubernetes `pkg/kubelet/prober/prober.go` (`Unhealthy`, `ProbeError`)
//! - <https://github.com/okd-project/okd/issues/2097>

use crate::catalog::prelude::*;

/// A probe may fail occasionally.
const ENOUGH: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD), Need::Kind(&EVENT)])
    .check(check)
    .at_once("recent events and a recent restart show it")
    .why(
        "The kubelet restarts a container after several consecutive failures of its liveness or \
         startup probe. If the probe is wrong or too strict, or if the program responds slowly \
         under load, a working container is restarted repeatedly, and its load moves to the other \
         replicas.",
    )
    .fix(
        "Compare the result of the probe with the activity of the container at that time. A \
         refused connection means that nothing listens on that port: the port is wrong, or the \
         program has not started yet and needs a startup probe. A timeout means that the \
         program was too busy or had too little CPU.",
    )
    .run(&[
        "oc describe pod -n {namespace} {pod}",
        "oc logs -n {namespace} {pod} --previous --tail=100",
    ])
    .verify(&["oc get pods -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let failing = cx
        .all::<Pod<'_>>()
        .filter(|pod| is_expected(*pod) && pod.containers().any(|it| was_restarted(cx, it)))
        .filter_map(|pod| Some((pod, event(cx, pod)?)));
    Ok(check_groups(cx, PodGroup::by_workload(cx, failing), finding))
}

/// Whether the container was restarted so recently that the events may be about it.
fn was_restarted(cx: &RuleContext<'_>, container: Container<'_>) -> bool {
    let ended = container.last_terminated().or_else(|| container.terminated());
    container.restarts() > 0
        && ended.is_some_and(|ended| {
            ended.reason() != "OOMKilled"
                && cx.age(ended.finished()).is_some_and(|age| age <= Span::hours(1))
        })
}

fn event<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    let is_deadly = |event: &Event<'_>| {
        let message = event.message();
        message.starts_with("Liveness probe") || message.starts_with("Startup probe")
    };
    pod_events(cx, pod, &["Unhealthy", "ProbeError"], Span::minutes(30))
        .filter(|event| is_deadly(event) && event.count() >= ENOUGH)
        .filter(|event| !is_of_installation(cx, event.last_seen()))
        .max_by_key(|event| event.last_seen())
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<(Pod<'_>, Event<'_>)>) -> Finding {
    let (pod, event) = group.first;
    let restarted_now: Vec<_> = pod.containers().filter(|it| was_restarted(cx, *it)).collect();
    let names: Vec<_> = restarted_now.iter().map(|container| container.name()).collect();
    let message = event.message();
    let summary = format!(
        "{}: container {}{} is restarted because a probe fails: {}",
        group.subject,
        name_list(&names),
        group.extent("of"),
        excerpt(&message)
    );
    let is_down = group.pods().any(|pod| !pod.is_ready());
    let finding = group
        .finding(summary, |(_, event)| event_evidence(event))
        .severity(if is_down { RULE.meta.severity } else { Warning })
        .likely("a container that hangs also fails its probe, and then the restart is correct")
        .evidence(restarted_now.into_iter().map(|container| {
            Evidence::seen(pod.resource(), container.span(), restarted(container))
        }))
        .keywords(&message);
    if message.contains("connection refused") {
        finding.why(
            "Nothing listened on the port of the probe: the program had not started yet, or the \
             port is wrong. The kubelet restarts a container after several consecutive probe \
             failures.",
        )
    } else if message.contains("deadline exceeded") || message.contains("Client.Timeout") {
        finding.why(
            "The program did not respond within the probe timeout: it hangs, or it has too little \
             CPU. The kubelet restarts a container after several consecutive probe failures.",
        )
    } else {
        finding
    }
}
