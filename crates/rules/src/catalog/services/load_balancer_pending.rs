//! `LoadBalancer` Service without an external address.
//!
//! The router Services of OpenShift are covered by `ingress/load-balancer-not-ready`. Events are
//! stored for three hours, but the controller repeats its events.
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go` (`SyncLoadBalancerFailed`)

use crate::catalog::prelude::*;

/// How long the cloud provider may take.
const GRACE: Span = Span::minutes(10);
/// Older events are ignored.
const RECENT: Span = Span::hours(2);
/// How many further Services one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The Service cannot be reached from outside the cluster. Inside the cluster it works \
         normally.",
    )
    .fix(
        "On a cloud, read the events of the Service: a quota, a subnet, permissions. On \
         premises, a component such as MetalLB must assign addresses. Without one, use another \
         Service type.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let balanced: Vec<_> = cx
        .all::<Service<'_>>()
        .filter(|service| service.of_type() == "LoadBalancer")
        .filter(|service| service.resource().namespace() != "openshift-ingress")
        .collect();
    let served = balanced.iter().filter(|service| service.has_balancer()).count();
    let pending: Vec<_> = balanced
        .iter()
        .copied()
        .filter(|service| !service.has_balancer())
        .filter(|service| deletion_requested_at(service.resource()).is_none())
        .filter(|service| cx.is_older(service.resource().created(), GRACE))
        .collect();
    let (reported, unreported): (Vec<_>, Vec<_>) =
        pending.into_iter().partition(|service| event(cx, *service).is_some() || served > 0);
    let mut findings: Vec<_> =
        reported.iter().map(|service| finding(cx, *service, served)).collect();
    // If no component assigns addresses, all pending Services have the same cause.
    if let Some((first, others)) = unreported.split_first() {
        let names: Vec<_> = others.iter().map(|it| Subject::view(*it).to_string()).collect();
        let mut one = finding(cx, *first, served);
        if !names.is_empty() {
            one.summary = format!("{} (also affects {})", one.summary, name_list(&names));
        }
        findings.push(one.evidence(others.iter().take(SHOWN).map(|it| {
            Evidence::field(it.resource(), &["spec", "type"], "its status has no address")
        })));
    }
    Ok(Checked::over(balanced.len(), findings))
}

fn event<'s>(cx: &RuleContext<'s>, service: Service<'s>) -> Option<Event<'s>> {
    let reasons = ["SyncLoadBalancerFailed", "AllocationFailed"];
    events_about(cx, service.resource(), &reasons, RECENT).into_iter().next()
}

fn finding(cx: &RuleContext<'_>, service: Service<'_>, served: usize) -> Finding {
    let resource = service.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let event = event(cx, service);
    let message = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let cause = match (message.is_empty(), served) {
        (false, _) => format!(": {}", excerpt(&message)),
        (true, 0) => ", and no other Service in the archive has one".to_owned(),
        (true, _) => String::new(),
    };
    let (why, remedy) = if event.is_some() {
        (
            "The load balancer controller tried to create a load balancer and failed.",
            "Fix the error in the message: a quota, a subnet, permissions.",
        )
    } else {
        (
            "No attempt to assign an address was recorded. Without a cloud provider or an add-on \
             such as MetalLB, no addresses are assigned.",
            "Install a component that assigns addresses, or use another Service type.",
        )
    };
    let client = client(cx);
    let path = ["spec", "type"];
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} of type LoadBalancer has no address{cause}"),
        Evidence::field(resource, &path, "its status has no address"),
    )
    .since(resource.created())
    .evidence(event.map(event_evidence))
    .keywords(format!("Service/{namespace}/{name}"))
    .keywords(&message)
    .why(why)
    .fix(remedy)
    .run(format!("{client} describe service -n {namespace} {name}"))
    .verify(format!("{client} get service -n {namespace} {name}"));
    if event.is_some() { finding } else { finding.likely("no event shows the reason") }
}
