//! A `PersistentVolumeClaim` whose volume is gone.
//!
//! # Why it matters
//!
//! The claim was bound to a volume, and the `PersistentVolume` does not exist any more or belongs to
//! another claim. Pods that mount it do not start, and what it held is not reached through it.
//!
//! # What to do
//!
//! Where the storage behind is still there, make the `PersistentVolume` again with the name the claim
//! has, and the same claim in its `claimRef`. Else the data has to come from a backup.
//!
//! # Blind spots
//!
//! Whether the storage behind the volume still exists is known to its provider alone.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go` (`ClaimLost`,
//!   `ClaimMisbound`)

use mustknow_gather::kinds::{PERSISTENT_VOLUME_CLAIM, PersistentVolumeClaim};

use crate::catalog::prelude::*;
use crate::facts::{client, severity_in};

pub(super) static META: Meta = Meta {
    id: "storage/claim-lost",
    title: "a PersistentVolumeClaim whose volume is gone",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| claim.resource().text(&["status", "phase"]).as_deref() == Some("Lost"))
        .map(|claim| finding(case, claim))
        .collect();
    let examined = case.all::<PersistentVolumeClaim<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive")
}

fn finding(case: &Case<'_>, claim: PersistentVolumeClaim<'_>) -> Finding {
    let resource = claim.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let client = client(case);
    Finding::new(
        subject.clone(),
        format!("{subject} has lost its volume {volume}"),
        Evidence::field(resource, &["status", "phase"], "the claim is Lost"),
    )
    .severity(severity_in(case, namespace, META.severity))
    .evidence([Evidence::field(resource, &["spec", "volumeName"], "the volume it was bound to")])
    .saying(format!("PersistentVolumeClaim/{namespace}/{name}"))
    .saying(&volume)
    .why(
        "The volume it was bound to does not exist any more, or belongs to another claim. Pods that \
         mount the claim do not start.",
    )
    .remedy(
        Remedy::new(
            "Make the volume again over the storage behind it, if that is still there; else restore \
             from a backup.",
        )
        .command(format!("{client} get persistentvolume {volume} -o yaml"))
        .command(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
        .verify(format!("{client} get persistentvolumeclaims -n {namespace}")),
    )
}
