//! Failed `PersistentVolumeClaim` expansion.
//!
//! Events are stored for three hours, and only newer releases also set a condition. A volume whose
//! file system is resized at the next mount is not reported.
//!
//! - kubernetes-csi/external-resizer `pkg/controller/controller.go` (`VolumeResizeFailed`)
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FileSystemResizeFailed`)
//! - kubernetes/api `core/v1/types.go` (`ControllerResizeError`, `NodeResizeError`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .reads(&[Need::Kind(&EVENT)])
    .each(&[&PERSISTENT_VOLUME_CLAIM], |cx, claim| Ok(finding(cx, claim)))
    .at_once("the event and the condition report attempts that failed")
    .why(
        "A larger size was requested for the claim, usually because the volume is filling up, \
         but the resize failed. The volume keeps its old size and continues to fill up.",
    )
    .fix(
        "The message shows which component fails. Some drivers expand a volume only while no \
         pod mounts it. If the storage provider does not have enough capacity, the request can \
         be lowered again in Kubernetes 1.34 and later, but never below the current size.",
    )
    .run(&["oc describe persistentvolumeclaim -n {namespace} {name}"])
    .verify(&["oc get persistentvolumeclaim -n {namespace} {name}"]);

fn finding(cx: &RuleContext<'_>, claim: &Resource) -> Option<Finding> {
    let wants = claim.text(&["spec", "resources", "requests", "storage"])?;
    let has = claim.text(&["status", "capacity", "storage"])?;
    if wants == has || deletion_requested_at(claim).is_some() {
        return None;
    }
    let condition = ["ControllerResizeError", "NodeResizeError"]
        .into_iter()
        .find_map(|name| Condition::find(claim, name).filter(|it| it.is_true()));
    let reasons = ["VolumeResizeFailed", "FileSystemResizeFailed"];
    let event = events_about(cx, claim, &reasons, Span::hours(2)).into_iter().next();
    let reported = condition.map(Condition::message).filter(|message| !message.is_empty());
    let message = reported.or_else(|| event.map(Event::message))?;
    let subject = Subject::of(claim);
    let summary =
        format!("{subject} cannot be expanded from {has} to {wants}: {}", excerpt(&message));
    let wanted = Evidence::field(claim, &["spec", "resources"], "the requested size");
    Some(
        Finding::new(subject.clone(), summary, wanted)
            .since(condition.and_then(Condition::since))
            .evidence([Evidence::field(claim, &["status", "capacity"], "the current size")])
            .evidence(condition.map(|it| Evidence::condition(claim, it, it.name())))
            .evidence(event.map(event_evidence))
            .keywords(subject.to_string())
            .keywords(&message),
    )
}
