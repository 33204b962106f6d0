//! Failing image pruner.
//!
//! # Why it matters
//!
//! A CronJob removes unused images from the registry and from the API. When its last Job failed,
//! the registry storage and etcd continue to grow, and the image registry operator is degraded.
//!
//! # What to do
//!
//! Read the log of the Job's pod. Usually an image reference somewhere in the cluster cannot be
//! parsed, and the pruner then removes nothing.
//!
//! # Blind spots
//!
//! The condition describes the last Job. In its first hour a failure is reported as info only,
//! because the next run may succeed.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`syncPrunerStatus`)

use mustknow_cluster::model::kinds::IMAGE_PRUNER;
use mustknow_cluster::views::ImagePruner;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{ConditionReport, ConditionState};

/// How long a failed run is reported as info only.
const GRACE: Span = Span::hours(1);
const OPERATOR: &str = "image-registry";
const NAMESPACE: &str = "openshift-image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/pruner-failed",
    title: "failing image pruner",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_PRUNER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    // The ClusterOperator uses another name for the condition of the pruner.
    let has_own = cx
        .find::<ImagePruner<'_>>("", "cluster")
        .is_some_and(|own| own.condition("Degraded").is_some());
    let name = if has_own { "Degraded" } else { "ImagePrunerDegraded" };
    ConditionReport::of(cx, &IMAGE_PRUNER, OPERATOR, name).verdict(
        &IMAGE_PRUNER,
        OPERATOR,
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let what = if reported.reason.contains("SyncError") {
        "the image pruner cannot be set up"
    } else {
        "the last Job of the image pruner failed"
    };
    reported
        .finding(
            Subject::namespaced("CronJob", NAMESPACE, "image-pruner"),
            format!("{what}: {}", excerpt(&reported.message)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .why("Unused images are not removed, and the image registry operator is degraded.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "ImagePruner")
        .remedy(
            Remedy::new(
                "Find in the log of the Job which image reference it cannot parse, and correct it.",
            )
            .command(format!("oc get jobs,pods -n {NAMESPACE} -l created-by=image-pruner"))
            .command(format!("oc logs -n {NAMESPACE} -l created-by=image-pruner --tail=50"))
            .verify("oc get imagepruners.imageregistry.operator.openshift.io cluster -o yaml"),
        )
}
