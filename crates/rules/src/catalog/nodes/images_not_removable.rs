//! Failing image garbage collection on a node.
//!
//! Events are stored for three hours. A node under DiskPressure is reported by
//! `nodes/disk-pressure`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/image_gc_manager.go` (`FreeDiskSpaceFailed`),
//!   `pkg/kubelet/kubelet.go` (`ImageGCFailed` after repeated failures)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&NODE], judge)
    .needs(&[Need::Kind(&EVENT)])
    .at_once("the kubelet tries every five minutes, and failed repeatedly")
    .why(
        "At 85 percent disk usage, the kubelet removes unused images. It tried, but unused \
         images are too small a part of the disk usage: something else fills the disk. \
         DiskPressure and evictions follow.",
    )
    .fix(
        "Find what fills the disk: logs, writable layers of containers, emptyDir volumes, or \
         images that the kubelet does not see.",
    )
    .run(&["oc debug node/{name} -- chroot /host du -xh --max-depth=2 /var/lib /var/log"])
    .verify(&["oc debug node/{name} -- chroot /host df -h /var"]);

fn is_match(event: Event<'_>) -> bool {
    match &*event.reason() {
        "FreeDiskSpaceFailed" => true,
        // Other messages are about statistics that are missing for a short time after a start.
        "ImageGCFailed" => ["wanted to free", "ailed to garbage collect"]
            .iter()
            .any(|sign| event.message().contains(sign)),
        _ => false,
    }
}

fn judge(cx: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    let name = node.name();
    let events = recent_node_events(cx, name, Span::hours(1), is_match);
    let times = occasions(cx, events.iter().copied());
    // A single failure is normal: disk usage rises and falls while images are pulled.
    let is_enough = times > 1 && !node.condition("DiskPressure").is_some_and(Condition::is_true);
    let Some((first, rest)) = events.split_first().filter(|_| is_enough) else { return Ok(None) };
    let summary =
        format!("node {name} failed {times} times to free up disk space by removing images");
    let finding = Finding::new(Subject::view(node), summary, event_evidence(*first))
        .since(first_of(events.iter().copied()))
        .evidence(rest.iter().take(2).map(|event| event_evidence(*event)))
        .keywords(name)
        .keywords(first.reason());
    Ok(Some(finding))
}
