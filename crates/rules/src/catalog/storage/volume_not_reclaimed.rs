//! Failed `PersistentVolume` deletion.
//!
//! # Why it matters
//!
//! The claim was deleted, and its volume should have been deleted too. The storage behind the
//! volume stays allocated and billed, and cannot be used.
//!
//! # What to do
//!
//! The message shows why the provider refuses: dependent snapshots, a node that the volume is still
//! attached to, or missing permissions. If the storage no longer exists, the `PersistentVolume` can
//! be deleted.
//!
//! # Blind spots
//!
//! A volume with the reclaim policy `Retain` stays by design and is not reported.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/events/event.go` (`VolumeFailedDelete`),
//!   `pkg/controller/volume/persistentvolume/pv_controller.go`

use mustknow_cluster::model::kinds::{CSI_NODE, EVENT, PERSISTENT_VOLUME, STORAGE_CLASS};
use mustknow_cluster::views::{Event, PersistentVolume};

use crate::catalog::prelude::*;
use crate::domain::absent_storage_verdict;
use crate::engine::{client, excerpt};
use crate::signals::{event_evidence, events_about};

/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "storage/volume-not-reclaimed",
    title: "failed PersistentVolume deletion",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[],
    uses: &[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&EVENT),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if let Some(none) = absent_storage_verdict(cx, &PERSISTENT_VOLUME) {
        return none;
    }
    let findings =
        cx.all::<PersistentVolume<'_>>().filter_map(|volume| finding(cx, volume)).collect();
    let examined = cx.all::<PersistentVolume<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolume in the archive")
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
    .why("The claim was deleted, but the storage behind the volume stays allocated.")
    .remedy(
        Remedy::new(
            "Fix the problem that the provider reports. Deletion is retried automatically.",
        )
        .command(format!("{client} describe persistentvolume {}", resource.name()))
        .verify(format!("{client} get persistentvolumes")),
    );
    Some(if class.is_empty() { finding } else { finding.group_by(GroupKey::Storage, class) })
}
