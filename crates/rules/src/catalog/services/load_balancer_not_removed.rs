//! Deleted Service with a load balancer that cannot be removed.
//!
//! The archive does not show whether the load balancer still exists. Only the cloud provider knows.
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go`, `service/helpers/helper.go`
//!   (`service.kubernetes.io/load-balancer-cleanup`)

use crate::catalog::prelude::*;

/// How long the cloud provider may take.
const GRACE: Span = Span::minutes(15);
/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The Service was deleted, but it remains until the cloud provider has removed its load \
         balancer. Until then its namespace cannot be deleted, and the load balancer continues \
         to cause costs.",
    )
    .fix(
        "Read the error of the cloud provider in the events. If the load balancer is already \
         removed, or if the controller that would remove it no longer exists, the finalizer can \
         be removed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx
        .all::<Service<'_>>()
        .filter(|service| cx.is_older(deletion_requested_at(service.resource()), GRACE))
        .filter_map(|service| finding(cx, service));
    Ok(Checked::over(cx.all::<Service<'_>>().count(), findings))
}

fn finding(cx: &RuleContext<'_>, service: Service<'_>) -> Option<Finding> {
    let resource = service.resource();
    let finalizers = finalizers(resource);
    if finalizers.is_empty() {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let reasons =
        ["SyncLoadBalancerFailed", "DeleteLoadBalancerFailed", "LoadBalancerDeleteFailed"];
    let event = events_about(cx, resource, &reasons, RECENT).into_iter().next();
    let message = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let since = deletion_requested_at(resource);
    let age = cx.age(since).map(|age| format!(" {age} ago")).unwrap_or_default();
    let detail =
        if message.is_empty() { String::new() } else { format!(": {}", excerpt(&message)) };
    let client = client(cx);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was deleted{age} and is blocked by {}{detail}", name_list(&finalizers)),
        Evidence::field(resource, &["metadata", "deletionTimestamp"], "the deletion time"),
    )
    .since(since)
    .evidence([Evidence::field(resource, &["metadata", "finalizers"], "the remaining finalizers")])
    .evidence(event.map(event_evidence))
    .keywords(format!("Service/{namespace}/{name}"))
    .keywords(&message)
    .run(format!("{client} describe service -n {namespace} {name}"))
    .verify(format!("{client} get service -n {namespace} {name}"));
    Some(if event.is_some() {
        finding
    } else {
        finding.likely("no event shows why the controller has not removed the finalizer")
    })
}
