//! Release image that cannot be retrieved or loaded.
//!
//! The pods are deleted at the next attempt, so the archive may not contain any of them.
//!
//! - openshift/cluster-version-operator `pkg/cvo/updatepayload.go`, `pkg/cvo/sync_worker.go`,
//!   `pkg/payload/payload.go`
//! - <https://github.com/okd-project/okd/issues/489>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Kind(&POD)])
    .check(|cx| {
        let is_concerned =
            |step: &UpdateFailure<'_>| what(&step.reason).is_some() && !is_about_signature(step);
        UpdateProblem::judge_release(cx, is_concerned, finding)
    })
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "A release is itself an image. The cluster-version operator starts a pod version-... \
         from it to copy its manifests, then reads the manifests and checks their version. If \
         any of these steps fails, the update does not start, and the cluster continues to run \
         its current version.",
    )
    .fix(
        "Make the release image reachable from the control-plane nodes: the registry, the image, \
         the pull secret and free space on the disk. If its content is wrong, request another \
         release or a valid image. Then request the update again.",
    )
    .run(&["oc get pods,jobs,events -n openshift-cluster-version", "oc adm upgrade --clear"])
    .verify(&["oc adm upgrade"])
    .before(&[(
        "the release image can be pulled with the cluster's pull secret",
        "oc adm release info <release image> -a <pull secret file>",
    )]);

/// What is wrong with the release, by the step that failed or the reason of `Failing`; None for
/// other reasons.
fn what(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "LoadPayload" => "its manifests cannot be read",
        "UpdatePayloadIntegrity" => "its contents failed the integrity check",
        "VerifyPayloadVersion" => "it is a different version than requested",
        "NoDesiredImage" => "its image is not known",
        "RetrievePayload" | "UpdatePayloadRetrievalFailed" => "it cannot be retrieved",
        _ => return None,
    })
}

/// Whether `update/release-not-verified` covers the failure.
fn is_about_signature(failure: &UpdateFailure<'_>) -> bool {
    let signs = ["cannot be verified", "unable to verify", "unable to locate a valid signature"];
    signs.iter().any(|sign| failure.message.contains(sign))
}

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let pods: Vec<_> = problem
        .cx
        .within::<Pod<'_>>("openshift-cluster-version")
        .filter(|pod| pod.name().starts_with("version-") && &*pod.phase() != "Succeeded")
        .collect();
    let what = what(&problem.failure.reason)?;
    let finding = problem
        .finding(format!("the update does not start because the release is not loaded: {what}"))
        .evidence(pods.iter().map(|pod| unready_evidence(*pod)));
    Some(pods.iter().fold(finding, |finding, pod| finding.keywords(pod.name())))
}
