//! Image registry storage that is full or read-only.
//!
//! The alerts count failed writes: a full volume is not detected if nothing writes to it.
//!
//! - openshift/cluster-image-registry-operator `manifests/09-prometheus-rules.yaml`
//! - openshift/runbooks `alerts/cluster-image-registry-operator/ImageRegistryStorageFull.md`,
//!   `ImageRegistryStorageReadOnly.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alert(&["ImageRegistryStorageFull", "ImageRegistryStorageReadOnly"], finding)
    .why(
        "The volume of the registry is full or mounted read-only. Builds and pushes fail, and \
         so do pulls through the registry of images that it does not have yet.",
    )
    .fix(
        "Prune images and expand the volume if it is full. Otherwise find out why it was \
         mounted read-only.",
    );

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let is_full = firing.iter().any(|alert| alert.name == "ImageRegistryStorageFull");
    let (state, advice) = if is_full {
        ("is full", "Prune images, and expand the volume.")
    } else {
        ("is read-only", "Find out why the volume is mounted read-only.")
    };
    let remedy = Remedy::new(advice)
        .command("oc get pods,pvc -n openshift-image-registry")
        .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml");
    let subject = Subject::namespaced("Deployment", "openshift-image-registry", "image-registry");
    Some(firing.finding(subject, format!("the storage of the image registry {state}"))?.remedy(
        if is_full {
            remedy.precondition(
                "before images are pruned: the images to be removed are not needed",
                Proof::ByHand("oc adm prune images".to_owned()),
            )
        } else {
            remedy
        },
    ))
}
