//! Release image that fails signature verification.
//!
//! The archive cannot show whether the image is genuine. An administrator must compare its digest
//! with the digest that the publisher of the release lists.
//!
//! - openshift/cluster-version-operator `pkg/cvo/updatepayload.go`
//! - openshift/library-go `pkg/verify/verify.go`
//! - <https://github.com/okd-project/okd/issues/605>,
//!   <https://github.com/okd-project/okd/issues/1578>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "Before it applies a release, the cluster-version operator verifies a signature of the \
         release image with the keys in the current release. Without an accepted signature the \
         update does not start, and the cluster continues to run its current version.",
    )
    .fix(
        "Find out why no signature was found: a mirror without signatures, an unreachable \
         signature store, a release signed with a key that this cluster does not have, or a \
         release that is not signed at all.",
    );

/// Messages of a failed verification. Source: library-go `pkg/verify/verify.go`.
const SIGNS: [&str; 4] = [
    "cannot be verified",
    "unable to verify",
    "unable to locate a valid signature",
    "image may not be safe to use",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    let rejected = cx
        .cluster_version()
        .and_then(rejected_release)
        .filter(|step| step.reason == "RetrievePayload" && is_unverified(&step.message));
    if let (Some(version), Some(step)) = (cx.cluster_version(), rejected) {
        return Ok(Checked::over(1, vec![finding(cx, version, &step)]));
    }
    let retrieval = cx.cluster_version().map(update_failures).unwrap_or_default();
    let in_retrieval = retrieval
        .iter()
        .any(|f| f.reason == "UpdatePayloadRetrievalFailed" && is_unverified(&f.message));
    let reasons: &[&str] = if in_retrieval {
        &["ImageVerificationFailed", "UpdatePayloadRetrievalFailed"]
    } else {
        &["ImageVerificationFailed"]
    };
    judge_failing(cx, reasons, |version, update_failures| {
        update_failures.iter().map(|failure| finding(cx, version, failure)).collect()
    })
}

fn is_unverified(message: &str) -> bool {
    SIGNS.iter().any(|sign| message.contains(sign))
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Finding {
    let since = failure.condition.since();
    let digest = digest(&failure.message);
    let image = digest
        .map_or_else(|| "the release image".to_owned(), |digest| format!("release image {digest}"));
    let inspect = digest.unwrap_or("<release image>");
    let is_okd = version.desired_version().is_some_and(|version| version.contains("okd"));
    let remedy = if is_okd {
        "Make the signature of this digest available: allow access to the signature stores through \
         the proxy, or apply the signature ConfigMap. Releases of another OKD stream are signed \
         with another key or not at all. In that case you can only compare the digest."
    } else {
        "Make the signature of this digest available: allow access to the signature stores through \
         the proxy, or mirror the release together with its signature and apply the signature \
         ConfigMap."
    };
    Finding::new(
        Subject::view(version),
        format!("{image} fails signature verification, so the update to it does not start"),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(severity_by_age(cx, since, Error))
    .since(since)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .fix(remedy)
    .run("oc apply -f <signature ConfigMap that oc adm release mirror wrote>")
    .verify("oc get clusterversion version -o yaml")
    .before(
        "the digest is the one that the publisher of the release lists",
        Proof::ByHand(format!("oc adm release info {inspect}")),
    )
    .before(
        "oc adm upgrade --force is used only as a last resort: it skips every check of the \
             image and all preconditions, so the digest must be compared manually first",
        Proof::ByHand(String::new()),
    )
    .side_effect("a forced update also skips the Upgradeable check")
}

fn digest(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("sha256:")?;
    let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
    // The digest with its prefix, as in the message.
    let start = message.len() - rest.len() - "sha256:".len();
    message.get(start..start + "sha256:".len() + end)
}
