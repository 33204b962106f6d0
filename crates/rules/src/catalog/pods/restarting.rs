//! Frequently restarting container.
//!
//! The kubelet stores only the restart count of a container and how its last run ended. Restarts
//! together with the node are ignored. A container that is down is `pods/crash-looping`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (`doBackOff`)

use super::leader_election_lost;
use crate::catalog::prelude::*;

/// This many restarts are not a coincidence.
const ENOUGH: i64 = 8;
/// The container restarts at least once in this time on average.
const EVERY: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .at_once("the number of restarts shows that it lasts")
    .why(
        "Between two failures everything looks healthy. Each time, the service of the container \
         is unavailable for some seconds, and the data in its memory is lost.",
    )
    .fix(
        "Fix the error at the end of the log of the previous run, and check what happens at the \
         times of the restarts.",
    )
    .run(&["oc logs -n {namespace} {pod} -c {container} --previous --tail=100"])
    .verify(&["oc get pods -n {namespace}"]);

type Restarted<'s> = (Pod<'s>, Container<'s>, Terminated<'s>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let restarted = cx
        .all::<Pod<'_>>()
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| Some((pod, container, last(cx, pod, container)?)))
        .filter(|(pod, ..)| is_expected(*pod) && !has_fault(cx, *pod));
    Ok(check_groups(cx, PodGroup::by_workload(cx, restarted), finding))
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
    let recently = cx.age(ended.finished()).is_some_and(|age| age <= Span::hours(1));
    (is_often && failed && recently).then_some(ended)
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<Restarted<'_>>) -> Finding {
    let (pod, state, ended) = group.first;
    let most = group.members().map(|(_, state, _)| state).max_by_key(|state| state.restarts());
    let age = cx.age(ended.finished()).map(|age| format!(" {age} ago")).unwrap_or_default();
    let summary = format!(
        "{}: container {}{} has {}, the last time{age} with {}",
        group.subject,
        group.key,
        group.extent("of"),
        restarted(most.unwrap_or(state)),
        exit_of(ended)
    );
    let detail = match &*excerpt(&ended.message()) {
        "" => String::new(),
        detail => format!(" Termination message: {detail}"),
    };
    group
        .finding(summary, |(pod, _, ended)| {
            Evidence::seen(pod.resource(), ended.span(), exit_of(ended))
        })
        .evidence([Evidence::seen(pod.resource(), state.span(), "the container is running again")])
        .keywords(ended.message())
        .why(format!(
            "The container runs now, but has failed every few hours since it started.{detail}"
        ))
}
