//! No image registry of its own.
//!
//! # Why it matters
//!
//! The registry is set to Removed: nothing can be built or pushed in the cluster, and images of its
//! registry that workloads may name are not pulled. On platforms without object storage the
//! installation sets it so, and many clusters never need it.
//!
//! # What to do
//!
//! Nothing, unless images are to be built here: then give it storage and set it to Managed.
//!
//! # Blind spots
//!
//! Whether anybody misses it is not told.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/bootstrap.go`

use mustknow_gather::kinds::{IMAGE_REGISTRY_CONFIG, ImageRegistryConfig};

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "registry/removed",
    title: "no image registry of its own",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<ImageRegistryConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("the cluster has no image registry operator".to_owned());
    };
    let path = ["spec", "managementState"];
    if config.resource().text(&path).as_deref() != Some("Removed") {
        return Verdict::Healthy { examined: 1 };
    }
    let evidence = Evidence::field(config.resource(), &path, "the registry is not deployed");
    let summary = "the cluster has no image registry of its own: it is set to Removed";
    let finding = Finding::new(
        Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
        summary,
        evidence,
    )
    .why("Nothing is built or pushed in the cluster; many clusters never need it.")
    .remedy(
        Remedy::new(
            "Where images are to be built here, set spec.storage and managementState Managed.",
        )
        .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml"),
    );
    Verdict::Found(vec![finding])
}
