//! Recommended updates that cannot be retrieved.
//!
//! A cluster without a channel does not query the service. This is intentional and is not reported.
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`,
//!   `pkg/cincinnati/cincinnati.go`
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/2263>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The cluster-version operator queries an update service for the releases that may \
         follow. Without a response it knows no recommended updates and cannot report which \
         releases have risks. Nothing else depends on the service, and a disconnected cluster \
         works well without it.",
    )
    .fix(
        "Check whether the service is reachable through the proxy, whether spec.upstream is \
         correct, and whether the channel contains this version.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let Some(condition) = version.condition("RetrievedUpdates") else {
        let what = "ClusterVersion/version has no condition RetrievedUpdates";
        let command = "oc get clusterversion version -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::FieldAbsent, what).command(command)));
    };
    let findings = Some(condition)
        // Before the first attempt the condition is False without a reason.
        .filter(|c| c.is_false() && !matches!(&*c.reason(), "" | "NoChannel"))
        .filter(|_| !uses_retired_update_service(version))
        .map(|condition| finding(version, condition));
    Ok(Checked::over(1, findings.into_iter()))
}

/// Whether `okd/update-service-gone` fully covers the condition.
fn uses_retired_update_service(version: ClusterVersion<'_>) -> bool {
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
            "the update service returns an error",
            "Check whether spec.upstream is the URL of an update service, and whether a proxy \
             responds in its place.",
        ),
        "VersionNotFound" if is_okd => (
            "the channel does not contain the current version",
            "Choose a channel that contains the current version. Many versions are missing from \
             the OKD graph: from these versions, start an update with the image of the target \
             release.",
        ),
        "VersionNotFound" => (
            "the channel does not contain the current version",
            "Choose a channel that contains the current version.",
        ),
        "NoUpstream" | "InvalidURI" => (
            "no valid update service is configured",
            "Set spec.upstream of ClusterVersion/version, or remove it to use the default.",
        ),
        "InvalidID" => {
            ("the cluster ID is invalid", "Correct spec.clusterID of ClusterVersion/version.")
        }
        "NoCurrentVersion" | "InvalidCurrentVersion" | "NoArchitecture" => (
            "the current version or architecture is unknown",
            "Check status.history of ClusterVersion/version. The problem clears when a version is \
             complete.",
        ),
        _ => (
            "the update service cannot be queried",
            "Read the message and the log of the cluster-version operator.",
        ),
    };
    let channel = version.channel().unwrap_or_default();
    Finding::new(
        Subject::view(version),
        format!("recommended updates cannot be retrieved: {what} ({reason})"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .why(format!(
        "The cluster-version operator queries the update service for channel {channel} every few \
         minutes. Without a response it offers no recommended updates. The cluster itself and an \
         update in progress do not need the service."
    ))
    .since(condition.since())
    .keywords(&reason)
    .keywords(condition.message())
    .fix(remedy)
    .run("oc get clusterversion version -o yaml")
    .verify(
        "oc adm \
         upgrade",
    )
}
