//! A node that was rebooted and not by the cluster.
//!
//! # Why it matters
//!
//! The kubelet found another boot id than before, and the machine-config operator did not ask for a
//! reboot. The machine lost its power, its kernel crashed, or somebody rebooted it. Its pods ended
//! without notice.
//!
//! # What to do
//!
//! Look at the console, the hardware log and the end of the journal of the boot before.
//!
//! # Blind spots
//!
//! Events are kept for three hours, one on plain Kubernetes. Somebody who drained the node before
//! he rebooted it leaves the same event.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/events/event.go`
//!   (`Node %s has been rebooted, boot id: %s`)
//! - openshift/machine-config-operator `pkg/daemon/update.go` (event `Reboot`)

use mustknow_gather::kinds::{EVENT, Event, NODE, Node};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{Update, event_evidence, is_rolled, on_node};

/// Older events are history.
const RECENT: Span = Span::hours(3);
/// A node reboots when it is installed.
const INSTALLED: Span = Span::hours(2);
/// How long before a reboot the machine-config daemon announces it.
const ANNOUNCED: Span = Span::minutes(30);
/// Events of the machine-config daemon around a reboot that it asked for.
const PLANNED: [&str; 5] =
    ["Reboot", "OSUpdateStarted", "OSUpdateStaged", "BootResync", "NodeDone"];

pub(super) static META: Meta = Meta {
    id: "nodes/rebooted-unexpectedly",
    title: "a node that was rebooted and not by the cluster",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let is_updating = case
        .cluster_version()
        .and_then(Update::of)
        .is_some_and(|update| update.is_updating() || update.is_installing());
    if is_updating {
        return Verdict::NotApplicable("nodes are rebooted while an update runs".to_owned());
    }
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter_map(|node| finding(case, *node)).collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

/// The newest event of the reason about the node.
fn newest<'s>(case: &Case<'s>, node: &str, reasons: &[&str]) -> Option<(Event<'s>, Time)> {
    case.all::<Event<'s>>()
        .filter(|event| reasons.contains(&&*event.reason()) && event.is_about("Node", node))
        .filter_map(|event| Some((event, event.last_seen()?)))
        .max_by_key(|(_, seen)| *seen)
}

fn finding(case: &Case<'_>, node: Node<'_>) -> Option<Finding> {
    let name = node.name();
    let (event, seen) = newest(case, name, &["Rebooted"])?;
    let was_new =
        node.resource().created().is_none_or(|created| Span::between(created, seen) <= INSTALLED);
    let is_recent = case.age(Some(seen)).is_some_and(|age| age <= RECENT);
    let is_planned = newest(case, name, &PLANNED).is_some_and(|(_, planned)| {
        Span::between(planned, seen) <= ANNOUNCED && Span::between(seen, planned) <= ANNOUNCED
    });
    if was_new || !is_recent || is_planned || is_rolled(node) {
        return None;
    }
    let summary = format!(
        "node {name} was rebooted at {}, and the cluster did not ask for it",
        seconds(seen)
    );
    let finding = Finding::new(Subject::view(node), summary, event_evidence(event))
        .since(Some(seen))
        .saying(name)
        .likely("that nobody rebooted it on purpose was inferred")
        .shares(Common::Moment, seconds(seen).get(..16).unwrap_or_default())
        .why(
            "The kubelet found another boot id than before. The machine lost its power, its kernel \
             crashed, or somebody rebooted it, and its pods ended without notice.",
        )
        .remedy(
            Remedy::new("Look at the end of the journal of the boot before.")
                .command(on_node(case, name, "journalctl --list-boots"))
                .verify(on_node(case, name, "journalctl -b -1 -n 200")),
        );
    Some(finding)
}
