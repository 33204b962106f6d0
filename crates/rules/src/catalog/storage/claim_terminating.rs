//! A `PersistentVolumeClaim` that goes with the pod that still uses it.
//!
//! # Why it matters
//!
//! Somebody has deleted the claim. It stays as long as a pod mounts it and goes the moment that pod
//! ends, be it for a drain or an update. Where its volume is to be deleted with it, so are the data;
//! and the pod that takes the place of the old one does not start.
//!
//! # What to do
//!
//! A deletion cannot be taken back. Save the data now, while the pod runs, or set the volume to
//! `Retain`, so that it outlives the claim.
//!
//! # Blind spots
//!
//! The reclaim policy of the volume is only known when the volume was collected.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/pvcprotection/pvc_protection_controller.go`

use mustknow_gather::kinds::{
    PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD, PersistentVolume, PersistentVolumeClaim, Pod,
};

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, client, few, is_expected};

/// How long the last pod may take to end.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "storage/claim-terminating",
    title: "a PersistentVolumeClaim that goes with the pod that still uses it",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM), Need::Kind(&POD)],
    uses: &[Need::Kind(&PERSISTENT_VOLUME)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| case.is_older(asked_to_go(claim.resource()), GRACE))
        .filter_map(|claim| finding(case, claim))
        .collect();
    let examined = case.all::<PersistentVolumeClaim<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive")
}

fn finding(case: &Case<'_>, claim: PersistentVolumeClaim<'_>) -> Option<Finding> {
    let resource = claim.resource();
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let users: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(namespace)
        .filter(|pod| is_expected(*pod) && pod.claims().any(|it| it == resource.name()))
        .collect();
    let first = users.first()?;
    let names: Vec<_> = users.iter().map(|pod| pod.name()).collect();
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let held = case.find::<PersistentVolume<'_>>("", &volume);
    let policy = held.and_then(|it| it.resource().text(&["spec", "persistentVolumeReclaimPolicy"]));
    let is_kept = policy.as_deref() == Some("Retain");
    let what = match policy.as_deref() {
        Some("Retain") => "the claim goes, and its volume stays for nobody",
        Some(_) => "the claim and its data go",
        None => "the claim goes, and mostly its data with it",
    };
    let asked = ["metadata", "deletionTimestamp"];
    let (client, age) = (client(case), case.age(asked_to_go(resource)));
    let age = age.map(|age| format!(" {age} ago")).unwrap_or_default();
    let remedy = Remedy::new("Save the data while the pod runs, or keep the volume.");
    let remedy = if is_kept || volume.is_empty() {
        remedy
    } else {
        remedy
            .command(format!(
                "{client} patch persistentvolume {volume} -p \
                 '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
            ))
            .before(
                "the data of the volume are still wanted",
                Proof::ByHand("ask whoever deleted the claim".to_owned()),
            )
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was deleted{age}; when {} ends, {what}", few(&names)),
        Evidence::field(resource, &asked, "when it was deleted"),
    )
    .severity(if is_kept { Severity::Info } else { META.severity })
    .since(asked_to_go(resource))
    .evidence([Evidence::field(first.resource(), &["spec", "volumes"], "it is still mounted")])
    .evidence(held.map(|held| {
        let path = ["spec", "persistentVolumeReclaimPolicy"];
        Evidence::field(held.resource(), &path, "what becomes of the volume")
    }))
    .saying(resource.name())
    .saying(names.join(" "))
    .why(
        "A claim that was deleted stays until the last pod that mounts it has ended. The next drain \
         or update ends it.",
    )
    .remedy(remedy.verify(format!("{client} get persistentvolume {volume}")));
    Some(if policy.is_some() {
        finding
    } else {
        finding.likely("the volume was not collected, so what becomes of it is not known")
    })
}
