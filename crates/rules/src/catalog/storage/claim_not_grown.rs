//! A `PersistentVolumeClaim` that was to grow and does not.
//!
//! # Why it matters
//!
//! Somebody asked for more room, mostly because the volume fills up, and did not get it: the volume
//! goes on filling up at its old size.
//!
//! # What to do
//!
//! The message says who fails. Some drivers grow a volume only while no pod mounts it. Where the
//! provider has no such room, the request can be lowered again in releases from Kubernetes 1.34 on,
//! yet never below the present size.
//!
//! # Blind spots
//!
//! Events are kept for three hours, and only newer releases keep a condition as well. A volume whose
//! file system grows at the next mount is not reported.
//!
//! # References
//!
//! - kubernetes-csi/external-resizer `pkg/controller/controller.go` (`VolumeResizeFailed`)
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FileSystemResizeFailed`)
//! - kubernetes/api `core/v1/types.go` (`ControllerResizeError`, `NodeResizeError`)

use mustknow_gather::kinds::{
    Condition, EVENT, Event, PERSISTENT_VOLUME_CLAIM, PersistentVolumeClaim,
};

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, client, event_evidence, events_about, excerpt};

/// Older events are history.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "storage/claim-not-grown",
    title: "a PersistentVolumeClaim that was to grow and does not",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| asked_to_go(claim.resource()).is_none())
        .filter_map(|claim| finding(case, claim))
        .collect();
    let examined = case.all::<PersistentVolumeClaim<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive")
}

fn finding(case: &Case<'_>, claim: PersistentVolumeClaim<'_>) -> Option<Finding> {
    let resource = claim.resource();
    let wants = resource.text(&["spec", "resources", "requests", "storage"])?;
    let has = resource.text(&["status", "capacity", "storage"])?;
    if wants == has {
        return None;
    }
    let condition = ["ControllerResizeError", "NodeResizeError"]
        .into_iter()
        .find_map(|name| claim.condition(name).filter(|it| it.is_true()));
    let reasons = ["VolumeResizeFailed", "FileSystemResizeFailed"];
    let event = events_about(case, resource, &reasons, RECENT).into_iter().next();
    let message = condition
        .map(Condition::message)
        .filter(|message| !message.is_empty())
        .or_else(|| event.map(Event::message))?;
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let client = client(case);
    Some(
        Finding::new(
            subject.clone(),
            format!(
                "{subject} should grow from {has} to {wants} and does not: {}",
                excerpt(&message)
            ),
            Evidence::field(resource, &["spec", "resources"], "what it asks for"),
        )
        .since(condition.and_then(Condition::since))
        .evidence([Evidence::field(resource, &["status", "capacity"], "what it has")])
        .evidence(condition.map(|it| Evidence::condition(resource, it, it.name())))
        .evidence(event.map(event_evidence))
        .saying(format!("PersistentVolumeClaim/{namespace}/{name}"))
        .saying(&message)
        .why("The volume goes on filling up at its old size.")
        .remedy(
            Remedy::new("Mend what the message names; some drivers need the pod to be stopped.")
                .command(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
                .verify(format!("{client} get persistentvolumeclaim -n {namespace} {name}")),
        ),
    )
}
