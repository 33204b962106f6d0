//! A node that cannot free its disk by removing images.
//!
//! # Why it matters
//!
//! At 85 percent of the disk the kubelet removes images that nothing uses. It tried, and too little
//! of the disk is images of that kind: something else fills it. DiskPressure and evictions come
//! next.
//!
//! # What to do
//!
//! Look for what fills the disk: logs, writable layers of containers, volumes of `emptyDir`, images
//! outside of the kubelet's view.
//!
//! # Blind spots
//!
//! Events are kept for three hours. A node under DiskPressure is `nodes/disk-pressure`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/image_gc_manager.go` (`FreeDiskSpaceFailed`),
//!   `pkg/kubelet/kubelet.go` (`ImageGCFailed` after repeated failures)

use mustknow_gather::kinds::{Condition, EVENT, Event, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{event_evidence, on_node};

/// The kubelet tries every five minutes.
const RECENT: Span = Span::hours(1);
/// Disks fill and are emptied again while images are pulled.
const ENOUGH: i64 = 2;

pub(super) static META: Meta = Meta {
    id: "nodes/images-not-removable",
    title: "a node that cannot free its disk by removing images",
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

fn is_meant(event: Event<'_>) -> bool {
    match &*event.reason() {
        "FreeDiskSpaceFailed" => true,
        // Others tell of statistics that are missing for a moment after a start.
        "ImageGCFailed" => {
            let message = event.message();
            message.contains("wanted to free") || message.contains("ailed to garbage collect")
        }
        _ => false,
    }
}

fn finding(case: &Case<'_>, node: Node<'_>) -> Option<Finding> {
    if node.condition("DiskPressure").is_some_and(Condition::is_true) {
        return None;
    }
    let name = node.name();
    let mut events: Vec<_> = case
        .all::<Event<'_>>()
        .filter(|event| is_meant(*event) && event.is_about("Node", name))
        .filter(|event| case.age(event.last_seen()).is_some_and(|age| age <= RECENT))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let times: i64 = events.iter().map(|event| event.count().max(1)).sum();
    let (first, rest) = events.split_first().filter(|_| times >= ENOUGH)?;
    let summary =
        format!("node {name} cannot free its disk by removing images, tried {times} times");
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .since(events.iter().filter_map(|event| event.last_seen()).min())
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)))
        .saying(name)
        .saying(first.reason())
        .why(
            "More than 85 percent of the disk are in use, and too little of it are images that \
             nothing uses. DiskPressure and evictions come next.",
        )
        .remedy(
            Remedy::new("Find what else fills the disk.")
                .command(on_node(case, name, "df -h /var"))
                .verify(on_node(case, name, "du -xh --max-depth=2 /var/lib /var/log")),
        );
    Some(finding)
}
