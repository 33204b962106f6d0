//! Stuck init container.
//!
//! An init container that ends with an error is `pods/crash-looping`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//!   (`findNextInitContainerToRun`)

use crate::catalog::prelude::*;

/// An init container may have a lot of work, such as copying or migrating data.
const LIMIT: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .grace(LIMIT)
    .why(
        "The init containers of a pod run one after the other, before its other containers \
         start. An init container that does not finish blocks all of these, and the pod stays \
         Pending.",
    )
    .fix(
        "Provide what its log says it waits for. Most init containers wait for something, such as \
         a name that must resolve or a database that must respond.",
    )
    .run(&["oc logs -n {namespace} {pod} -c {container} --tail=50"])
    .verify(&["oc get pods -n {namespace}"]);

type StuckInitContainer<'s> = (Pod<'s>, Container<'s>, Time);

fn check(cx: &RuleContext<'_>) -> Judged {
    let stuck = cx.all::<Pod<'_>>().filter_map(|pod| stuck(cx, pod));
    Ok(check_groups(cx, PodGroup::by_workload(cx, stuck), finding))
}

fn stuck<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<StuckInitContainer<'s>> {
    if pod.phase() != "Pending" || !is_expected(pod) || has_fault(cx, pod) {
        return None;
    }
    pod.containers()
        .filter(|container| container.is_init() && !pod.is_sidecar(&container.name()))
        .find_map(|container| Some((pod, container, container.running_since()?)))
        .filter(|(.., since)| Persistence::of(cx, Some(*since), LIMIT).counts())
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<StuckInitContainer<'_>>) -> Finding {
    let since = group.since(|(.., since)| Some(since));
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let summary = format!(
        "{}: init container {}{} has been running{age} and blocks the other containers",
        group.subject,
        group.key,
        group.extent("of")
    );
    group
        .finding(summary, |(pod, state, _)| {
            Evidence::seen(pod.resource(), state.span(), "the init container is still running")
        })
        .since(since)
        .possible("it may have a lot of work, such as copying data, or wait for something missing")
}
