//! Failing image garbage collection on a node.
//!
//! Events are stored for three hours. A node under DiskPressure is reported by
//! `nodes/disk-pressure`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/image_gc_manager.go` (`FreeDiskSpaceFailed`),
//!   `pkg/kubelet/kubelet.go` (`ImageGCFailed` after repeated failures)

use crate::catalog::prelude::*;

/// The kubelet tries every five minutes.
const RECENT: Span = Span::hours(1);
/// A single failure is normal: disk usage rises and falls while images are pulled.
const ENOUGH: i64 = 2;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "At 85 percent disk usage, the kubelet removes unused images. It tried, but unused \
         images are too small a part of the disk usage: something else fills the disk. \
         DiskPressure and evictions follow.",
    )
    .fix(
        "Find what fills the disk: logs, writable layers of containers, emptyDir volumes, or \
         images that the kubelet does not see.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter_map(|node| finding(cx, *node));
    Ok(Checked::over(nodes.len(), findings))
}

fn is_match(event: Event<'_>) -> bool {
    match &*event.reason() {
        "FreeDiskSpaceFailed" => true,
        // Other messages are about statistics that are missing for a short time after a start.
        "ImageGCFailed" => {
            let message = event.message();
            message.contains("wanted to free") || message.contains("ailed to garbage collect")
        }
        _ => false,
    }
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Option<Finding> {
    if node.condition("DiskPressure").is_some_and(Condition::is_true) {
        return None;
    }
    let name = node.name();
    let mut events: Vec<_> = cx
        .all::<Event<'_>>()
        .filter(|event| is_match(*event) && event.is_about("Node", name))
        .filter(|event| cx.age(event.last_seen()).is_some_and(|age| age <= RECENT))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let times: i64 = events.iter().map(|event| event.count().max(1)).sum();
    let (first, rest) = events.split_first().filter(|_| times >= ENOUGH)?;
    let summary =
        format!("node {name} failed {times} times to free up disk space by removing images");
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .since(events.iter().filter_map(|event| event.last_seen()).min())
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)))
        .keywords(name)
        .keywords(first.reason())
        .run(command_on_node(cx, name, "df -h /var"))
        .verify(command_on_node(cx, name, "du -xh --max-depth=2 /var/lib /var/log"));
    Some(finding)
}
