//! A Service whose load balancer cannot be removed.
//!
//! # Why it matters
//!
//! The Service was deleted and stays until the cloud has taken its load balancer down. Its namespace
//! cannot be deleted before it, and the load balancer goes on costing money.
//!
//! # What to do
//!
//! Read what the cloud says in the events. Where the load balancer is gone already, or nobody is
//! there any more who would remove it, the finalizer may be taken off.
//!
//! # Blind spots
//!
//! Whether the load balancer still exists is known to the cloud alone.
//!
//! # References
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go`, `service/helpers/helper.go`
//!   (`service.kubernetes.io/load-balancer-cleanup`)

use mustknow_gather::kinds::{EVENT, SERVICE, Service};

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, client, event_evidence, events_about, excerpt, few, finalizers};

/// How long a cloud may take.
const GRACE: Span = Span::minutes(15);
/// Older events are history.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "services/load-balancer-not-removed",
    title: "a Service whose load balancer cannot be removed",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SERVICE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case
        .all::<Service<'_>>()
        .filter(|service| case.is_older(asked_to_go(service.resource()), GRACE))
        .filter_map(|service| finding(case, service))
        .collect();
    Verdict::over(case.all::<Service<'_>>().count(), findings, "no Service in the archive")
}

fn finding(case: &Case<'_>, service: Service<'_>) -> Option<Finding> {
    let resource = service.resource();
    let held = finalizers(resource);
    if held.is_empty() {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let reasons =
        ["SyncLoadBalancerFailed", "DeleteLoadBalancerFailed", "LoadBalancerDeleteFailed"];
    let event = events_about(case, resource, &reasons, RECENT).into_iter().next();
    let message = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let since = asked_to_go(resource);
    let age = case.age(since).map(|age| format!(" {age} ago")).unwrap_or_default();
    let words = if message.is_empty() { String::new() } else { format!(": {}", excerpt(&message)) };
    let client = client(case);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was deleted{age} and is held by {}{words}", few(&held)),
        Evidence::field(resource, &["metadata", "deletionTimestamp"], "when it was deleted"),
    )
    .since(since)
    .evidence([Evidence::field(resource, &["metadata", "finalizers"], "what holds it")])
    .evidence(event.map(event_evidence))
    .saying(format!("Service/{namespace}/{name}"))
    .saying(&message)
    .why(
        "It goes when its load balancer is gone and the controller has taken the finalizer off. Its \
         namespace cannot go before it.",
    )
    .remedy(
        Remedy::new("Mend what keeps the load balancer from being removed.")
            .command(format!("{client} describe service -n {namespace} {name}"))
            .verify(format!("{client} get service -n {namespace} {name}")),
    );
    Some(if event.is_some() {
        finding
    } else {
        finding.likely("no event says what keeps the controller from taking it off")
    })
}
