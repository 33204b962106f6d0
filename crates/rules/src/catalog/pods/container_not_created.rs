//! Container that the runtime cannot create or start.
//!
//! A pod may be created before its ConfigMap exists. During the first five minutes this is reported
//! as information only.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//! - <https://github.com/okd-project/okd/issues/2317>

use crate::catalog::prelude::*;

/// How long a pod may wait for a ConfigMap or Secret.
const GRACE: Span = Span::minutes(5);
/// With this many restarts, the grace period no longer applies.
const RESTARTS: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The image is present, but the container never runs: a ConfigMap or Secret for its \
         environment is missing, its command does not exist in the image, or the container \
         runtime itself fails.",
    )
    .fix(
        "Read the reason in the message. A missing ConfigMap or Secret is usually created by \
         another component, so check that component.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let failing = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, ContainerFault::NotCreated));
    let groups = group_by_subject(failing, |faulty| {
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
    let message = message(*first);
    let extent = if rest.is_empty() {
        String::new()
    } else {
        format!(" in {}", pluralize(members.len(), "pod"))
    };
    let summary = format!(
        "{subject}: container {container} cannot be started{extent}: {}",
        excerpt(&message)
    );
    let shown = container_evidence(members, |faulty| reason(faulty));
    let (head, others) = shown.split_first()?;
    let ended = first.ended().map(|ended| {
        Evidence::seen(first.pod.resource(), ended.span(), "the result of the last attempt")
    });
    let since = members.iter().filter_map(|faulty| fault_since(*faulty)).min();
    let (client, namespace, name) = (client(cx), first.pod.namespace(), first.pod.name());
    let finding = Finding::new(subject.clone(), summary, head.clone())
        .since(since)
        .evidence(others.iter().cloned())
        .evidence(ended)
        .keywords(pod_keywords(members.iter().map(|faulty| faulty.pod)))
        .keywords(reason(*first))
        .keywords(&message)
        .why(why(&message))
        .run(format!("{client} describe pod -n {namespace} {name}"))
        .verify(format!("{client} get pods -n {namespace}"));
    let finding = match node(members).filter(|_| lies_with_runtime(&message)) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    };
    let restarts = members.iter().map(|faulty| faulty.container.restarts()).max().unwrap_or(0);
    let persistence = Persistence::of(cx, since, GRACE).or_exceeded(restarts >= RESTARTS);
    Some(persistence.apply(finding, severity_in(cx, &subject.namespace, RULE.meta.severity)))
}

/// The result of the last attempt is more informative than the back-off after it.
fn message(faulty: FaultyContainer<'_>) -> String {
    let waiting = faulty.container.waiting_message();
    let backs_off = faulty.container.waiting_reason().as_deref() == Some("CrashLoopBackOff");
    let ended = faulty.ended().map(Terminated::message).unwrap_or_default();
    if (backs_off || waiting.is_empty()) && !ended.is_empty() {
        ended.into_owned()
    } else {
        waiting.into_owned()
    }
}

fn reason(faulty: FaultyContainer<'_>) -> String {
    let waiting = faulty.container.waiting_reason();
    let ended = faulty.ended().map(|ended| ended.reason().into_owned());
    waiting.map(Into::into).or(ended).unwrap_or_default()
}

/// The node on which all of them run.
fn node(members: &[FaultyContainer<'_>]) -> Option<String> {
    let node = members.first()?.pod.node()?;
    let are_all = members.iter().all(|faulty| faulty.pod.node().as_ref() == Some(&node));
    are_all.then(|| node.into_owned())
}

/// Whether the container runtime of the node fails, and not the configuration of the container.
fn lies_with_runtime(message: &str) -> bool {
    const OWN: [&str; 6] = [
        "configmap",
        "secret",
        "couldn't find key",
        "executable file not found",
        "no such file or directory",
        "permission denied",
    ];
    const RUNTIME: [&str; 8] = [
        "is reserved",
        "name is in use",
        "context deadline exceeded",
        "no space left on device",
        "read-only file system",
        "runc",
        "crun",
        "cgroup",
    ];
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    mentions(&RUNTIME) && !mentions(&OWN)
}

fn why(message: &str) -> &'static str {
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    if mentions(&["configmap", "secret", "couldn't find key"]) {
        "An object that the container needs for its environment or command does not exist. It is \
         usually created by another component."
    } else if mentions(&[
        "executable file not found",
        "no such file or directory",
        "exec format error",
    ]) {
        "The command does not exist in the image or is built for another architecture."
    } else if mentions(&["is reserved", "name is in use", "already in use"]) {
        "The container runtime still has a container with that name from an earlier attempt."
    } else {
        "The image is present, but the container runtime cannot start the container."
    }
}
