//! An image registry whose operator cannot set it up.
//!
//! # Why it matters
//!
//! The operator makes the registry's storage, credentials, Service and Deployment. While one of these
//! fails the registry stays as it was, or is not there at all.
//!
//! # What to do
//!
//! The message ends with what the cloud or the API server answered: credentials that may not make a
//! bucket, a bucket that is gone, a configuration that is not valid.
//!
//! # Blind spots
//!
//! A registry that has no storage configured is `registry/storage-not-configured`. Less than twenty
//! minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`Unable to apply
//!   resources`), `pkg/operator/controller.go` (`VerificationFailed`)

use mustknow_gather::kinds::IMAGE_REGISTRY_CONFIG;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, is_managed};

/// How long a cloud may be away.
const GRACE: Span = Span::minutes(20);
const OPERATOR: &str = "image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/resources-not-applied",
    title: "an image registry whose operator cannot set it up",
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
    let (progressing, degraded) = (ask("Progressing"), ask("Degraded"));
    if progressing.has_no_source() && degraded.has_no_source() {
        return Verdict::Unknown(Report::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR));
    }
    let invalid = degraded.bad().filter(|reported| {
        reported.reason.contains("VerificationFailed")
            || reported.message.contains("unable to complete resource")
    });
    let failing =
        progressing.bad().filter(|reported| reported.message.contains("Unable to apply resources"));
    let finding = match (invalid, failing) {
        (Some(reported), _) => Some(finding(case, &reported)),
        (None, Some(reported)) => Some(
            finding(case, &reported)
                .likely("Progressing tells since when it is not done, not since when it fails"),
        ),
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let detail =
        message.trim_start_matches("Unable to apply resources: ").trim_start_matches("Error: ");
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let advice = if says(&["redential", "AccessDenied", "Forbidden", "unauthorized", "403"]) {
        "Mend the credentials with which the operator makes the storage."
    } else if says(&["unable to complete resource"]) {
        "Correct what the message names in the configuration of the registry."
    } else if says(&["bucket", "container", "storage"]) {
        "See whether the storage that the configuration names exists and may be used."
    } else {
        "Find out from the message what cannot be made."
    };
    reported
        .finding(
            Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
            format!("the image registry cannot be set up: {}", excerpt(detail)),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("The registry stays as it was, or is not there at all.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "")
        .remedy(
            Remedy::new(advice)
                .command("oc get configs.imageregistry.operator.openshift.io cluster -o yaml")
                .command(
                    "oc logs -n openshift-image-registry deployment/cluster-image-registry-operator \
                     --tail=200",
                )
                .verify("oc get clusteroperator image-registry"),
        )
}
