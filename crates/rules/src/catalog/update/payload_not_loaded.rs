//! A release that cannot be fetched or read.
//!
//! # Why it matters
//!
//! A release is itself an image. The cluster-version operator starts a pod `version-...` from it
//! to copy its manifests, reads them and checks their version. When any of that fails the update
//! does not begin; the cluster goes on with the version it has.
//!
//! # What to do
//!
//! Look at the pods `version-...` in openshift-cluster-version: whether the registry can be
//! reached, the image is still there, the pull secret is good and the disk has room.
//!
//! # Blind spots
//!
//! The pods are deleted with the next attempt, so there may be none in the archive.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/updatepayload.go`, `pkg/cvo/sync_worker.go`,
//!   `pkg/payload/payload.go`
//! - <https://github.com/okd-project/okd/issues/489>

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, rejected_release, urgency};

pub(super) static META: Meta = Meta {
    id: "update/payload-not-loaded",
    title: "a release that cannot be fetched or read",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[Need::Kind(&POD)],
};

const NAMESPACE: &str = "openshift-cluster-version";
const REASONS: [&str; 3] =
    ["NoDesiredImage", "UpdatePayloadIntegrity", "UpdatePayloadRetrievalFailed"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let rejected = case.cluster_version().and_then(rejected_release).filter(|step| {
        matches!(&*step.reason, "RetrievePayload" | "LoadPayload" | "VerifyPayloadVersion")
    });
    match (case.cluster_version(), rejected) {
        (Some(version), Some(step)) if !is_about_signature(&step) => {
            Verdict::Found(vec![finding(case, version, &step)])
        }
        _ => failing_verdict(case, &REASONS, |version, failures| {
            failures
                .iter()
                .filter(|failure| !is_about_signature(failure))
                .map(|failure| finding(case, version, failure))
                .collect()
        }),
    }
}

/// Whether another rule, `update/release-not-verified`, judges it.
fn is_about_signature(failure: &Failure<'_>) -> bool {
    let signs = ["cannot be verified", "unable to verify", "unable to locate a valid signature"];
    signs.iter().any(|sign| failure.message.contains(sign))
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Finding {
    let what = match &*failure.reason {
        "LoadPayload" => "its manifests cannot be read",
        "UpdatePayloadIntegrity" => "its contents are not what they should be",
        "VerifyPayloadVersion" => "it is another version than was asked for",
        "NoDesiredImage" => "no image is known for it",
        _ => "it cannot be fetched",
    };
    let since = failure.condition.since();
    let pods: Vec<_> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("version-") && &*pod.phase() != "Succeeded")
        .collect();
    let finding = Finding::new(
        Subject::view(version),
        format!("the update does not begin because the release is not loaded: {what}"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(urgency(case, since, Severity::Error))
    .why(
        "The cluster-version operator runs a pod from the release image to copy its manifests. \
         Until that works nothing of the release is applied, and the cluster keeps its version.",
    )
    .since(since)
    .saying(&failure.reason)
    .saying(&failure.message)
    .evidence(pods.iter().map(|pod| trouble(*pod)))
    .remedy(
        Remedy::new(match &*failure.reason {
            "LoadPayload" | "UpdatePayloadIntegrity" | "VerifyPayloadVersion" => {
                "Ask for another release, or for this one by an image that holds it."
            }
            _ => {
                "Make the release image reachable from the control plane, then ask for the update \
                 again."
            }
        })
        .command("oc get pods,jobs,events -n openshift-cluster-version")
        .command("oc adm upgrade --clear")
        .verify("oc adm upgrade")
        .before(
            "the release image can be pulled with the cluster's pull secret",
            Proof::ByHand("oc adm release info <release image> -a <pull secret file>".to_owned()),
        ),
    );
    pods.iter().fold(finding, |finding, pod| finding.saying(pod.name()))
}

/// Where a pod says what keeps it.
fn trouble(pod: Pod<'_>) -> Evidence {
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    let failed = || pod.containers().find_map(|c| Some((c, c.terminated()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("container {} waits: {reason}", container.name());
        return Evidence::seen(pod.resource(), container.span(), note);
    }
    if let Some((container, end)) = failed() {
        let note = format!("container {} ended: {}", container.name(), end.reason());
        return Evidence::seen(pod.resource(), end.span(), note);
    }
    Evidence::field(pod.resource(), &["status", "phase"], format!("the pod is {}", pod.phase()))
}
