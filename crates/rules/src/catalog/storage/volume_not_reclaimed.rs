//! Failed `PersistentVolume` deletion.
//!
//! A volume with the reclaim policy `Retain` stays by design and is not reported.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/events/event.go` (`VolumeFailedDelete`),
//!   `pkg/controller/volume/persistentvolume/pv_controller.go`

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .reads(&[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&EVENT),
    ])
    .check(check)
    .why(
        "The claim was deleted, and its volume should have been deleted too. The storage behind \
         the volume stays allocated and billed, and cannot be used.",
    )
    .fix(
        "The message shows why the provider refuses: dependent snapshots, a node that the \
         volume is still attached to, or missing permissions. If the storage no longer exists, \
         the PersistentVolume can be deleted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    storage_objects(cx, &PERSISTENT_VOLUME)?;
    let findings = cx.all::<PersistentVolume<'_>>().filter_map(|volume| finding(cx, volume));
    let examined = cx.all::<PersistentVolume<'_>>().count();
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, volume: PersistentVolume<'_>) -> Option<Finding> {
    let resource = volume.resource();
    let phase = resource.text(&["status", "phase"])?;
    let policy = resource.text(&["spec", "persistentVolumeReclaimPolicy"]);
    let event = events_about(cx, resource, &["VolumeFailedDelete"], RECENT).into_iter().next();
    let failed = match &*phase {
        "Failed" => true,
        // Deletion is in progress, unless an event reports a failure.
        "Released" => policy.as_deref() == Some("Delete") && event.is_some(),
        _ => false,
    };
    if !failed {
        return None;
    }
    let status_message = resource.text(&["status", "message"]);
    let message = status_message.or_else(|| event.map(Event::message)).unwrap_or_default();
    let of = ["namespace", "name"]
        .map(|field| resource.text(&["spec", "claimRef", field]).unwrap_or_default())
        .join("/");
    let subject = Subject::of(resource);
    let class = resource.text(&["spec", "storageClassName"]).unwrap_or_default();
    let detail = match &*excerpt(&message) {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let client = client(cx);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} of claim {of} could not be deleted{detail}"),
        Evidence::field(resource, &["status", "phase"], format!("the volume's phase is {phase}")),
    )
    .since(resource.time(&["status", "lastPhaseTransitionTime"]))
    .evidence(event.map(event_evidence))
    .keywords(resource.name())
    .keywords(&message)
    .run(format!("{client} describe persistentvolume {}", resource.name()))
    .verify(format!("{client} get persistentvolumes"));
    Some(if class.is_empty() { finding } else { finding.group_by(GroupKey::Storage, class) })
}
