//! A Service of type `LoadBalancer` that nobody has given an address.
//!
//! # Why it matters
//!
//! From outside nothing leads to the Service. In the cluster it works all the same.
//!
//! # What to do
//!
//! On a cloud read the events of the Service: a quota, a subnet, permissions. On premises something
//! must hand out addresses, as MetalLB does; without that use another type.
//!
//! # Blind spots
//!
//! The routers of OpenShift are `ingress/load-balancer-not-ready`. Events are kept for three hours; the
//! controller repeats its own.
//!
//! # References
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go` (`SyncLoadBalancerFailed`)

use mustknow_gather::kinds::{EVENT, Event, SERVICE, Service};

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, client, event_evidence, events_about, excerpt, few};

/// How long a cloud may take.
const GRACE: Span = Span::minutes(10);
/// Older events are history.
const RECENT: Span = Span::hours(2);
/// How many further Services one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "services/load-balancer-pending",
    title: "a Service of type LoadBalancer that nobody has given an address",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SERVICE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let balanced: Vec<_> = case
        .all::<Service<'_>>()
        .filter(|service| service.of_type() == "LoadBalancer")
        .filter(|service| service.resource().namespace() != "openshift-ingress")
        .collect();
    let served = balanced.iter().filter(|service| service.has_balancer()).count();
    let pending: Vec<_> = balanced
        .iter()
        .copied()
        .filter(|service| !service.has_balancer())
        .filter(|service| asked_to_go(service.resource()).is_none())
        .filter(|service| case.is_older(service.resource().created(), GRACE))
        .collect();
    let (told, untold): (Vec<_>, Vec<_>) =
        pending.into_iter().partition(|service| event(case, *service).is_some() || served > 0);
    let mut findings: Vec<_> = told.iter().map(|service| finding(case, *service, served)).collect();
    // Where nobody hands out addresses, all that wait for one wait for the same.
    if let Some((first, others)) = untold.split_first() {
        let names: Vec<_> = others.iter().map(|it| Subject::view(*it).to_string()).collect();
        let mut one = finding(case, *first, served);
        if !names.is_empty() {
            one.summary = format!("{}; the same of {}", one.summary, few(&names));
        }
        findings.push(one.evidence(others.iter().take(SHOWN).map(|it| {
            Evidence::field(it.resource(), &["spec", "type"], "its status names no address")
        })));
    }
    Verdict::over(balanced.len(), findings, "no Service of type LoadBalancer in the archive")
}

fn event<'s>(case: &Case<'s>, service: Service<'s>) -> Option<Event<'s>> {
    let reasons = ["SyncLoadBalancerFailed", "AllocationFailed"];
    events_about(case, service.resource(), &reasons, RECENT).into_iter().next()
}

fn finding(case: &Case<'_>, service: Service<'_>, served: usize) -> Finding {
    let resource = service.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let event = event(case, service);
    let message = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let because = match (message.is_empty(), served) {
        (false, _) => format!(": {}", excerpt(&message)),
        (true, 0) => ", and no other Service of the archive has one".to_owned(),
        (true, _) => String::new(),
    };
    let (why, remedy) = if event.is_some() {
        (
            "Who hands out load balancers has tried and failed.",
            "Mend what the message names: a quota, a subnet, permissions.",
        )
    } else {
        (
            "Nobody has tried, or nobody says so. Without a cloud, or an addition as MetalLB, no one \
             hands out addresses.",
            "Install something that hands out addresses, or use another type of Service.",
        )
    };
    let client = client(case);
    let path = ["spec", "type"];
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} of type LoadBalancer has no address{because}"),
        Evidence::field(resource, &path, "its status names no address"),
    )
    .since(resource.created())
    .evidence(event.map(event_evidence))
    .saying(format!("Service/{namespace}/{name}"))
    .saying(&message)
    .why(why)
    .remedy(
        Remedy::new(remedy)
            .command(format!("{client} describe service -n {namespace} {name}"))
            .verify(format!("{client} get service -n {namespace} {name}")),
    );
    if event.is_some() { finding } else { finding.likely("no event says why it has none") }
}
