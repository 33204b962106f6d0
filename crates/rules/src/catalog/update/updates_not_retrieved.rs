//! Recommended updates that cannot be retrieved.
//!
//! # Why it matters
//!
//! The cluster-version operator asks an update service which releases may follow. Without an
//! answer it knows no recommended updates, and cannot say which are risky. Nothing else depends
//! on it, and a disconnected cluster lives well without.
//!
//! # What to do
//!
//! See whether the service can be reached through the proxy, whether `spec.upstream` is right,
//! and whether the channel knows this version.
//!
//! # Blind spots
//!
//! A cluster without a channel asks nobody, by choice; that is no finding.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`,
//!   `pkg/cincinnati/cincinnati.go`
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/2263>

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "update/updates-not-retrieved",
    title: "recommended updates that cannot be retrieved",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let Some(condition) = version.condition("RetrievedUpdates") else {
        let what = "ClusterVersion/version has no condition RetrievedUpdates";
        let ask = "oc get clusterversion version -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask));
    };
    let findings = Some(condition)
        // A False without a reason is what the condition says before the first attempt.
        .filter(|c| c.is_false() && !matches!(&*c.reason(), "" | "NoChannel"))
        .filter(|_| !asks_who_is_gone(version))
        .map(|condition| finding(version, condition));
    Verdict::over(1, findings.into_iter().collect(), "")
}

/// Whether `okd/update-service-gone` says it all.
fn asks_who_is_gone(version: ClusterVersion<'_>) -> bool {
    let is_okd = version.desired_version().is_some_and(|version| version.contains("okd"));
    let upstream = version.resource().text(&["spec", "upstream"]);
    is_okd && upstream.is_some_and(|url| url.contains("svc.ci.openshift.org"))
}

fn finding(version: ClusterVersion<'_>, condition: Condition<'_>) -> Finding {
    let reason = condition.reason();
    let is_okd = version.desired_version().is_some_and(|version| version.contains("okd"));
    let (what, remedy) = match &*reason {
        "RemoteFailed" => (
            "the update service cannot be reached",
            "Allow the cluster to reach the update service, or clear the channel of a \
             disconnected cluster.",
        ),
        "ResponseFailed" | "ResponseInvalid" => (
            "the update service answers with an error",
            "See whether spec.upstream names an update service, and whether a proxy answers in \
             its place.",
        ),
        "VersionNotFound" if is_okd => (
            "the channel does not know the present version",
            "Choose a channel that has the present version. The graph of OKD lacks many: from \
             those an update is begun by the image of the release it goes to.",
        ),
        "VersionNotFound" => (
            "the channel does not know the present version",
            "Choose a channel that has the present version.",
        ),
        "NoUpstream" | "InvalidURI" => (
            "no valid update service is configured",
            "Set spec.upstream of ClusterVersion/version, or remove it to use the default.",
        ),
        "InvalidID" => (
            "the cluster id is invalid",
            "Mend spec.clusterID of \
         ClusterVersion/version.",
        ),
        "NoCurrentVersion" | "InvalidCurrentVersion" | "NoArchitecture" => (
            "the present version or architecture is not known",
            "Look at status.history of ClusterVersion/version; this passes once a version is \
             complete.",
        ),
        _ => (
            "the update service cannot be asked",
            "Read the message and the log of the cluster-version operator.",
        ),
    };
    let channel = version.channel().unwrap_or_default();
    Finding::new(
        Subject::view(version),
        format!("recommended updates are not known: {what} ({reason})"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .why(format!(
        "The cluster-version operator asks the update service for channel {channel} every few \
         minutes. Without an answer it offers no recommended updates; the cluster itself, and an \
         update that runs, do not need it."
    ))
    .since(condition.since())
    .saying(&reason)
    .saying(condition.message())
    .remedy(Remedy::new(remedy).command("oc get clusterversion version -o yaml").verify(
        "oc adm \
         upgrade",
    ))
}
