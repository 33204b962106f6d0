//! Exhausted Whereabouts IP range for an additional network.
//!
//! Events are stored for three hours. Events older than one hour, and events of pods that are ready
//! now, are ignored. Allocations without a pod are recorded in the IPPools, which are not read.
//!
//! - k8snetworkplumbingwg/whereabouts `pkg/allocate/allocate.go` (`AssignmentError`)
//! - openshift/must-gather `collection-scripts/gather_network_logs_basics` (`ippools`)

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// How many events one finding shows.
const SHOWN: usize = 3;
const MESSAGE: &str = "Could not allocate IP in range";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Whereabouts assigns the IP addresses of an additional network from the range in the \
         definition of that network. When all addresses are allocated, no further pod with that \
         network starts. Addresses of deleted pods may still be allocated by mistake.",
    )
    .fix(
        "Enlarge the range, or release addresses that are allocated to pods that no longer \
         exist.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
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
    let findings = ranges.iter().filter_map(|(range, events)| finding(cx, range, events));
    Ok(Checked::over(examined, findings))
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
        .map(|(namespace, _)| severity_in(cx, namespace, RULE.meta.severity))
        .max()
        .unwrap_or(RULE.meta.severity);
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
            .run(format!("{client} get ippools.whereabouts.cni.cncf.io -A -o yaml"))
            .run(format!("{client} get overlappingrangeipreservations.whereabouts.cni.cncf.io -A"))
            .before(
                "before releasing an address: the pod named in its reservation no longer \
                     exists",
                Proof::ByHand(format!("{client} get pods -A -o wide")),
            ),
    )
}
