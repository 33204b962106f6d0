//! Failed `PersistentVolume` deletion.
//!
//! A volume with the reclaim policy `Retain` stays by design and is not reported.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/events/event.go` (`VolumeFailedDelete`),
//!   `pkg/controller/volume/persistentvolume/pv_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .reads(&[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&EVENT),
    ])
    .check(|cx| each_storage_object(cx, &PERSISTENT_VOLUME, |volume| Ok(finding(cx, volume))))
    .at_once("the phase and the event report attempts that failed")
    .why(
        "The claim was deleted, and its volume should have been deleted too. The storage behind \
         the volume stays allocated and billed, and cannot be used.",
    )
    .fix(
        "The message shows why the provider refuses: dependent snapshots, a node that the \
         volume is still attached to, or missing permissions. If the storage no longer exists, \
         the PersistentVolume can be deleted.",
    )
    .run(&["oc describe persistentvolume {name}"])
    .verify(&["oc get persistentvolumes"]);

fn finding(cx: &RuleContext<'_>, volume: &Resource) -> Option<Finding> {
    let text = |path: &[&str]| volume.text(path).unwrap_or_default();
    let phase = text(&["status", "phase"]);
    let event =
        events_about(cx, volume, &["VolumeFailedDelete"], Span::hours(2)).into_iter().next();
    let is_deleted = text(&["spec", "persistentVolumeReclaimPolicy"]) == "Delete";
    // The deletion of a released volume is in progress, unless an event reports a failure.
    if phase != "Failed" && !(phase == "Released" && is_deleted && event.is_some()) {
        return None;
    }
    let reported = volume.text(&["status", "message"]);
    let message = reported.or_else(|| event.map(Event::message)).unwrap_or_default();
    let claim = ["namespace", "name"].map(|field| text(&["spec", "claimRef", field])).join("/");
    let subject = Subject::of(volume);
    let detail = colon_excerpt(&message);
    let summary = format!("{subject} of claim {claim} could not be deleted{detail}");
    let note = format!("the volume's phase is {phase}");
    let finding =
        Finding::new(subject, summary, Evidence::field(volume, &["status", "phase"], note))
            .since(volume.time(&["status", "lastPhaseTransitionTime"]))
            .evidence(event.map(event_evidence))
            .keywords(volume.name())
            .keywords(&message);
    let class = text(&["spec", "storageClassName"]);
    Some(if class.is_empty() { finding } else { finding.group_by(GroupKey::Storage, class) })
}
