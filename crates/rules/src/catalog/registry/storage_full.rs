//! An image registry that cannot write to its storage.
//!
//! # Why it matters
//!
//! The volume of the registry is full, or mounted for reading only. Builds and pushes fail, and so do
//! pulls through the registry of images that it does not have yet.
//!
//! # What to do
//!
//! Prune images and grow the volume where it is full; find out why it was mounted for reading only
//! otherwise.
//!
//! # Blind spots
//!
//! The alerts count writes that failed: a full volume that nobody writes to is not seen.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `manifests/09-prometheus-rules.yaml`
//! - openshift/runbooks `alerts/cluster-image-registry-operator/ImageRegistryStorageFull.md`,
//!   `ImageRegistryStorageReadOnly.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::Alert;

pub(super) static META: Meta = Meta {
    id: "registry/storage-full",
    title: "an image registry that cannot write to its storage",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["ImageRegistryStorageFull", "ImageRegistryStorageReadOnly"], |firing| {
        finding(firing).into_iter().collect()
    })
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let is_full = firing.iter().any(|alert| alert.name == "ImageRegistryStorageFull");
    let (state, advice) = if is_full {
        ("is full", "Prune images, and grow the volume.")
    } else {
        ("can only be read", "Find out why the volume is mounted for reading only.")
    };
    let remedy = Remedy::new(advice)
        .command("oc get pods,pvc -n openshift-image-registry")
        .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml");
    let subject = Subject::namespaced("Deployment", "openshift-image-registry", "image-registry");
    Some(
        Alert::finding(firing, subject, format!("the storage of the image registry {state}"))?
            .why("Builds and pushes fail, and pulls of images that the registry does not have yet.")
            .remedy(if is_full {
                remedy.before(
                    "before images are pruned: what would go is not needed",
                    Proof::ByHand("oc adm prune images".to_owned()),
                )
            } else {
                remedy
            }),
    )
}
