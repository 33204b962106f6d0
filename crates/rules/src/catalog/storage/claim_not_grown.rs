//! Failed `PersistentVolumeClaim` expansion.
//!
//! Events are stored for three hours, and only newer releases also set a condition. A volume whose
//! file system is resized at the next mount is not reported.
//!
//! - kubernetes-csi/external-resizer `pkg/controller/controller.go` (`VolumeResizeFailed`)
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FileSystemResizeFailed`)
//! - kubernetes/api `core/v1/types.go` (`ControllerResizeError`, `NodeResizeError`)

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&PERSISTENT_VOLUME_CLAIM)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "A larger size was requested for the claim, usually because the volume is filling up, \
         but the resize failed. The volume keeps its old size and continues to fill up.",
    )
    .fix(
        "The message shows which component fails. Some drivers expand a volume only while no \
         pod mounts it. If the storage provider does not have enough capacity, the request can \
         be lowered again in Kubernetes 1.34 and later, but never below the current size.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| deletion_requested_at(claim.resource()).is_none())
        .filter_map(|claim| finding(cx, claim));
    let examined = cx.all::<PersistentVolumeClaim<'_>>().count();
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, claim: PersistentVolumeClaim<'_>) -> Option<Finding> {
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
    let event = events_about(cx, resource, &reasons, RECENT).into_iter().next();
    let message = condition
        .map(Condition::message)
        .filter(|message| !message.is_empty())
        .or_else(|| event.map(Event::message))?;
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let client = client(cx);
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} cannot be expanded from {has} to {wants}: {}", excerpt(&message)),
            Evidence::field(resource, &["spec", "resources"], "the requested size"),
        )
        .since(condition.and_then(Condition::since))
        .evidence([Evidence::field(resource, &["status", "capacity"], "the current size")])
        .evidence(condition.map(|it| Evidence::condition(resource, it, it.name())))
        .evidence(event.map(event_evidence))
        .keywords(format!("PersistentVolumeClaim/{namespace}/{name}"))
        .keywords(&message)
        .run(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
        .verify(format!("{client} get persistentvolumeclaim -n {namespace} {name}")),
    )
}
