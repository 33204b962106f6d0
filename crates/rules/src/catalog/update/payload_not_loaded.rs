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
    .check(check)
    .why(
        "A release is itself an image. The cluster-version operator starts a pod version-... \
         from it to copy its manifests, then reads the manifests and checks their version. If \
         any of these steps fails, the update does not start, and the cluster continues to run \
         its current version.",
    )
    .fix(
        "Check the pods version-... in openshift-cluster-version. Verify that the registry is \
         reachable, that the image still exists, that the pull secret is valid and that the \
         disk has free space.",
    );

const NAMESPACE: &str = "openshift-cluster-version";
const REASONS: [&str; 3] =
    ["NoDesiredImage", "UpdatePayloadIntegrity", "UpdatePayloadRetrievalFailed"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let rejected = cx.cluster_version().and_then(rejected_release).filter(|step| {
        matches!(&*step.reason, "RetrievePayload" | "LoadPayload" | "VerifyPayloadVersion")
    });
    match (cx.cluster_version(), rejected) {
        (Some(version), Some(step)) if !is_about_signature(&step) => {
            Ok(Checked::over(1, vec![finding(cx, version, &step)]))
        }
        _ => judge_failing(cx, &REASONS, |version, update_failures| {
            update_failures
                .iter()
                .filter(|failure| !is_about_signature(failure))
                .map(|failure| finding(cx, version, failure))
                .collect()
        }),
    }
}

/// Whether `update/release-not-verified` covers the failure.
fn is_about_signature(failure: &UpdateFailure<'_>) -> bool {
    let signs = ["cannot be verified", "unable to verify", "unable to locate a valid signature"];
    signs.iter().any(|sign| failure.message.contains(sign))
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Finding {
    let what = match &*failure.reason {
        "LoadPayload" => "its manifests cannot be read",
        "UpdatePayloadIntegrity" => "its contents failed the integrity check",
        "VerifyPayloadVersion" => "it is a different version than requested",
        "NoDesiredImage" => "its image is not known",
        _ => "it cannot be retrieved",
    };
    let since = failure.condition.since();
    let pods: Vec<_> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("version-") && &*pod.phase() != "Succeeded")
        .collect();
    let finding = Finding::new(
        Subject::view(version),
        format!("the update does not start because the release is not loaded: {what}"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(severity_by_age(cx, since, Error))
    .since(since)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(pods.iter().map(|pod| pod_evidence(*pod)))
    .fix(match &*failure.reason {
        "LoadPayload" | "UpdatePayloadIntegrity" | "VerifyPayloadVersion" => {
            "Request another release, or request this release with a valid image."
        }
        _ => {
            "Make the release image reachable from the control-plane nodes, then request the \
                 update again."
        }
    })
    .run("oc get pods,jobs,events -n openshift-cluster-version")
    .run("oc adm upgrade --clear")
    .verify("oc adm upgrade")
    .before(
        "the release image can be pulled with the cluster's pull secret",
        Proof::ByHand("oc adm release info <release image> -a <pull secret file>".to_owned()),
    );
    pods.iter().fold(finding, |finding, pod| finding.keywords(pod.name()))
}

/// The state that shows why a pod is not ready.
fn pod_evidence(pod: Pod<'_>) -> Evidence {
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    let failed = || pod.containers().find_map(|c| Some((c, c.terminated()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("container {} is waiting: {reason}", container.name());
        return Evidence::seen(pod.resource(), container.span(), note);
    }
    if let Some((container, end)) = failed() {
        let note = format!("container {} terminated: {}", container.name(), end.reason());
        return Evidence::seen(pod.resource(), end.span(), note);
    }
    Evidence::field(pod.resource(), &["status", "phase"], format!("the pod is {}", pod.phase()))
}
