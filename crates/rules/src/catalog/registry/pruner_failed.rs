//! Failing image pruner.
//!
//! The condition describes the last Job. In its first hour a failure is reported as info only,
//! because the next run may succeed.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`syncPrunerStatus`)

use crate::catalog::prelude::*;

/// What is wrong stands in the configuration, and no Job has run.
const REJECTED: &str = "Correct the field of ImagePruner/cluster that the message names, such as \
                        spec.schedule: the operator copies it into the CronJob, which the API \
                        server rejects.";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&IMAGE_PRUNER)])
    .check(check)
    // One failed run does no harm.
    .note_until(Span::hours(1))
    .why(
        "A CronJob removes unused images from the registry and from the API. When its last Job \
         failed, the registry storage and etcd continue to grow, and the image registry \
         operator is degraded.",
    )
    .fix(
        "Read the log of the Job's pod. Usually an image reference somewhere in the cluster \
         cannot be parsed, and the pruner then removes nothing.",
    )
    .run(&[
        "oc get jobs,pods -n {namespace} -l created-by=image-pruner",
        "oc logs -n {namespace} -l created-by=image-pruner --tail=50",
    ])
    .verify(&["oc get imagepruners.imageregistry.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    // The ClusterOperator uses another name for the condition of the pruner.
    let own = cx.find::<ImagePruner<'_>>("", "cluster").and_then(|own| own.condition("Degraded"));
    let name = if own.is_some() { "Degraded" } else { "ImagePrunerDegraded" };
    let operator = "image-registry";
    ConditionReport::of(cx, &IMAGE_PRUNER, operator, name).judge(&IMAGE_PRUNER, operator, |bad| {
        let is_rejected = bad.message.contains("unable to apply objects");
        let (subject, what) = if is_rejected || bad.reason.contains("SyncError") {
            let config = Subject::cluster("ImagePruner", "cluster");
            (config, "the image pruner of ImagePruner/cluster cannot be set up")
        } else {
            let pruner = Subject::namespaced("CronJob", "openshift-image-registry", "image-pruner");
            (pruner, "the last Job of the image pruner failed")
        };
        let finding = bad
            .finding(subject, format!("{what}: {}", excerpt(&bad.message)))
            .with("namespace", "openshift-image-registry")
            .explains(Subject::cluster("ClusterOperator", operator), "ImagePruner");
        Some(if is_rejected { finding.action(REJECTED) } else { finding })
    })
}
