//! `LoadBalancer` Service without an external address.
//!
//! Events are stored for one to three hours, but the controller repeats its events. On OpenShift the
//! Services of the routers are covered by `ingress/load-balancer-not-ready`.
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go` (`SyncLoadBalancerFailed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    // The cloud provider may take that long.
    .grace(Span::minutes(10))
    .why(
        "The Service cannot be reached from outside the cluster. Inside the cluster it works \
         normally.",
    )
    .fix("Fix the error in the message: a quota, a subnet, permissions.")
    .run(&["oc describe service -n {namespace} {name}"])
    .verify(&["oc get service -n {namespace} {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let balanced: Vec<_> = cx
        .all::<Service<'_>>()
        .filter(|service| service.of_type() == "LoadBalancer")
        .filter(|service| service.resource().namespace() != "openshift-ingress")
        .collect();
    let (served, pending): (Vec<_>, Vec<_>) =
        balanced.iter().copied().partition(|service| service.has_balancer());
    let served = served.len();
    let (reported, unreported): (Vec<_>, Vec<_>) = pending
        .into_iter()
        .map(View::resource)
        .filter(|service| deletion_requested_at(service).is_none())
        .partition(|service| served > 0 || event(cx, service).is_some());
    let mut findings: Vec<_> =
        reported.iter().map(|service| finding(cx, service, served)).collect();
    // If no component assigns addresses, all pending Services have the same cause. The oldest has
    // waited for the longest time.
    let first = unreported.iter().min_by_key(|service| service.created());
    if let Some(first) = first {
        let others: Vec<_> = unreported.iter().filter(|it| !std::ptr::eq(**it, *first)).collect();
        let names: Vec<_> = others.iter().map(|it| Subject::of(it).to_string()).collect();
        let mut one = finding(cx, first, served);
        if !names.is_empty() {
            one.summary = format!("{} (also affects {})", one.summary, name_list(&names));
        }
        findings.push(one.evidence(others.iter().take(3).map(|it| no_address(it))));
    }
    Ok(Checked::over(balanced.len(), findings))
}

fn event<'s>(cx: &RuleContext<'s>, service: &Resource) -> Option<Event<'s>> {
    let reasons = ["SyncLoadBalancerFailed", "AllocationFailed"];
    events_about(cx, service, &reasons, Span::hours(2)).into_iter().next()
}

fn no_address(service: &Resource) -> Evidence {
    Evidence::field(service, &["spec", "type"], "its status has no address")
}

fn finding(cx: &RuleContext<'_>, service: &Resource, served: usize) -> Finding {
    let subject = Subject::of(service);
    let event = event(cx, service);
    let message = event.map(Event::message).unwrap_or_default();
    let cause = match (message.is_empty(), served) {
        (false, _) => format!(": {}", excerpt(&message)),
        (true, 0) => ", and no other Service in the archive has one".to_owned(),
        (true, _) => String::new(),
    };
    let summary = format!("{subject} of type LoadBalancer has no address{cause}");
    let finding = Finding::new(subject.clone(), summary, no_address(service))
        .since(service.created())
        .evidence(event.map(event_evidence))
        .keywords(subject.to_string())
        .keywords(&message);
    if event.is_some() {
        return finding;
    }
    finding
        .likely("no event shows the reason")
        .why(
            "No attempt to assign an address was recorded. Without a cloud provider or an add-on \
             such as MetalLB, no addresses are assigned.",
        )
        .action("Install a component that assigns addresses, or use another Service type.")
}
