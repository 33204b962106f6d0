//! Exhausted Whereabouts IP range for an additional network.
//!
//! Events are stored for three hours. Allocations without a pod are recorded in the IPPools, which
//! are not read.
//!
//! - k8snetworkplumbingwg/whereabouts `pkg/allocate/allocate.go` (`AssignmentError`)
//! - openshift/must-gather `collection-scripts/gather_network_logs_basics` (`ippools`)

use crate::catalog::prelude::*;

const MESSAGE: &str = "Could not allocate IP in range";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .at_once("a free address does not appear by itself, and recent events are read only")
    .why(
        "Whereabouts assigns the IP addresses of an additional network from the range in the \
         definition of that network. When all addresses are allocated, no further pod with that \
         network starts. Addresses of deleted pods may still be allocated by mistake.",
    )
    .fix(
        "Enlarge the range, or release addresses that are allocated to pods that no longer \
         exist.",
    )
    .run(&[
        "oc get ippools.whereabouts.cni.cncf.io -A -o yaml",
        "oc get overlappingrangeipreservations.whereabouts.cni.cncf.io -A",
    ])
    .verify(&["oc get events -A --field-selector=reason=FailedCreatePodSandBox"])
    .before(&[(
        "before releasing an address: the pod named in its reservation no longer exists",
        "oc get pods -A -o wide",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let events: Vec<Event<'_>> = cx.all().collect();
    let mut ranges: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in &events {
        let (namespace, name) = about(*event);
        let is_ready = || cx.find::<Pod<'_>>(namespace, &name).is_some_and(Pod::is_ready);
        if let Some(range) = range(&event.message())
            && cx.is_recent(event.last_seen(), Span::hours(1))
            && !is_ready()
        {
            ranges.entry(range).or_default().push(*event);
        }
    }
    let findings = ranges.iter().filter_map(|(range, events)| finding(range, events));
    Checked::over(events.len(), findings)
}

/// The range in `Could not allocate IP in range: ip: 10.0.0.1 / - 10.0.0.6 / range: ...`.
fn range(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(MESSAGE)?;
    let inner = rest.trim_start_matches([':', ' ']).trim_start_matches("ip: ");
    let range = inner.split(" / range").next()?.replace(" / - ", " to ");
    Some(range.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

/// Namespace and name of the pod an event is about.
fn about(event: Event<'_>) -> (&str, Cow<'_, str>) {
    let [_, _, name] = event.about();
    (event.resource().namespace(), name)
}

fn finding(range: &str, events: &[Event<'_>]) -> Option<Finding> {
    let pods: BTreeSet<_> = events.iter().map(|event| about(*event)).collect();
    let names: Vec<_> =
        pods.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
    let summary = format!("IP range {range} has no free address for {}", name_list(&names));
    let mut evidence = events.iter().take(3).map(|event| event_evidence(*event));
    Some(
        Finding::new(Subject::cluster("Address range", range), summary, evidence.next()?)
            .affects(pods.iter().map(|(namespace, _)| *namespace))
            .evidence(evidence)
            .keywords(MESSAGE)
            .keywords(names.join(" "))
            .likely("addresses may still be allocated to deleted pods, as the IPPools show"),
    )
}
