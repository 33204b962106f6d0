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
    .each(&[&CLUSTER_VERSION], |cx, object| {
        let condition = Condition::find(object, "RetrievedUpdates")
            .ok_or_else(|| cluster_version_gap("no condition RetrievedUpdates"))?;
        // Before the first attempt the condition is False without a reason.
        let fails = condition.is_false() && !matches!(&*condition.reason(), "" | "NoChannel");
        let is_reported = fails && !uses_retired_update_service(cx, object);
        Ok(is_reported.then(|| finding(cx, object, condition)))
    })
    .at_once("it is a note at any age")
    .why(
        "The cluster-version operator queries an update service for the releases that may \
         follow. Without a response it knows no recommended updates and cannot report which \
         releases have risks. Nothing else depends on the service, and a disconnected cluster \
         works well without it.",
    )
    .fix("Read the message and the log of the cluster-version operator.")
    .verify(&["oc adm upgrade"]);

/// Whether `okd/update-service-gone` fully covers the condition.
fn uses_retired_update_service(cx: &RuleContext<'_>, version: &Resource) -> bool {
    let upstream = version.text(&["spec", "upstream"]);
    is_okd(cx) && upstream.is_some_and(|url| url.contains("svc.ci.openshift.org"))
}

fn finding(cx: &RuleContext<'_>, version: &Resource, condition: Condition<'_>) -> Finding {
    let reason = condition.reason();
    let (what, advice) = meaning(&reason, is_okd(cx));
    Finding::new(
        Subject::of(version),
        format!("recommended updates cannot be retrieved: {what} ({reason})"),
        Evidence::condition(version, condition, excerpt(&condition.message())),
    )
    .since(condition.since())
    .keywords(&reason)
    .keywords(condition.message())
    .fix(advice)
    .run("oc get clusterversion version -o yaml")
}

/// What a reason means, and what to do.
fn meaning(reason: &str, is_okd: bool) -> (&'static str, &'static str) {
    match reason {
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
        _ => ("the update service cannot be queried", RULE.advice.fix),
    }
}
