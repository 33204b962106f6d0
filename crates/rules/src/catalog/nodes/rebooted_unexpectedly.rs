//! Unexpected node reboot.
//!
//! Events are stored for three hours, or one hour on plain Kubernetes. A manual reboot after a
//! drain leaves the same event.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/events/event.go`
//!   (`Node %s has been rebooted, boot id: %s`)
//! - openshift/machine-config-operator `pkg/daemon/update.go` (event `Reboot`)

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(3);
/// A node reboots when it is installed.
const INSTALLED: Span = Span::hours(2);
/// How long before a reboot the machine-config-daemon announces it.
const ANNOUNCED: Span = Span::minutes(30);
/// Events of the machine-config-daemon around a reboot that it requested.
const PLANNED: [&str; 5] =
    ["Reboot", "OSUpdateStarted", "OSUpdateStaged", "BootResync", "NodeDone"];

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The kubelet found a boot ID that differs from the previous one, and the Machine Config \
         Operator did not request a reboot. The machine lost power, its kernel crashed, or it \
         was rebooted manually. Its pods were terminated without notice.",
    )
    .fix("Check the console, the hardware log and the end of the journal of the previous boot.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let is_updating = cx
        .cluster_version()
        .and_then(UpdatePhase::of)
        .is_some_and(|update| update.is_updating() || update.is_installing());
    if is_updating {
        return Err(not_applicable("an update is in progress, which reboots nodes"));
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter_map(|node| finding(cx, *node));
    Ok(Checked::over(nodes.len(), findings))
}

/// The newest event of the reason about the node.
fn newest<'s>(cx: &RuleContext<'s>, node: &str, reasons: &[&str]) -> Option<(Event<'s>, Time)> {
    cx.all::<Event<'s>>()
        .filter(|event| reasons.contains(&&*event.reason()) && event.is_about("Node", node))
        .filter_map(|event| Some((event, event.last_seen()?)))
        .max_by_key(|(_, seen)| *seen)
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Option<Finding> {
    let name = node.name();
    let (event, seen) = newest(cx, name, &["Rebooted"])?;
    let was_new =
        node.resource().created().is_none_or(|created| Span::between(created, seen) <= INSTALLED);
    let is_recent = cx.age(Some(seen)).is_some_and(|age| age <= RECENT);
    let is_planned = newest(cx, name, &PLANNED).is_some_and(|(_, planned)| {
        Span::between(planned, seen) <= ANNOUNCED && Span::between(seen, planned) <= ANNOUNCED
    });
    if was_new || !is_recent || is_planned || is_being_updated(node) {
        return None;
    }
    let summary =
        format!("node {name} rebooted at {}, but the cluster did not request it", seconds(seen));
    let finding = Finding::new(Subject::view(node), summary, event_evidence(event))
        .since(Some(seen))
        .keywords(name)
        .likely("it is inferred that the reboot was not planned")
        .group_by(GroupKey::StartTime, seconds(seen).get(..16).unwrap_or_default())
        .run(command_on_node(cx, name, "journalctl --list-boots"))
        .verify(command_on_node(cx, name, "journalctl -b -1 -n 200"));
    Some(finding)
}
