//! `PersistentVolumeClaim` in phase Lost.
//!
//! The archive does not show whether the storage behind the volume still exists. Only the storage
//! provider knows.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go` (`ClaimLost`,
//!   `ClaimMisbound`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&PERSISTENT_VOLUME_CLAIM], |_, claim| {
        let is_lost = claim.text(&["status", "phase"]).as_deref() == Some("Lost");
        Ok(is_lost.then(|| finding(claim)))
    })
    .at_once("a lost claim does not come back by itself")
    .why(
        "The claim was bound to a PersistentVolume that no longer exists or is bound to another \
         claim. Pods that mount the claim do not start, and its data cannot be reached through \
         it.",
    )
    .fix(
        "If the storage behind the volume still exists, create the PersistentVolume again with \
         the name in the claim's spec.volumeName and with the claim in its claimRef. Otherwise \
         restore the data from a backup.",
    )
    .run(&[
        "oc get persistentvolume {volume} -o yaml",
        "oc describe persistentvolumeclaim -n {namespace} {name}",
    ])
    .verify(&["oc get persistentvolumeclaims -n {namespace}"]);

fn finding(claim: &Resource) -> Finding {
    let subject = Subject::of(claim);
    let volume = claim.text(&["spec", "volumeName"]).unwrap_or_default();
    let summary =
        format!("{subject} is Lost: its volume {volume} is gone or bound to another claim");
    let bound = Evidence::field(claim, &["spec", "volumeName"], "the volume it was bound to");
    let phase = Evidence::field(claim, &["status", "phase"], "the claim's phase is Lost");
    Finding::new(subject.clone(), summary, phase)
        .evidence([bound])
        .keywords(subject.to_string())
        .keywords(&volume)
        .with("volume", volume)
}
