//! Image registry set to Removed.
//!
//! # Why it matters
//!
//! The internal image registry is set to Removed: nothing can be built or pushed in the cluster,
//! and images that workloads reference in the internal registry cannot be pulled. On platforms
//! without object storage the installation uses this setting, and many clusters never need the
//! registry.
//!
//! # What to do
//!
//! No action needed, unless images are to be built in the cluster. In that case configure storage
//! and set the registry to Managed.
//!
//! # Blind spots
//!
//! The archive does not show whether the registry is needed.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/bootstrap.go`

use mustknow_cluster::model::kinds::IMAGE_REGISTRY_CONFIG;
use mustknow_cluster::views::{ClusterOperator, ImageRegistryConfig};

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::ConditionReport;

pub(super) static META: Meta = Meta {
    id: "registry/removed",
    title: "image registry set to Removed",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = cx.find::<ImageRegistryConfig<'_>>("", "cluster");
    let summary = cx.find::<ClusterOperator<'_>>("", "image-registry");
    let evidence = match (own, summary) {
        (Some(own), _) => of_own(own),
        (None, Some(summary)) => of_summary(summary),
        (None, None) => {
            return Verdict::Unknown(ConditionReport::gap(
                &IMAGE_REGISTRY_CONFIG,
                "image-registry",
            ));
        }
    };
    let finding = evidence.map(|evidence| {
        let summary = "the internal image registry is set to Removed";
        let subject = Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster");
        Finding::new(subject, summary, evidence)
            .why("Builds and pushes are not possible. Many clusters never need the registry.")
            .remedy(
                Remedy::new(
                    "If images are to be built in the cluster, set spec.storage and set \
                     managementState to Managed.",
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
