//! Release image that fails signature verification.
//!
//! The archive cannot show whether the image is genuine.
//!
//! - openshift/cluster-version-operator `pkg/cvo/updatepayload.go`
//! - openshift/library-go `pkg/verify/verify.go`
//! - <https://github.com/okd-project/okd/issues/605>,
//!   <https://github.com/okd-project/okd/issues/1578>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(|cx| UpdateProblem::judge_release(cx, is_unverified, |it| Some(finding(it))))
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "Before it applies a release, the cluster-version operator verifies a signature of the \
         release image with the keys in the current release. Without an accepted signature the \
         update does not start, and the cluster continues to run its current version.",
    )
    .fix(
        "Make the signature of this digest available: allow access to the signature stores \
         through the proxy, or mirror the release together with its signature and apply the \
         signature ConfigMap.",
    )
    .run(&["oc apply -f <signature ConfigMap that oc adm release mirror wrote>"])
    .verify(&["oc get clusterversion version -o yaml"])
    .side_effects(&["a forced update also skips the Upgradeable check"])
    .before(&[
        (
            "the digest is the one that the publisher of the release lists",
            "oc adm release info {release_image}",
        ),
        (
            "oc adm upgrade --force is used only as a last resort: it skips every check of the \
             image and all preconditions, so the digest must be compared manually first",
            "",
        ),
    ]);

/// Messages of a failed verification.
const SIGNS: [&str; 4] = [
    "cannot be verified",
    "unable to verify",
    "unable to locate a valid signature",
    "image may not be safe to use",
];

fn is_unverified(failure: &UpdateFailure<'_>) -> bool {
    match &*failure.reason {
        "ImageVerificationFailed" => true,
        "RetrievePayload" | "UpdatePayloadRetrievalFailed" => {
            SIGNS.iter().any(|sign| failure.message.contains(sign))
        }
        _ => false,
    }
}

fn finding(problem: &UpdateProblem<'_>) -> Finding {
    let digest = digest(&problem.failure.message);
    let image =
        digest.as_ref().map_or("the release image".to_owned(), |it| format!("release image {it}"));
    let summary =
        format!("{image} fails signature verification, so the update to it does not start");
    let finding = problem.finding(summary).with("release_image", digest.unwrap_or_default());
    if !is_okd(&problem.cx) {
        return finding;
    }
    finding.before(
        "the release is of the stream of this cluster: OKD signs releases of other streams with \
         another key or not at all, and then only the digest can be compared",
        Proof::by_hand(""),
    )
}

/// The digest in the message, with its prefix.
fn digest(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("sha256:")?;
    let hex = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    Some(format!("sha256:{hex}"))
}
