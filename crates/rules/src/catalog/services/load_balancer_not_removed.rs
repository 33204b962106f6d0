//! Deleted Service with a load balancer that cannot be removed.
//!
//! # Why it matters
//!
//! The Service was deleted, but it remains until the cloud provider has removed its load balancer.
//! Until then its namespace cannot be deleted, and the load balancer continues to cause costs.
//!
//! # What to do
//!
//! Read the error of the cloud provider in the events. If the load balancer is already removed, or
//! if the controller that would remove it no longer exists, the finalizer can be removed.
//!
//! # Blind spots
//!
//! The archive does not show whether the load balancer still exists. Only the cloud provider knows.
//!
//! # References
//!
//! - kubernetes/cloud-provider `controllers/service/controller.go`, `service/helpers/helper.go`
//!   (`service.kubernetes.io/load-balancer-cleanup`)

use mustknow_cluster::model::kinds::{EVENT, SERVICE};
use mustknow_cluster::views::Service;

use crate::catalog::prelude::*;
use crate::domain::{deletion_requested_at, finalizers};
use crate::engine::{client, excerpt, name_list};
use crate::signals::{event_evidence, events_about};

/// How long the cloud provider may take.
const GRACE: Span = Span::minutes(15);
/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "services/load-balancer-not-removed",
    title: "deleted Service with a load balancer that cannot be removed",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SERVICE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let findings = cx
        .all::<Service<'_>>()
        .filter(|service| cx.is_older(deletion_requested_at(service.resource()), GRACE))
        .filter_map(|service| finding(cx, service))
        .collect();
    Verdict::over(cx.all::<Service<'_>>().count(), findings, "no Service in the archive")
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
    .why(
        "The Service is removed after its load balancer is removed and the controller has removed \
         the finalizer. Its namespace cannot be deleted before that.",
    )
    .remedy(
        Remedy::new("Fix the reason that blocks the removal of the load balancer.")
            .command(format!("{client} describe service -n {namespace} {name}"))
            .verify(format!("{client} get service -n {namespace} {name}")),
    );
    Some(if event.is_some() {
        finding
    } else {
        finding.likely("no event shows why the controller has not removed the finalizer")
    })
}
