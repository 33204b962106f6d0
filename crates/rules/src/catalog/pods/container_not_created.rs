//! A container that the runtime cannot make or start.
//!
//! # Why it matters
//!
//! The image is there, but the container never runs: a ConfigMap or Secret it takes its environment
//! from is missing, its command does not exist in the image, or the runtime itself fails.
//!
//! # What to do
//!
//! The message says which. A missing ConfigMap or Secret is mostly made by another component, so
//! look there.
//!
//! # Blind spots
//!
//! A pod may be made before its `ConfigMaps` are; for the first five minutes this is only noted.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//! - <https://github.com/okd-project/okd/issues/2317>

use mustknow_gather::kinds::{POD, Pod, Terminated};

use crate::catalog::prelude::*;
use crate::facts::{
    Fault, Faulty, Patience, client, count, excerpt, faults, grouped, named, onset, severity_in,
    shown, workload,
};

/// How long a pod may wait for what it is made of.
const GRACE: Span = Span::minutes(5);
/// As many restarts outlast any wait.
const RESTARTS: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "pods/container-not-created",
    title: "a container that the runtime cannot make or start",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let failing =
        faults(case).into_iter().filter(|faulty| matches!(faulty.fault, Fault::NotCreated));
    let groups =
        grouped(failing, |faulty| (workload(faulty.pod), faulty.container.name().into_owned()));
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
    let message = message(*first);
    let extent = if rest.is_empty() {
        String::new()
    } else {
        format!(" in {}", count(members.len(), "pod"))
    };
    let summary = format!(
        "{subject}: container {container} cannot be started{extent}: {}",
        excerpt(&message)
    );
    let shown = shown(members, |faulty| reason(faulty));
    let (head, others) = shown.split_first()?;
    let ended = first.ended().map(|ended| {
        Evidence::seen(first.pod.resource(), ended.span(), "what the last try ended with")
    });
    let since = members.iter().filter_map(|faulty| onset(*faulty)).min();
    let (client, namespace, name) = (client(case), first.pod.namespace(), first.pod.name());
    let finding = Finding::new(subject.clone(), summary, head.clone())
        .since(since)
        .evidence(others.iter().cloned())
        .evidence(ended)
        .saying(named(members.iter().map(|faulty| faulty.pod)))
        .saying(reason(*first))
        .saying(&message)
        .why(why(&message))
        .remedy(
            Remedy::new("Mend what the message names.")
                .command(format!("{client} describe pod -n {namespace} {name}"))
                .verify(format!("{client} get pods -n {namespace}")),
        );
    let finding = match node(members).filter(|_| lies_with_runtime(&message)) {
        Some(node) => finding.shares(Common::Node, node),
        None => finding,
    };
    let restarts = members.iter().map(|faulty| faulty.container.restarts()).max().unwrap_or(0);
    let patience = Patience::of(case, since, GRACE).or_outlasted(restarts >= RESTARTS);
    Some(patience.weigh(finding, severity_in(case, &subject.namespace, META.severity)))
}

/// The end of the last try says more than the back-off after it.
fn message(faulty: Faulty<'_>) -> String {
    let waiting = faulty.container.waiting_message();
    let backs_off = faulty.container.waiting_reason().as_deref() == Some("CrashLoopBackOff");
    let ended = faulty.ended().map(Terminated::message).unwrap_or_default();
    if (backs_off || waiting.is_empty()) && !ended.is_empty() {
        ended.into_owned()
    } else {
        waiting.into_owned()
    }
}

fn reason(faulty: Faulty<'_>) -> String {
    let waiting = faulty.container.waiting_reason();
    let ended = faulty.ended().map(|ended| ended.reason().into_owned());
    waiting.map(Into::into).or(ended).unwrap_or_default()
}

/// The node that all of them are on.
fn node(members: &[Faulty<'_>]) -> Option<String> {
    let node = members.first()?.pod.node()?;
    let are_all = members.iter().all(|faulty| faulty.pod.node().as_ref() == Some(&node));
    are_all.then(|| node.into_owned())
}

/// Whether the runtime of the node is what fails, and not what the container is made of.
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
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    says(&RUNTIME) && !says(&OWN)
}

fn why(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["configmap", "secret", "couldn't find key"]) {
        "What the container takes its environment or its command from does not exist. Another \
         component makes it, or should have."
    } else if says(&["executable file not found", "no such file or directory", "exec format error"])
    {
        "The command does not exist in the image or is not for this architecture."
    } else if says(&["is reserved", "name is in use", "already in use"]) {
        "The runtime still holds a container of that name from an earlier try."
    } else {
        "The image is there, but the container runtime cannot make the container run."
    }
}
