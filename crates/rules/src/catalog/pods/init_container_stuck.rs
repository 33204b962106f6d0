//! Stuck init container.
//!
//! An init container may have a lot of work, such as copying or migrating data, so it has a quarter
//! of an hour. An init container that ends with an error is `pods/crash-looping`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//!   (`findNextInitContainerToRun`)

use crate::catalog::prelude::*;

/// How long an init container may take.
const LIMIT: Span = Span::minutes(15);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The init containers of a pod run one after the other, before its other containers \
         start. An init container that does not finish blocks all of these, and the pod stays \
         Pending.",
    )
    .fix(
        "Read its log. Most init containers wait for something, such as a name that must \
         resolve or a database that must respond, and log what they wait for.",
    );

type StuckInitContainer<'s> = (Pod<'s>, Container<'s>, Time);

fn check(cx: &RuleContext<'_>) -> Judged {
    let stuck = cx.all::<Pod<'_>>().filter_map(|pod| stuck(cx, pod));
    let groups = group_by_subject(stuck, |(pod, container, _)| {
        (workload(pod), container.name().into_owned())
    });
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(cx, subject, container, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn stuck<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<StuckInitContainer<'s>> {
    if pod.phase() != "Pending" || !is_expected(pod) || has_fault(cx, pod) {
        return None;
    }
    let runs = pod
        .containers()
        .filter(|container| container.is_init() && !pod.is_sidecar(&container.name()))
        .find_map(|container| Some((container, container.running_since()?)));
    let (container, since) = runs?;
    cx.is_older(Some(since), LIMIT).then_some((pod, container, since))
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    container: &str,
    members: &[StuckInitContainer<'_>],
) -> Option<Finding> {
    let ((pod, state, _), rest) = members.split_first()?;
    let since = members.iter().map(|(.., since)| *since).min();
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", pluralize(more + 1, "pod")),
    };
    let summary = format!(
        "{subject}: init container {container}{extent} has been running{age} and blocks the other \
         containers"
    );
    let evidence = |(pod, state, _): &StuckInitContainer<'_>| {
        let note = format!("pod {}: init container {container} is still running", pod.name());
        Evidence::seen(pod.resource(), state.span(), note)
    };
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        summary,
        Evidence::seen(pod.resource(), state.span(), "the init container is still running"),
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .since(since)
    .possible("it may have a lot of work, such as copying data, or wait for a missing dependency")
    .evidence(rest.iter().take(SHOWN - 1).map(evidence))
    .keywords(pod_keywords(members.iter().map(|(pod, ..)| *pod)))
    .run(format!("{client} logs -n {namespace} {name} -c {container} --tail=50"))
    .verify(format!("{client} get pods -n {namespace}"));
    Some(finding)
}
