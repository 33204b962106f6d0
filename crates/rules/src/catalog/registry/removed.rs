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

use mustknow_gather::kinds::{ClusterOperator, IMAGE_REGISTRY_CONFIG, ImageRegistryConfig};

use crate::catalog::prelude::*;
use crate::facts::{Report, excerpt};

pub(super) static META: Meta = Meta {
    id: "registry/removed",
    title: "no image registry of its own",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find::<ImageRegistryConfig<'_>>("", "cluster");
    let summary = case.find::<ClusterOperator<'_>>("", "image-registry");
    let evidence = match (own, summary) {
        (Some(own), _) => of_own(own),
        (None, Some(summary)) => of_summary(summary),
        (None, None) => {
            return Verdict::Unknown(Report::gap(&IMAGE_REGISTRY_CONFIG, "image-registry"));
        }
    };
    let finding = evidence.map(|evidence| {
        let summary = "the cluster has no image registry of its own: it is set to Removed";
        let subject = Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster");
        Finding::new(subject, summary, evidence)
            .why("Nothing is built or pushed in the cluster; many clusters never need it.")
            .remedy(
                Remedy::new(
                    "Where images are to be built here, set spec.storage and managementState \
                     Managed.",
                )
                .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml"),
            )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn of_own(own: ImageRegistryConfig<'_>) -> Option<Evidence> {
    let path = ["spec", "managementState"];
    let state = own.resource().text(&path)?;
    (state == "Removed")
        .then(|| Evidence::field(own.resource(), &path, "the registry is not deployed"))
}

fn of_summary(summary: ClusterOperator<'_>) -> Option<Evidence> {
    let available = summary.condition("Available")?;
    (available.is_true() && available.reason().split("::").any(|reason| reason == "Removed"))
        .then(|| Evidence::condition(summary.resource(), available, excerpt(&available.message())))
}
