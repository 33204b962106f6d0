//! A release whose signature the cluster does not accept.
//!
//! # Why it matters
//!
//! Before it applies a release, the cluster-version operator checks a signature of the release
//! image against the keys in the present release. Without an accepted signature the update does
//! not begin; the cluster goes on with the version it has.
//!
//! # What to do
//!
//! Find out why no signature was found: a mirror without signatures, a signature store that
//! cannot be reached, a release signed with a key this cluster does not have, or a release that
//! is not signed at all.
//!
//! # Blind spots
//!
//! The archive cannot show whether the image is genuine. Only a person can compare its digest
//! with the one the release's publisher names.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/updatepayload.go`
//! - openshift/library-go `pkg/verify/verify.go`
//! - <https://github.com/okd-project/okd/issues/605>,
//!   <https://github.com/okd-project/okd/issues/1578>

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, failures, rejected_release, urgency};

pub(super) static META: Meta = Meta {
    id: "update/release-not-verified",
    title: "a release whose signature the cluster does not accept",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

/// How a failed verification reads. Source: library-go `pkg/verify/verify.go`.
const SIGNS: [&str; 4] = [
    "cannot be verified",
    "unable to verify",
    "unable to locate a valid signature",
    "image may not be safe to use",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let rejected = case
        .cluster_version()
        .and_then(rejected_release)
        .filter(|step| step.reason == "RetrievePayload" && is_unverified(&step.message));
    if let (Some(version), Some(step)) = (case.cluster_version(), rejected) {
        return Verdict::Found(vec![finding(case, version, &step)]);
    }
    let retrieval = case.cluster_version().map(failures).unwrap_or_default();
    let in_retrieval = retrieval
        .iter()
        .any(|f| f.reason == "UpdatePayloadRetrievalFailed" && is_unverified(&f.message));
    let reasons: &[&str] = if in_retrieval {
        &["ImageVerificationFailed", "UpdatePayloadRetrievalFailed"]
    } else {
        &["ImageVerificationFailed"]
    };
    failing_verdict(case, reasons, |version, failures| {
        failures.iter().map(|failure| finding(case, version, failure)).collect()
    })
}

fn is_unverified(message: &str) -> bool {
    SIGNS.iter().any(|sign| message.contains(sign))
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Finding {
    let since = failure.condition.since();
    let digest = digest(&failure.message);
    let image = digest
        .map_or_else(|| "the release image".to_owned(), |digest| format!("release image {digest}"));
    let inspect = digest.unwrap_or("<release image>");
    let is_okd = version.desired_version().is_some_and(|version| version.contains("okd"));
    let remedy = if is_okd {
        "Make the signature of this digest available: allow the signature stores through the \
         proxy, or apply the signature ConfigMap. Releases of another stream of OKD are signed \
         with another key or not at all; then only the comparison of the digest is left."
    } else {
        "Make the signature of this digest available: allow the signature stores through the \
         proxy, or mirror the release together with its signature and apply the signature \
         ConfigMap."
    };
    Finding::new(
        Subject::view(version),
        format!("the signature of {image} is not accepted, so the update to it does not begin"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(urgency(case, since, Severity::Error))
    .why(
        "The cluster-version operator looks for a signature in ConfigMaps of \
         openshift-config-managed and in the signature stores, and checks it with the keys of the \
         present release. It found none it accepts. The cluster keeps its version meanwhile.",
    )
    .since(since)
    .saying(&failure.reason)
    .saying(&failure.message)
    .remedy(
        Remedy::new(remedy)
        .command("oc apply -f <signature ConfigMap that oc adm release mirror wrote>")
        .verify("oc get clusterversion version -o yaml")
        .before(
            "the digest is the one that the publisher of the release names",
            Proof::ByHand(format!("oc adm release info {inspect}")),
        )
        .before(
            "oc adm upgrade --force is left for the last: it skips every check of the image and \
             all preconditions, so it must not be used before the digest was compared by hand",
            Proof::ByHand(String::new()),
        )
        .side_effect("a forced update also skips the checks of Upgradeable"),
    )
}

fn digest(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("sha256:")?;
    let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
    // The digest with its prefix, as it stands in the message.
    let start = message.len() - rest.len() - "sha256:".len();
    message.get(start..start + "sha256:".len() + end)
}
