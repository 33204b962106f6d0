//! Old images that are not removed.
//!
//! # Why it matters
//!
//! A CronJob removes images that nothing uses from the registry and from the API. When its last Job
//! failed the registry's storage and etcd go on growing, and the operator of the registry is degraded.
//!
//! # What to do
//!
//! Read the log of the Job's pod: most often an image reference somewhere in the cluster cannot be
//! parsed, and the pruner then removes nothing.
//!
//! # Blind spots
//!
//! The condition speaks of the last Job. One failure that the next run mends is told as information
//! only while it is younger than an hour.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`syncPrunerStatus`)

use mustknow_gather::kinds::{IMAGE_PRUNER, ImagePruner};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt};

/// How long a failed run may stand.
const GRACE: Span = Span::hours(1);
const OPERATOR: &str = "image-registry";
const NAMESPACE: &str = "openshift-image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/pruner-failed",
    title: "old images that are not removed",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_PRUNER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    // The ClusterOperator calls the condition of the pruner by another name.
    let has_own = case
        .find::<ImagePruner<'_>>("", "cluster")
        .is_some_and(|own| own.condition("Degraded").is_some());
    let name = if has_own { "Degraded" } else { "ImagePrunerDegraded" };
    Report::of(case, &IMAGE_PRUNER, OPERATOR, name)
        .verdict(&IMAGE_PRUNER, OPERATOR, |reported| Some(finding(case, &reported)))
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let what = if reported.reason.contains("SyncError") {
        "the image pruner cannot be set up"
    } else {
        "the image pruner's last Job failed"
    };
    reported
        .finding(
            Subject::namespaced("CronJob", NAMESPACE, "image-pruner"),
            format!("{what}: {}", excerpt(&reported.message)),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("Images that nothing uses stay, and the registry's operator is degraded by it.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "ImagePruner")
        .remedy(
            Remedy::new(
                "Read in the log of the Job which image reference it cannot parse, and correct it.",
            )
            .command(format!("oc get jobs,pods -n {NAMESPACE} -l created-by=image-pruner"))
            .command(format!("oc logs -n {NAMESPACE} -l created-by=image-pruner --tail=50"))
            .verify("oc get imagepruners.imageregistry.operator.openshift.io cluster -o yaml"),
        )
}
