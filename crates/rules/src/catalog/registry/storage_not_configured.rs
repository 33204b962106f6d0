//! Image registry without configured storage.
//!
//! # Why it matters
//!
//! On platforms without object storage the registry storage must be configured. While the registry
//! is managed and has no storage, it is not deployed, and its operator is degraded and not
//! available.
//!
//! # What to do
//!
//! Configure storage, or set the registry to Removed if no images are built or pushed in the
//! cluster.
//!
//! # Blind spots
//!
//! Storage that is configured but does not work is covered by `registry/resources-not-applied` or
//! `registry/unavailable`. In its first ten minutes the problem is reported as info only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/controller.go` (`StorageNotConfigured`)

use mustknow_cluster::model::kinds::IMAGE_REGISTRY_CONFIG;

use crate::catalog::prelude::*;
use crate::engine::Persistence;
use crate::signals::{ConditionReport, ConditionState, is_managed};

/// How long the operator may take to choose storage.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/storage-not-configured",
    title: "image registry without configured storage",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if !is_managed(cx, &IMAGE_REGISTRY_CONFIG) {
        return Verdict::NotApplicable("the image registry is not managed".to_owned());
    }
    let report = |name| ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (degraded, available) = (report("Degraded"), report("Available"));
    if degraded.is_not_collected() && available.is_not_collected() {
        return Verdict::Unknown(ConditionReport::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR));
    }
    let is_match = |reported: &ConditionState<'_>| {
        reported.reason.contains("StorageNotConfigured")
            || reported.message.contains("storage backend not configured")
    };
    let bad = degraded.bad().filter(is_match).or_else(|| available.bad().filter(is_match));
    let finding = bad.map(|reported| {
        reported
            .finding(
                Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
                "configs.imageregistry.operator.openshift.io/cluster is managed but has no storage",
            )
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
            .keywords("StorageNotConfigured")
            .why("Without storage the registry is not deployed and its operator is not available.")
            .explains(Subject::cluster("ClusterOperator", OPERATOR), "StorageNotConfigured")
            .remedy(
                Remedy::new(
                    "Set spec.storage, or set managementState to Removed if the registry is not \
                     needed.",
                )
                .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml")
                .verify("oc get clusteroperator image-registry")
                .precondition(
                    "before the registry is removed: no workload uses an image of the registry",
                    Proof::ByHand(
                        "oc get pods --all-namespaces -o yaml | grep image-registry.openshift"
                            .to_owned(),
                    ),
                ),
            )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
