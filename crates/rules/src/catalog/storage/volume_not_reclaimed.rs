//! A `PersistentVolume` that could not be deleted after its claim.
//!
//! # Why it matters
//!
//! The claim is gone and its volume should have gone with it. The storage behind stays taken and paid
//! for, and nobody can use it.
//!
//! # What to do
//!
//! The message says what the provider objects to: snapshots that hang on it, a node it is still
//! attached to, missing permissions. When the storage is gone already, the `PersistentVolume` may be
//! deleted.
//!
//! # Blind spots
//!
//! A volume with the policy `Retain` stays by design and is not reported.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/events/event.go` (`VolumeFailedDelete`),
//!   `pkg/controller/volume/persistentvolume/pv_controller.go`

use mustknow_gather::kinds::{
    CSI_NODE, EVENT, Event, PERSISTENT_VOLUME, PersistentVolume, STORAGE_CLASS,
};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, events_about, excerpt, none_of_storage};

/// Older events are history.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "storage/volume-not-reclaimed",
    title: "a PersistentVolume that could not be deleted after its claim",
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if let Some(none) = none_of_storage(case, &PERSISTENT_VOLUME) {
        return none;
    }
    let findings =
        case.all::<PersistentVolume<'_>>().filter_map(|volume| finding(case, volume)).collect();
    let examined = case.all::<PersistentVolume<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolume in the archive")
}

fn finding(case: &Case<'_>, volume: PersistentVolume<'_>) -> Option<Finding> {
    let resource = volume.resource();
    let phase = resource.text(&["status", "phase"])?;
    let policy = resource.text(&["spec", "persistentVolumeReclaimPolicy"]);
    let event = events_about(case, resource, &["VolumeFailedDelete"], RECENT).into_iter().next();
    let failed = match &*phase {
        "Failed" => true,
        // On its way, unless somebody says that it does not get there.
        "Released" => policy.as_deref() == Some("Delete") && event.is_some(),
        _ => false,
    };
    if !failed {
        return None;
    }
    let said = resource.text(&["status", "message"]);
    let message = said.or_else(|| event.map(Event::message)).unwrap_or_default();
    let of = ["namespace", "name"]
        .map(|field| resource.text(&["spec", "claimRef", field]).unwrap_or_default())
        .join("/");
    let subject = Subject::of(resource);
    let class = resource.text(&["spec", "storageClassName"]).unwrap_or_default();
    let words = match &*excerpt(&message) {
        "" => String::new(),
        words => format!(": {words}"),
    };
    let client = client(case);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} of claim {of} could not be deleted{words}"),
        Evidence::field(resource, &["status", "phase"], format!("it is {phase}")),
    )
    .since(resource.time(&["status", "lastPhaseTransitionTime"]))
    .evidence(event.map(event_evidence))
    .saying(resource.name())
    .saying(&message)
    .why("Its claim is gone, and the storage behind it stays taken.")
    .remedy(
        Remedy::new("Mend what the provider objects to; it tries again by itself.")
            .command(format!("{client} describe persistentvolume {}", resource.name()))
            .verify(format!("{client} get persistentvolumes")),
    );
    Some(if class.is_empty() { finding } else { finding.shares(Common::Storage, class) })
}
