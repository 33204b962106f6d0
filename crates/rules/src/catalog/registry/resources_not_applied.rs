//! Image registry resources that cannot be applied.
//!
//! A registry without configured storage is covered by `registry/storage-not-configured`. In its
//! first twenty minutes the problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`Unable to apply
//!   resources`), `pkg/operator/controller.go` (`VerificationFailed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(&[(&IMAGE_REGISTRY_CONFIG, "image-registry")], &["Degraded", "Progressing"], finding)
    .while_managed()
    // The cloud may be unavailable for some minutes.
    .note_until(Span::minutes(20))
    .why(
        "The operator creates the storage, credentials, Service and Deployment of the registry. \
         While one of these fails, the registry stays in its previous state, or does not \
         exist.",
    )
    .fix(
        "Read the end of the message, which contains the response of the cloud or the API \
         server: credentials without permission to create a bucket, a missing bucket, an \
         invalid configuration.",
    )
    .run(&[
        "oc get configs.imageregistry.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-image-registry deployment/cluster-image-registry-operator --tail=200",
    ])
    .verify(&["oc get clusteroperator image-registry"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let message = &bad.state.message;
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let is_invalid = bad.condition_type == "Degraded"
        && (bad.state.reason.contains("VerificationFailed")
            || mentions(&["unable to complete resource"]));
    let is_failing =
        bad.condition_type == "Progressing" && mentions(&["Unable to apply resources"]);
    if !is_invalid && !is_failing {
        return None;
    }
    let advice = if mentions(&["redential", "AccessDenied", "Forbidden", "unauthorized", "403"]) {
        "Fix the credentials that the operator uses to create the storage."
    } else if mentions(&["unable to complete resource"]) {
        "Correct the setting listed in the message in the registry configuration."
    } else if mentions(&["bucket", "container", "storage"]) {
        "Check whether the configured storage exists and is accessible."
    } else {
        "Check in the message which resource cannot be created."
    };
    let detail =
        message.trim_start_matches("Unable to apply resources: ").trim_start_matches("Error: ");
    let registry = Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster");
    let finding = bad
        .finding_about(
            registry,
            format!("the image registry cannot be set up: {}", excerpt(detail)),
        )
        .explains(Subject::cluster("ClusterOperator", "image-registry"), "")
        .action(advice);
    Some(if is_invalid {
        finding
    } else {
        finding.likely("Progressing shows since when it is incomplete, not since when it fails")
    })
}
