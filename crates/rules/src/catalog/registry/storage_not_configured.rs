//! An image registry that has no place for its images.
//!
//! # Why it matters
//!
//! On platforms without object storage of their own the registry must be told where to keep images.
//! As long as it is managed and has no storage it is not deployed, and its operator is degraded and not
//! available.
//!
//! # What to do
//!
//! Give it storage, or set it to Removed where nobody builds or pushes images in the cluster.
//!
//! # Blind spots
//!
//! Storage that is configured and does not work is `registry/resources-not-applied` or
//! `registry/unavailable`. Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/controller.go` (`StorageNotConfigured`)

use mustknow_gather::kinds::IMAGE_REGISTRY_CONFIG;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, is_managed};

/// How long the operator may take to choose storage.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/storage-not-configured",
    title: "an image registry that has no place for its images",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &IMAGE_REGISTRY_CONFIG) {
        return Verdict::NotApplicable("the image registry is not managed".to_owned());
    }
    let ask = |name| Report::of(case, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (degraded, available) = (ask("Degraded"), ask("Available"));
    if degraded.has_no_source() && available.has_no_source() {
        return Verdict::Unknown(Report::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR));
    }
    let is_meant = |reported: &Reported<'_>| {
        reported.reason.contains("StorageNotConfigured")
            || reported.message.contains("storage backend not configured")
    };
    let bad = degraded.bad().filter(is_meant).or_else(|| available.bad().filter(is_meant));
    let finding = bad.map(|reported| {
        reported
            .finding(
                Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
                "configs.imageregistry.operator.openshift.io cluster is managed and names no storage",
            )
            .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
            .saying("StorageNotConfigured")
            .why("The registry is not deployed without it, and its operator is not available.")
            .explains(Subject::cluster("ClusterOperator", OPERATOR), "StorageNotConfigured")
            .remedy(
                Remedy::new(
                    "Set spec.storage, or managementState Removed where nobody needs the registry.",
                )
                .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml")
                .verify("oc get clusteroperator image-registry")
                .before(
                    "before it is removed: no workload uses an image of the registry",
                    Proof::ByHand(
                        "oc get pods --all-namespaces -o yaml | grep image-registry.openshift"
                            .to_owned(),
                    ),
                ),
            )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
