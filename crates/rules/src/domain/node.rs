//! What the machine-config operator does with a node, and events about nodes.
//!
//! Source: openshift/machine-config-operator `pkg/daemon/constants/constants.go` for the
//! annotations, openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go` for what they mean.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Event, Lease, Node};

use crate::signals::event::event_evidence;
use crate::signals::event_index::events_named;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, seconds};
use crate::terms::persistence::Persistence;

/// How long a reboot may take.
const REBOOT: Span = Span::minutes(15);
/// Older events are ignored.
const RECENT: Span = Span::hours(2);
/// How many events one finding shows.
const SHOWN: usize = 3;

/// Whether the machine-config operator is updating the node: drains it, writes to it or reboots it.
pub fn is_being_updated(node: Node<'_>) -> bool {
    let differ = |desired: &str, applied: &str| {
        let desired = node.machine_config(desired);
        desired.is_some() && desired != node.machine_config(applied)
    };
    let is_working =
        matches!(node.machine_config("state").as_deref(), Some("Working" | "Rebooting"));
    is_working
        || differ("desiredDrain", "lastAppliedDrain")
        || differ("desiredConfig", "currentConfig")
}

/// How long the state of a node may last: as long as a reboot takes while the machine-config
/// operator updates the node, and otherwise as long as is `usual`.
pub fn grace_of_node(node: Node<'_>, usual: Span) -> Span {
    if is_being_updated(node) { REBOOT } else { usual }
}

/// Whether a node that is not ready since `since` is probably being rebooted by the machine-config
/// operator.
pub fn is_rebooting(cx: &RuleContext<'_>, node: Node<'_>, since: Option<Time>) -> bool {
    is_being_updated(node) && !cx.is_older(since, REBOOT)
}

/// The nodes that `is_concerned` and have not been ready for longer than `limit`, or for an unknown
/// time, each with the condition that shows it.
pub fn lost_nodes<'s>(
    cx: &RuleContext<'s>,
    limit: Span,
    is_concerned: impl Fn(Node<'s>) -> bool,
) -> Vec<(Node<'s>, Condition<'s>)> {
    let not_ready = |node: Node<'s>| {
        let ready = node.condition("Ready").filter(|ready| !ready.is_true())?;
        Persistence::of(cx, ready.since(), limit).counts().then_some((node, ready))
    };
    cx.all().filter(|node| is_concerned(*node)).filter_map(not_ready).collect()
}

/// Whether the machine-config operator is draining the node.
pub fn is_draining(node: Node<'_>) -> bool {
    let desired = node.machine_config("desiredDrain");
    desired.as_deref().is_some_and(|desired| desired.starts_with("drain-"))
        && desired != node.machine_config("lastAppliedDrain")
}

/// The events about the node that are at most `window` old and `is_match`, newest first.
pub fn recent_node_events<'s>(
    cx: &RuleContext<'s>,
    node: &str,
    window: Span,
    is_match: impl Fn(Event<'s>) -> bool,
) -> Vec<Event<'s>> {
    let mut events: Vec<_> = events_named(cx, "Node", node)
        .filter(|event| is_match(*event) && cx.is_recent(event.last_seen(), window))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    events
}

/// Recent events with these reasons about the node whose time `is_relevant`, newest first.
pub fn node_events(
    cx: &RuleContext<'_>,
    node: &str,
    reasons: &[&str],
    is_relevant: impl Fn(Option<Time>) -> bool,
) -> Vec<Evidence> {
    let events = recent_node_events(cx, node, RECENT, |event| {
        reasons.contains(&&*event.reason()) && is_relevant(event.last_seen())
    });
    events.into_iter().take(SHOWN).map(|event| event_evidence(event)).collect()
}

/// The last lease renewal of the kubelet of the node, as evidence.
pub fn heartbeat_evidence(cx: &RuleContext<'_>, node: &str) -> Option<Evidence> {
    let lease = cx.find::<Lease<'_>>("kube-node-lease", node)?;
    let renewed = lease.renewed()?;
    let renewal = format!("the kubelet last renewed its lease at {}", seconds(renewed));
    Some(Evidence::field(lease.resource(), &["spec", "renewTime"], renewal))
}

/// A command that runs another command on the node.
pub fn command_on_node(cx: &RuleContext<'_>, node: &str, command: impl Into<Command>) -> Command {
    let template = if cx.snapshot().is_openshift() {
        "oc debug node/{node} -- chroot /host {command}"
    } else {
        "kubectl debug node/{node} -it --image=busybox -- chroot /host {command}"
    };
    Command::new(template, &[("node", node)]).containing("command", &command.into())
}

/// A command that shows the last hour of the journal of a service on the node.
pub fn node_journal(cx: &RuleContext<'_>, node: &str, service: &str) -> Command {
    let values = [("node", node), ("service", service)];
    if cx.snapshot().is_openshift() {
        Command::new("oc adm node-logs {node} -u {service} --since=-1h", &values)
    } else {
        command_on_node(cx, node, Command::new("journalctl -u {service} --since -1h", &values))
    }
}
