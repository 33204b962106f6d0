//! Unexpected node reboot.
//!
//! Events are stored for three hours, or one hour on plain Kubernetes. A manual reboot after a
//! drain leaves the same event.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/events/event.go`
//!   (`Node %s has been rebooted, boot id: %s`)
//! - openshift/machine-config-operator `pkg/daemon/update.go` (event `Reboot`)

use crate::catalog::prelude::*;

/// Events of the machine-config-daemon around a reboot that it requested.
const PLANNED: [&str; 5] =
    ["Reboot", "OSUpdateStarted", "OSUpdateStaged", "BootResync", "NodeDone"];

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .at_once("the event is the proof")
    .why(
        "The kubelet found a boot ID that differs from the previous one, and the Machine Config \
         Operator did not request a reboot. The machine lost power, its kernel crashed, or it \
         was rebooted manually. Its pods were terminated without notice.",
    )
    .fix("Check the console, the hardware log and the end of the journal of the previous boot.")
    .run(&[
        "oc debug node/{name} -- chroot /host journalctl --list-boots",
        "oc debug node/{name} -- chroot /host journalctl -b -1 -n 200",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_updating(cx) || is_installing(cx) {
        return Err(not_applicable("an update is in progress, which reboots nodes"));
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    Ok(Checked::over(nodes.len(), nodes.iter().filter_map(|node| finding(cx, *node))))
}

/// The newest event with one of the reasons about the node.
fn newest<'s>(cx: &RuleContext<'s>, node: &str, reasons: &[&str]) -> Option<(Event<'s>, Time)> {
    events_named(cx, "Node", node)
        .filter(|event| reasons.contains(&&*event.reason()))
        .filter_map(|event| Some((event, event.last_seen()?)))
        .max_by_key(|(_, seen)| *seen)
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Option<Finding> {
    let name = node.name();
    let (event, seen) = newest(cx, name, &["Rebooted"])?;
    // A node reboots when it is installed.
    let created = node.resource().created();
    let was_new = created.is_none_or(|created| Span::between(created, seen) <= Span::hours(2));
    // The machine-config-daemon announces a reboot before it, and reports the end after it.
    let around = Span::minutes(-30)..=Span::minutes(30);
    let planned = newest(cx, name, &PLANNED);
    let is_planned = planned.is_some_and(|(_, at)| around.contains(&Span::between(at, seen)));
    let is_recent = cx.is_recent(Some(seen), Span::hours(3));
    if was_new || !is_recent || is_planned || is_being_updated(node) {
        return None;
    }
    let summary =
        format!("node {name} rebooted at {}, but the cluster did not request it", seconds(seen));
    Some(
        Finding::new(Subject::view(node), summary, event_evidence(event))
            .since(Some(seen))
            .keywords(name)
            .likely("it is inferred that the reboot was not planned")
            .group_by(GroupKey::StartTime, seconds(seen).get(..16).unwrap_or_default()),
    )
}
