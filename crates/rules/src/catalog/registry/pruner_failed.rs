//! Failing image pruner.
//!
//! The condition describes the last Job. In its first hour a failure is reported as info only,
//! because the next run may succeed.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`syncPrunerStatus`)

use crate::catalog::prelude::*;

/// How long a failed run is reported as info only.
const GRACE: Span = Span::hours(1);
const OPERATOR: &str = "image-registry";
const NAMESPACE: &str = "openshift-image-registry";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&IMAGE_PRUNER)])
    .check(check)
    .why(
        "A CronJob removes unused images from the registry and from the API. When its last Job \
         failed, the registry storage and etcd continue to grow, and the image registry \
         operator is degraded.",
    )
    .fix(
        "Read the log of the Job's pod. Usually an image reference somewhere in the cluster \
         cannot be parsed, and the pruner then removes nothing.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    // The ClusterOperator uses another name for the condition of the pruner.
    let has_own = cx
        .find::<ImagePruner<'_>>("", "cluster")
        .is_some_and(|own| own.condition("Degraded").is_some());
    let name = if has_own { "Degraded" } else { "ImagePrunerDegraded" };
    ConditionReport::of(cx, &IMAGE_PRUNER, OPERATOR, name).judge(
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "ImagePruner")
        .run(format!("oc get jobs,pods -n {NAMESPACE} -l created-by=image-pruner"))
        .run(format!("oc logs -n {NAMESPACE} -l created-by=image-pruner --tail=50"))
        .verify("oc get imagepruners.imageregistry.operator.openshift.io cluster -o yaml")
}
