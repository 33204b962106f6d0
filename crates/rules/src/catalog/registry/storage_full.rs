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
    )
    .run(&[
        "oc get pods,pvc -n openshift-image-registry",
        "oc get configs.imageregistry.operator.openshift.io cluster -o yaml",
    ])
    .verify(&["oc get clusteroperator image-registry"]);

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let registry = Subject::namespaced("Deployment", "openshift-image-registry", "image-registry");
    if !firing.contains("ImageRegistryStorageFull") {
        let finding = firing.finding(registry, "the storage of the image registry is read-only")?;
        return Some(finding.action("Find out why the volume is mounted read-only."));
    }
    let finding = firing.finding(registry, "the storage of the image registry is full")?;
    Some(finding.action("Prune images, and expand the volume.").before(
        "before images are pruned: the images to be removed are not needed",
        Proof::by_hand("oc adm prune images"),
    ))
}
