//! What the machine-config operator does with a node, and what events say of it.
//!
//! Source: openshift/machine-config-operator `pkg/daemon/constants/constants.go` for the
//! annotations, openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go` for what they mean.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Event, Lease, Node};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, seconds};
use crate::signals::event::event_evidence;

/// How long a node may be away for a reboot.
const REBOOT: Span = Span::minutes(15);
/// Older events are history.
const RECENT: Span = Span::hours(2);
/// How many events one finding shows.
const SHOWN: usize = 3;

/// Whether the machine-config operator is at work on the node: drains it, writes to it or reboots
/// it.
pub fn is_rolled(node: Node<'_>) -> bool {
    let differ = |desired: &str, applied: &str| {
        let desired = node.machine_config(desired);
        desired.is_some() && desired != node.machine_config(applied)
    };
    let at_work = matches!(node.machine_config("state").as_deref(), Some("Working" | "Rebooting"));
    at_work
        || differ("desiredDrain", "lastAppliedDrain")
        || differ("desiredConfig", "currentConfig")
}

/// Whether the node's absence since `since` is what a reboot by the machine-config operator looks
/// like.
pub fn is_rebooting(cx: &RuleContext<'_>, node: Node<'_>, since: Option<Time>) -> bool {
    is_rolled(node) && !cx.is_older(since, REBOOT)
}

/// Whether the machine-config operator drains the node and has not finished.
pub fn is_draining(node: Node<'_>) -> bool {
    let desired = node.machine_config("desiredDrain");
    desired.as_deref().is_some_and(|desired| desired.starts_with("drain-"))
        && desired != node.machine_config("lastAppliedDrain")
}

/// Recent events of these reasons about the node, of times that `counts`, newest first.
pub fn node_events(
    cx: &RuleContext<'_>,
    node: &str,
    reasons: &[&str],
    counts: impl Fn(Option<Time>) -> bool,
) -> Vec<Evidence> {
    let mut events: Vec<_> = cx
        .all::<Event>()
        .filter(|event| reasons.contains(&&*event.reason()) && event.is_about("Node", node))
        .filter(|event| !cx.is_older(event.last_seen(), RECENT) && counts(event.last_seen()))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    events.into_iter().take(SHOWN).map(|event| event_evidence(event)).collect()
}

/// When the node's kubelet last renewed its lease.
pub fn heartbeat(cx: &RuleContext<'_>, node: &str) -> Option<Evidence> {
    let lease = cx.find::<Lease<'_>>("kube-node-lease", node)?;
    let renewed = lease.renewed()?;
    let says = format!("its kubelet renewed its lease last at {}", seconds(renewed));
    Some(Evidence::field(lease.resource(), &["spec", "renewTime"], says))
}

/// A command that runs on the node itself.
pub fn on_node(cx: &RuleContext<'_>, node: &str, command: &str) -> String {
    if cx.snapshot().is_openshift() {
        format!("oc debug node/{node} -- chroot /host {command}")
    } else {
        format!("kubectl debug node/{node} -it --image=busybox -- chroot /host {command}")
    }
}

/// A command that shows the last hour of a service's journal on the node.
pub fn node_journal(cx: &RuleContext<'_>, node: &str, service: &str) -> String {
    if cx.snapshot().is_openshift() {
        format!("oc adm node-logs {node} -u {service} --since=-1h")
    } else {
        on_node(cx, node, &format!("journalctl -u {service} --since -1h"))
    }
}
