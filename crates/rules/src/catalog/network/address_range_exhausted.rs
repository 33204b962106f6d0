//! Exhausted Whereabouts IP range for an additional network.
//!
//! # Why it matters
//!
//! Whereabouts assigns the IP addresses of an additional network from the range in the definition
//! of that network. When all addresses are allocated, no further pod with that network starts.
//! Addresses of deleted pods may still be allocated by mistake.
//!
//! # What to do
//!
//! Enlarge the range, or release addresses that are allocated to pods that no longer exist.
//!
//! # Blind spots
//!
//! Events are stored for three hours. Events older than one hour, and events of pods that are ready
//! now, are ignored. Allocations without a pod are recorded in the IPPools, which are not read.
//!
//! # References
//!
//! - k8snetworkplumbingwg/whereabouts `pkg/allocate/allocate.go` (`AssignmentError`)
//! - openshift/must-gather `collection-scripts/gather_network_logs_basics` (`ippools`)

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::{EVENT, POD};
use mustknow_cluster::views::{Event, Pod};

use crate::catalog::prelude::*;
use crate::engine::{client, name_list, severity_in};
use crate::signals::event_evidence;

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// How many events one finding shows.
const SHOWN: usize = 3;
const MESSAGE: &str = "Could not allocate IP in range";

pub(super) static META: Meta = Meta {
    id: "network/address-range-exhausted",
    title: "exhausted Whereabouts IP range for an additional network",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut ranges: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        examined += 1;
        if let Some(range) = range(&event.message())
            && is_still_pending(cx, event)
        {
            ranges.entry(range).or_default().push(event);
        }
    }
    let findings = ranges.iter().filter_map(|(range, events)| finding(cx, range, events)).collect();
    Verdict::over(examined, findings, "no events in the archive")
}

/// The range in `Could not allocate IP in range: ip: 10.0.0.1 / - 10.0.0.6 / range: ...`.
fn range(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(MESSAGE)?;
    let inner = rest.trim_start_matches([':', ' ']).trim_start_matches("ip: ");
    let range = inner.split(" / range").next()?.replace(" / - ", " to ");
    Some(range.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

fn is_still_pending(cx: &RuleContext<'_>, event: Event<'_>) -> bool {
    let (namespace, name) = about(event);
    let pod = cx.find::<Pod<'_>>(&namespace, &name);
    !cx.is_older(event.last_seen(), RECENT) && !pod.is_some_and(Pod::is_ready)
}

/// Namespace and name of the pod an event is about.
fn about(event: Event<'_>) -> (String, String) {
    let name = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
    (event.resource().namespace().to_owned(), name.into_owned())
}

fn finding(cx: &RuleContext<'_>, range: &str, events: &[Event<'_>]) -> Option<Finding> {
    let mut pods: Vec<_> = events.iter().map(|event| about(*event)).collect();
    pods.sort();
    pods.dedup();
    let names: Vec<_> =
        pods.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
    let usual = pods
        .iter()
        .map(|(namespace, _)| severity_in(cx, namespace, META.severity))
        .max()
        .unwrap_or(META.severity);
    let mut evidence = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let summary = format!("IP range {range} has no free address for {}", name_list(&names));
    let client = client(cx);
    Some(
        Finding::new(Subject::cluster("Address range", range), summary, evidence.next()?)
            .severity(usual)
            .evidence(evidence)
            .keywords(MESSAGE)
            .keywords(names.join(" "))
            .likely("the IPPools are not read, so addresses may still be allocated to deleted pods")
            .why("A pod with this additional network starts only if an address is free.")
            .remedy(
                Remedy::new(
                    "Enlarge the range in the definition of the additional network, or release \
                     addresses of pods that no longer exist.",
                )
                .command(format!("{client} get ippools.whereabouts.cni.cncf.io -A -o yaml"))
                .command(format!(
                    "{client} get overlappingrangeipreservations.whereabouts.cni.cncf.io -A"
                ))
                .precondition(
                    "before releasing an address: the pod named in its reservation no longer \
                     exists",
                    Proof::ByHand(format!("{client} get pods -A -o wide")),
                ),
            ),
    )
}
