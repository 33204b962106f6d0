//! A node whose kernel kills processes of the system for want of memory.
//!
//! # Why it matters
//!
//! The memory of the whole node ran out, not that of one container with a limit, so the kernel ends
//! processes outside of pods: the container runtime, an agent, sshd, the kubelet itself.
//!
//! # What to do
//!
//! Reserve more for the system, give the pods of the node limits, or the node more memory.
//!
//! # Blind spots
//!
//! Events are kept for three hours. Containers that reach their own limit are not meant; those are
//! `pods/out-of-memory`. A node under MemoryPressure is `nodes/memory-pressure`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/oom/oom_watcher_linux.go` (`System OOM encountered, victim
//!   process: ...`, only for victims outside of containers)

use std::collections::BTreeSet;

use mustknow_gather::kinds::{Condition, EVENT, Event, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{event_evidence, few, node_journal};

/// Older events are history.
const RECENT: Span = Span::hours(3);

pub(super) static META: Meta = Meta {
    id: "nodes/kernel-out-of-memory",
    title: "a node whose kernel kills processes of the system for want of memory",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter_map(|node| finding(case, *node)).collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

fn finding(case: &Case<'_>, node: Node<'_>) -> Option<Finding> {
    if node.condition("MemoryPressure").is_some_and(Condition::is_true) {
        return None;
    }
    let name = node.name();
    let mut events: Vec<_> = case
        .all::<Event<'_>>()
        .filter(|event| event.reason() == "SystemOOM" && event.is_about("Node", name))
        .filter(|event| case.age(event.last_seen()).is_some_and(|age| age <= RECENT))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let (first, rest) = events.split_first()?;
    let kills: i64 = events.iter().map(|event| event.count().max(1)).sum();
    let victims: Vec<_> = events
        .iter()
        .filter_map(|event| victim(&event.message()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let of = if victims.is_empty() { String::new() } else { format!(" ({})", few(&victims)) };
    let times = if kills == 1 { "once".to_owned() } else { format!("{kills} times") };
    let summary = format!(
        "node {name} ran out of memory, and its kernel killed system processes {times}{of}"
    );
    let is_vital = ["crio", "kubelet", "kubelite", "containerd", "dockerd", "conmon", "systemd"];
    let hit = victims.iter().any(|victim| is_vital.contains(&victim.as_str()));
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .severity(if hit { Severity::Error } else { META.severity })
        .since(events.iter().filter_map(|event| event.last_seen()).min())
        .saying(name)
        .saying("SystemOOM")
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)))
        .why(
            "The memory of the whole node ran out, not that of a container with a limit. The \
             kernel then ends processes outside of pods, the runtime and the kubelet among them.",
        )
        .remedy(
            Remedy::new("Reserve more memory for the system, or bound what the pods may use.")
                .command(node_journal(case, name, "kubelet"))
                .verify(format!("{} describe node {name}", crate::facts::client(case))),
        );
    Some(finding)
}

/// The process in `System OOM encountered, victim process: java, pid: 12`.
fn victim(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("victim process: ")?;
    rest.split(',').next().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
