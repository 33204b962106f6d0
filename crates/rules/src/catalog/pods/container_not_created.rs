//! Container that the runtime cannot create or start.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//! - <https://github.com/okd-project/okd/issues/2317>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(|cx| Ok(check_faults(cx, ContainerFault::NotCreated, finding)))
    // A pod may be created before its ConfigMap or Secret.
    .note_until(Span::minutes(5))
    .why(
        "The image is present, but the container never runs: a ConfigMap or Secret for its \
         environment is missing, its command does not exist in the image, or the container \
         runtime itself fails.",
    )
    .fix(
        "Read the reason in the message. A missing ConfigMap or Secret is usually created by \
         another component, so check that component.",
    )
    .run(&["oc describe pod -n {namespace} {pod}"])
    .verify(&["oc get pods -n {namespace}"]);

fn finding(_: &RuleContext<'_>, group: &FaultGroup<'_>) -> Finding {
    let message = message(group.first);
    let summary = format!(
        "{}: container {} cannot be started{}: {}",
        group.subject,
        group.key,
        group.extent("in"),
        excerpt(&message)
    );
    let ended = group.first.ended().map(|ended| {
        let note = "the result of the last attempt";
        Evidence::seen(group.first.pod.resource(), ended.span(), note)
    });
    let finding = group
        .fault(summary, reason)
        .evidence(ended)
        .keywords(reason(group.first))
        .keywords(&message)
        .lasting(group.restarts() >= 3)
        .why(why(&message));
    match group.node().filter(|_| lies_with_runtime(&message)) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    }
}

/// The result of the last attempt is more informative than the back-off after it.
fn message(faulty: FaultyContainer<'_>) -> String {
    let waiting = faulty.container.waiting_message();
    let backs_off = faulty.container.waiting_reason().as_deref() == Some("CrashLoopBackOff");
    let ended = faulty.ended().map(Terminated::message).unwrap_or_default();
    let is_better = (backs_off || waiting.is_empty()) && !ended.is_empty();
    if is_better { ended.into_owned() } else { waiting.into_owned() }
}

fn reason(faulty: FaultyContainer<'_>) -> String {
    let ended = || faulty.ended().map(Terminated::reason);
    faulty.container.waiting_reason().or_else(ended).unwrap_or_default().into_owned()
}

fn mentions(message: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| message.contains(sign))
}

const MISSING_OBJECT: [&str; 3] = ["configmap", "secret", "couldn't find key"];
const BAD_COMMAND: [&str; 2] = ["executable file not found", "no such file or directory"];
const NAME_TAKEN: [&str; 3] = ["is reserved", "name is in use", "already in use"];

/// Whether the container runtime of the node fails, and not the configuration of the container.
fn lies_with_runtime(message: &str) -> bool {
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
    mentions(message, &RUNTIME)
        && ![&MISSING_OBJECT[..], &BAD_COMMAND, &["permission denied"]]
            .iter()
            .any(|own| mentions(message, own))
}

fn why(message: &str) -> &'static str {
    if mentions(message, &MISSING_OBJECT) {
        "An object that the container needs for its environment or command does not exist. It is \
         usually created by another component."
    } else if mentions(message, &BAD_COMMAND) {
        "The command does not exist in the image."
    } else if mentions(message, &NAME_TAKEN) {
        "The container runtime still has a container with that name from an earlier attempt."
    } else {
        "The image is present, but the container runtime cannot start the container."
    }
}
