//! Deleted Service with a load balancer that cannot be removed.
//!
//! The archive does not show whether the load balancer still exists. Only the cloud provider knows.
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go`, `service/helpers/helper.go`
//!   (`service.kubernetes.io/load-balancer-cleanup`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&SERVICE], |cx, service| Ok(finding(cx, service)))
    .reads(&[Need::Kind(&EVENT)])
    // The cloud provider may take that long.
    .grace(Span::minutes(15))
    .why(
        "The Service was deleted, but it remains until the cloud provider has removed its load \
         balancer. Until then its namespace cannot be deleted, and the load balancer continues \
         to cause costs.",
    )
    .fix(
        "Read the error of the cloud provider in the events. If the load balancer is already \
         removed, or if the controller that would remove it no longer exists, the finalizer can \
         be removed.",
    )
    .run(&["oc describe service -n {namespace} {name}"])
    .verify(&["oc get service -n {namespace} {name}"]);

fn finding(cx: &RuleContext<'_>, service: &Resource) -> Option<Finding> {
    let since = deletion_requested_at(service)?;
    let finalizers = finalizers(service);
    if finalizers.is_empty() {
        return None;
    }
    let reasons =
        ["SyncLoadBalancerFailed", "DeleteLoadBalancerFailed", "LoadBalancerDeleteFailed"];
    let event = events_about(cx, service, &reasons, Span::hours(2)).into_iter().next();
    let message = event.map(Event::message).unwrap_or_default();
    let detail =
        if message.is_empty() { String::new() } else { format!(": {}", excerpt(&message)) };
    let age = cx.age(Some(since)).map(|age| format!(" {age} ago")).unwrap_or_default();
    let subject = Subject::of(service);
    let summary =
        format!("{subject} was deleted{age} and is blocked by {}{detail}", name_list(&finalizers));
    let field = |name: &str, note: &str| Evidence::field(service, &["metadata", name], note);
    let finding =
        Finding::new(subject.clone(), summary, field("deletionTimestamp", "the deletion time"))
            .since(Some(since))
            .evidence([field("finalizers", "the remaining finalizers")])
            .evidence(event.map(event_evidence))
            .keywords(subject.to_string())
            .keywords(&message);
    Some(if event.is_some() {
        finding
    } else {
        finding.likely("no event shows why the controller has not removed the finalizer")
    })
}
