//! Image registry resources that cannot be applied.
//!
//! A registry without configured storage is covered by `registry/storage-not-configured`. In its
//! first twenty minutes the problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`Unable to apply
//!   resources`), `pkg/operator/controller.go` (`VerificationFailed`)

use crate::catalog::prelude::*;

/// How long the cloud may be unavailable.
const GRACE: Span = Span::minutes(20);
const OPERATOR: &str = "image-registry";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&IMAGE_REGISTRY_CONFIG)])
    .check(check)
    .why(
        "The operator creates the storage, credentials, Service and Deployment of the registry. \
         While one of these fails, the registry stays in its previous state, or does not \
         exist.",
    )
    .fix(
        "Read the end of the message, which contains the response of the cloud or the API \
         server: credentials without permission to create a bucket, a missing bucket, an \
         invalid configuration.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &IMAGE_REGISTRY_CONFIG) {
        return Err(not_applicable("the image registry is not managed"));
    }
    let report = |name| ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (progressing, degraded) = (report("Progressing"), report("Degraded"));
    if progressing.is_not_collected() && degraded.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR)));
    }
    let invalid = degraded.bad().filter(|reported| {
        reported.reason.contains("VerificationFailed")
            || reported.message.contains("unable to complete resource")
    });
    let failing =
        progressing.bad().filter(|reported| reported.message.contains("Unable to apply resources"));
    let finding = match (invalid, failing) {
        (Some(reported), _) => Some(finding(cx, &reported)),
        (None, Some(reported)) => Some(
            finding(cx, &reported)
                .likely("Progressing shows since when it is incomplete, not since when it fails"),
        ),
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let detail =
        message.trim_start_matches("Unable to apply resources: ").trim_start_matches("Error: ");
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let advice = if mentions(&["redential", "AccessDenied", "Forbidden", "unauthorized", "403"]) {
        "Fix the credentials that the operator uses to create the storage."
    } else if mentions(&["unable to complete resource"]) {
        "Correct the setting listed in the message in the registry configuration."
    } else if mentions(&["bucket", "container", "storage"]) {
        "Check whether the configured storage exists and is accessible."
    } else {
        "Check in the message which resource cannot be created."
    };
    reported
        .finding(
            Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
            format!("the image registry cannot be set up: {}", excerpt(detail)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "")
        .fix(advice)
        .run("oc get configs.imageregistry.operator.openshift.io cluster -o yaml")
        .run(
            "oc logs -n openshift-image-registry deployment/cluster-image-registry-operator \
                     --tail=200",
        )
        .verify("oc get clusteroperator image-registry")
}
