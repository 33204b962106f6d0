//! Terminating `PersistentVolumeClaim` still used by a pod.
//!
//! # Why it matters
//!
//! The claim was deleted. It is removed as soon as the last pod that mounts it terminates, for
//! example during a drain or an update. If the volume's reclaim policy is `Delete`, the data is
//! lost too, and the replacement pod does not start.
//!
//! # What to do
//!
//! A deletion cannot be undone. Back up the data now, while the pod runs, or set the volume's
//! reclaim policy to `Retain`, so that the volume is not deleted with the claim.
//!
//! # Blind spots
//!
//! The reclaim policy of the volume is known only if the volume was collected.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/pvcprotection/pvc_protection_controller.go`

use mustknow_cluster::model::kinds::{PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD};
use mustknow_cluster::views::{PersistentVolume, PersistentVolumeClaim, Pod};

use crate::catalog::prelude::*;
use crate::domain::{deletion_requested_at, is_expected};
use crate::engine::{client, name_list};

/// How long the last pod may take to terminate.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "storage/claim-terminating",
    title: "terminating PersistentVolumeClaim still used by a pod",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM), Need::Kind(&POD)],
    uses: &[Need::Kind(&PERSISTENT_VOLUME)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let findings = cx
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| cx.is_older(deletion_requested_at(claim.resource()), GRACE))
        .filter_map(|claim| finding(cx, claim))
        .collect();
    let examined = cx.all::<PersistentVolumeClaim<'_>>().count();
    Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive")
}

fn finding(cx: &RuleContext<'_>, claim: PersistentVolumeClaim<'_>) -> Option<Finding> {
    let resource = claim.resource();
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let users: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(namespace)
        .filter(|pod| is_expected(*pod) && pod.claims().any(|it| it == resource.name()))
        .collect();
    let first = users.first()?;
    let names: Vec<_> = users.iter().map(|pod| pod.name()).collect();
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let persistent_volume = cx.find::<PersistentVolume<'_>>("", &volume);
    let policy = persistent_volume
        .and_then(|it| it.resource().text(&["spec", "persistentVolumeReclaimPolicy"]));
    let retains_volume = policy.as_deref() == Some("Retain");
    let what = match policy.as_deref() {
        Some("Retain") => "the claim is removed and its volume stays unbound",
        Some(_) => "the claim and its data are deleted",
        None => "the claim is removed, usually with its data",
    };
    let deletion = ["metadata", "deletionTimestamp"];
    let (client, age) = (client(cx), cx.age(deletion_requested_at(resource)));
    let age = age.map(|age| format!(" {age} ago")).unwrap_or_default();
    let remedy = Remedy::new("Back up the data while the pod runs, or retain the volume.");
    let remedy = if retains_volume || volume.is_empty() {
        remedy
    } else {
        remedy
            .command(format!(
                "{client} patch persistentvolume {volume} -p \
                 '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
            ))
            .precondition(
                "the data on the volume is still needed",
                Proof::ByHand("ask the person who deleted the claim".to_owned()),
            )
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was deleted{age}; when {} terminates, {what}", name_list(&names)),
        Evidence::field(resource, &deletion, "deletion time of the claim"),
    )
    .severity(if retains_volume { Severity::Info } else { META.severity })
    .since(deletion_requested_at(resource))
    .evidence([Evidence::field(first.resource(), &["spec", "volumes"], "it is still mounted")])
    .evidence(persistent_volume.map(|persistent_volume| {
        let path = ["spec", "persistentVolumeReclaimPolicy"];
        Evidence::field(persistent_volume.resource(), &path, "reclaim policy of the volume")
    }))
    .keywords(resource.name())
    .keywords(names.join(" "))
    .why(
        "A deleted claim stays until the last pod that mounts it has terminated. The next drain or \
         update removes it.",
    )
    .remedy(remedy.verify(format!("{client} get persistentvolume {volume}")));
    Some(if policy.is_some() {
        finding
    } else {
        finding.likely("the volume was not collected, so its reclaim policy is unknown")
    })
}
