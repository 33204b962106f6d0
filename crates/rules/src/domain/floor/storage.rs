//! Claims, volumes and attachments.
//!
//! Sources: kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`,
//! `pkg/controller/volume/attachdetach`.

use mustknow_cluster::model::kinds::STORAGE_CLASS;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::views::{Condition, Pod};
use mustknow_yaml::Value;

use super::excuses::{is_deleted, unwell_by_deletion};
use super::unwell::Unwell;
use crate::terms::context::RuleContext;

/// How long binding or attaching may take.
const BINDING: Span = Span::minutes(10);
/// How long a volume may wait for its deletion.
const RECLAIM: Span = Span::hours(1);

/// The claim, if it is not well.
pub(super) fn unwell_claim<'s>(cx: &RuleContext<'s>, claim: &'s Resource) -> Option<Unwell<'s>> {
    if is_deleted(claim) {
        return unwell_by_deletion(claim);
    }
    let phase = claim.text(&["status", "phase"]);
    match phase.as_deref() {
        Some("Lost") => Some(
            Unwell::new(claim, "is Lost: its volume is gone", Span::minutes(0))
                .field(&["status", "phase"], "Lost")
                .state("Lost"),
        ),
        None | Some("Pending") if !waits_for_pod(cx, claim) => Some(
            Unwell::new(claim, "is not bound to a volume", BINDING)
                .field(&["status", "phase"], "the claim is not bound")
                .since(claim.created())
                .state("Pending"),
        ),
        _ => resize_error(claim),
    }
}

fn resize_error(claim: &Resource) -> Option<Unwell<'_>> {
    let errors = ["ModifyVolumeError", "ControllerResizeError", "NodeResizeError"];
    let mut errors = errors.iter().filter_map(|name| Condition::find(claim, name));
    let error = errors.find(|it| it.is_true())?;
    Some(Unwell::reports(claim, error, "cannot be resized", BINDING))
}

/// Whether the class binds a claim only for a pod, and no pod that could run uses it.
fn waits_for_pod(cx: &RuleContext<'_>, claim: &Resource) -> bool {
    let class = claim.text(&["spec", "storageClassName"]);
    let is_default = |class: &&Resource| {
        class.annotation("storageclass.kubernetes.io/is-default-class").as_deref() == Some("true")
    };
    let all = cx.snapshot().of_kind(&STORAGE_CLASS);
    let class = match &class {
        Some(class) => cx.snapshot().find_of(&STORAGE_CLASS, "", class),
        None => all.iter().find(is_default),
    };
    let waits = class.and_then(|class| class.text(&["volumeBindingMode"]));
    let is_used = || {
        cx.within::<Pod<'_>>(claim.namespace())
            .any(|pod| pod.claims().any(|name| name == claim.name()))
    };
    waits.as_deref() == Some("WaitForFirstConsumer") && !is_used()
}

/// The volume, if it is not well.
pub(super) fn unwell_volume(volume: &Resource) -> Option<Unwell<'_>> {
    if is_deleted(volume) {
        return unwell_by_deletion(volume);
    }
    let since = volume.time(&["status", "lastPhaseTransitionTime"]);
    let policy = volume.text(&["spec", "persistentVolumeReclaimPolicy"]);
    let (head, grace, state) = match volume.text(&["status", "phase"]).as_deref() {
        Some("Failed") => ("cannot be reclaimed", Span::minutes(0), "Failed"),
        Some("Released") if policy.as_deref() == Some("Delete") => {
            ("is released and has not been deleted", RECLAIM, "Released")
        }
        _ => return None,
    };
    let message = volume.text(&["status", "message"]).unwrap_or_default();
    let reason = volume.text(&["status", "reason"]).unwrap_or_default();
    let unwell = Unwell::new(volume, head, grace).field(&["status", "phase"], state);
    Some(unwell.worded(&reason, &message).since(since).state(state))
}

/// The attachment, if it is not well.
pub(super) fn unwell_attachment(attachment: &Resource) -> Option<Unwell<'_>> {
    let error = |key: &str| attachment.text(&["status", key, "message"]);
    if is_deleted(attachment) {
        let unwell = unwell_by_deletion(attachment)?;
        return Some(unwell.worded("", &error("detachError").unwrap_or_default()));
    }
    let is_attached = attachment.at(&["status", "attached"]).and_then(Value::as_bool);
    if is_attached == Some(true) {
        return None;
    }
    let node = attachment.text(&["spec", "nodeName"]).unwrap_or_default();
    let volume = attachment.text(&["spec", "source", "persistentVolumeName"]).unwrap_or_default();
    let unwell = Unwell::new(attachment, "is not attached", BINDING)
        .field(&["status", "attached"], "not attached")
        .since(attachment.created())
        .worded("", &error("attachError").unwrap_or_default())
        .state("not attached");
    Some(unwell.keywords(format!("{node} {volume}")))
}
