//! `PersistentVolumeClaim` in phase Lost.
//!
//! # Why it matters
//!
//! The claim was bound to a `PersistentVolume` that no longer exists or is bound to another claim.
//! Pods that mount the claim do not start, and its data cannot be reached through it.
//!
//! # What to do
//!
//! If the storage behind the volume still exists, create the `PersistentVolume` again with the name
//! in the claim's `spec.volumeName` and with the claim in its `claimRef`. Otherwise restore the
//! data from a backup.
//!
//! # Blind spots
//!
//! The archive does not show whether the storage behind the volume still exists. Only the storage
//! provider knows.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go` (`ClaimLost`,
//!   `ClaimMisbound`)

use mustknow_cluster::model::kinds::PERSISTENT_VOLUME_CLAIM;
use mustknow_cluster::views::PersistentVolumeClaim;

use crate::catalog::prelude::*;
use crate::engine::{client, severity_in};

pub(super) static META: Meta = Meta {
    id: "storage/claim-lost",
    title: "PersistentVolumeClaim in phase Lost",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let findings = cx
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| claim.resource().text(&["status", "phase"]).as_deref() == Some("Lost"))
        .map(|claim| finding(cx, claim))
        .collect();
    let examined = cx.all::<PersistentVolumeClaim<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive")
}

fn finding(cx: &RuleContext<'_>, claim: PersistentVolumeClaim<'_>) -> Finding {
    let resource = claim.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let client = client(cx);
    Finding::new(
        subject.clone(),
        format!("{subject} is Lost: its volume {volume} is gone or bound to another claim"),
        Evidence::field(resource, &["status", "phase"], "the claim's phase is Lost"),
    )
    .severity(severity_in(cx, namespace, META.severity))
    .evidence([Evidence::field(resource, &["spec", "volumeName"], "the volume it was bound to")])
    .keywords(format!("PersistentVolumeClaim/{namespace}/{name}"))
    .keywords(&volume)
    .why(
        "The claim's volume no longer exists, or is bound to another claim. Pods that mount the \
         claim do not start.",
    )
    .remedy(
        Remedy::new(
            "Create the PersistentVolume again if its storage still exists. Otherwise restore the \
             data from a backup.",
        )
        .command(format!("{client} get persistentvolume {volume} -o yaml"))
        .command(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
        .verify(format!("{client} get persistentvolumeclaims -n {namespace}")),
    )
}
