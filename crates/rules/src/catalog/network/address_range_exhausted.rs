//! A range of addresses for additional networks that has none left.
//!
//! # Why it matters
//!
//! Whereabouts hands out the addresses of additional networks, of a range that the network's
//! definition names. When all are taken no further pod with that network starts; addresses of pods
//! that are gone may be kept by mistake.
//!
//! # What to do
//!
//! Enlarge the range, or free addresses whose pods no longer exist.
//!
//! # Blind spots
//!
//! Events are kept for three hours; those older than an hour, and those of pods that are ready by
//! now, are history. Which addresses are kept for nobody is in the IPPools, which are not read.
//!
//! # References
//!
//! - k8snetworkplumbingwg/whereabouts `pkg/allocate/allocate.go` (`AssignmentError`)
//! - openshift/must-gather `collection-scripts/gather_network_logs_basics` (`ippools`)

use std::collections::BTreeMap;

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, few, severity_in};

/// Older events are history.
const RECENT: Span = Span::hours(1);
/// How many events one finding shows.
const SHOWN: usize = 3;
const WORDS: &str = "Could not allocate IP in range";

pub(super) static META: Meta = Meta {
    id: "network/address-range-exhausted",
    title: "a range of addresses for additional networks that has none left",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut ranges: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in case.all::<Event<'_>>() {
        examined += 1;
        if let Some(range) = range(&event.message())
            && is_standing(case, event)
        {
            ranges.entry(range).or_default().push(event);
        }
    }
    let findings =
        ranges.iter().filter_map(|(range, events)| finding(case, range, events)).collect();
    Verdict::over(examined, findings, "no event in the archive")
}

/// The range in `Could not allocate IP in range: ip: 10.0.0.1 / - 10.0.0.6 / range: ...`.
fn range(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(WORDS)?;
    let inner = rest.trim_start_matches([':', ' ']).trim_start_matches("ip: ");
    let range = inner.split(" / range").next()?.replace(" / - ", " to ");
    Some(range.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

fn is_standing(case: &Case<'_>, event: Event<'_>) -> bool {
    let (namespace, name) = about(event);
    let pod = case.find::<Pod<'_>>(&namespace, &name);
    !case.is_older(event.last_seen(), RECENT) && !pod.is_some_and(Pod::is_ready)
}

/// Namespace and name of the pod an event is about.
fn about(event: Event<'_>) -> (String, String) {
    let name = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
    (event.resource().namespace().to_owned(), name.into_owned())
}

fn finding(case: &Case<'_>, range: &str, events: &[Event<'_>]) -> Option<Finding> {
    let mut pods: Vec<_> = events.iter().map(|event| about(*event)).collect();
    pods.sort();
    pods.dedup();
    let names: Vec<_> =
        pods.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
    let usual = pods
        .iter()
        .map(|(namespace, _)| severity_in(case, namespace, META.severity))
        .max()
        .unwrap_or(META.severity);
    let mut evidence = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let summary = format!("no address of {range} is left for {}", few(&names));
    let client = client(case);
    Some(
        Finding::new(Subject::cluster("Address range", range), summary, evidence.next()?)
            .severity(usual)
            .evidence(evidence)
            .saying(WORDS)
            .saying(names.join(" "))
            .likely("whether addresses are kept for pods that are gone is not read")
            .why("A pod with this additional network starts only when an address is free.")
            .remedy(
                Remedy::new(
                    "Enlarge the range in the network's definition, or free addresses of pods that \
                     no longer exist.",
                )
                .command(format!("{client} get ippools.whereabouts.cni.cncf.io -A -o yaml"))
                .command(format!(
                    "{client} get overlappingrangeipreservations.whereabouts.cni.cncf.io -A"
                ))
                .before(
                    "before an address is freed: no pod of the name that its reservation gives \
                     exists",
                    Proof::ByHand(format!("{client} get pods -A -o wide")),
                ),
            ),
    )
}
