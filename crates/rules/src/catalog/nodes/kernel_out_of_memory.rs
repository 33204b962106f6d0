//! System OOM kills on a node.
//!
//! Events are stored for three hours. Containers that reach their own memory limit are reported by
//! `pods/out-of-memory`, and a node under MemoryPressure by `nodes/memory-pressure`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/oom/oom_watcher_linux.go` (`System OOM encountered, victim
//!   process: ...`, only for victims outside of containers)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&NODE], judge)
    .needs(&[Need::Kind(&EVENT)])
    .at_once("the process was killed, whenever that was")
    .why(
        "The memory of the whole node ran out, not that of one container with a limit. The \
         kernel therefore kills processes outside of pods: the container runtime, an agent, \
         sshd, or the kubelet itself.",
    )
    .fix(
        "Reserve more memory for the system, set memory limits on the pods of the node, or give \
         the node more memory.",
    )
    .run(&["oc adm node-logs {name} -u kubelet --since=-1h"])
    .verify(&["oc describe node {name}"]);

/// Processes without which a node does not work.
const VITAL: [&str; 7] =
    ["crio", "kubelet", "kubelite", "containerd", "dockerd", "conmon", "systemd"];

fn judge(cx: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    let name = node.name();
    let events =
        recent_node_events(cx, name, Span::hours(3), |event| event.reason() == "SystemOOM");
    let is_reported = node.condition("MemoryPressure").is_some_and(Condition::is_true);
    let Some((first, rest)) = events.split_first().filter(|_| !is_reported) else {
        return Ok(None);
    };
    let kills: i64 = events.iter().map(|event| event.count().max(1)).sum();
    let victims: BTreeSet<_> = events.iter().filter_map(|event| victim(&event.message())).collect();
    let victims: Vec<_> = victims.into_iter().collect();
    let of = if victims.is_empty() { String::new() } else { format!(" ({})", name_list(&victims)) };
    let times = if kills == 1 { "once".to_owned() } else { format!("{kills} times") };
    let summary = format!(
        "node {name} ran out of memory, and the kernel killed system processes {times}{of}"
    );
    let is_vital = victims.iter().any(|victim| VITAL.contains(&victim.as_str()));
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .severity(if is_vital { Error } else { Warning })
        .since(first_of(events.iter().copied()))
        .keywords(name)
        .keywords("SystemOOM")
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)));
    Ok(Some(finding))
}

/// The process in `System OOM encountered, victim process: java, pid: 12`.
fn victim(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("victim process: ")?;
    rest.split(',').next().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
