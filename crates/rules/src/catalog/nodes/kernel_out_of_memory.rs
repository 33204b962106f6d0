//! System OOM kills on a node.
//!
//! Events are stored for three hours. Containers that reach their own memory limit are reported by
//! `pods/out-of-memory`, and a node under MemoryPressure by `nodes/memory-pressure`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/oom/oom_watcher_linux.go` (`System OOM encountered, victim
//!   process: ...`, only for victims outside of containers)

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(3);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The memory of the whole node ran out, not that of one container with a limit. The \
         kernel therefore kills processes outside of pods: the container runtime, an agent, \
         sshd, or the kubelet itself.",
    )
    .fix(
        "Reserve more memory for the system, set memory limits on the pods of the node, or give \
         the node more memory.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter_map(|node| finding(cx, *node));
    Ok(Checked::over(nodes.len(), findings))
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Option<Finding> {
    if node.condition("MemoryPressure").is_some_and(Condition::is_true) {
        return None;
    }
    let name = node.name();
    let mut events: Vec<_> = cx
        .all::<Event<'_>>()
        .filter(|event| event.reason() == "SystemOOM" && event.is_about("Node", name))
        .filter(|event| cx.age(event.last_seen()).is_some_and(|age| age <= RECENT))
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
    let of = if victims.is_empty() { String::new() } else { format!(" ({})", name_list(&victims)) };
    let times = if kills == 1 { "once".to_owned() } else { format!("{kills} times") };
    let summary = format!(
        "node {name} ran out of memory, and the kernel killed system processes {times}{of}"
    );
    let is_vital = ["crio", "kubelet", "kubelite", "containerd", "dockerd", "conmon", "systemd"];
    let hit = victims.iter().any(|victim| is_vital.contains(&victim.as_str()));
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .severity(if hit { Error } else { RULE.meta.severity })
        .since(events.iter().filter_map(|event| event.last_seen()).min())
        .keywords(name)
        .keywords("SystemOOM")
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)))
        .run(node_journal(cx, name, "kubelet"))
        .verify(format!("{} describe node {name}", client(cx)));
    Some(finding)
}

/// The process in `System OOM encountered, victim process: java, pid: 12`.
fn victim(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("victim process: ")?;
    rest.split(',').next().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
