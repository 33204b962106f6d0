//! Update service of OKD that no longer exists.
//!
//! # Why it matters
//!
//! Clusters that were installed with an early OKD release query origin-release.svc.ci.openshift.org
//! for available updates. That host was shut down, so these clusters are never offered an update.
//!
//! # What to do
//!
//! Set the current update service of OKD.
//!
//! # Blind spots
//!
//! The current update service can change; see the documentation of OKD.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/675>

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::views::Condition;

use crate::catalog::prelude::*;
use crate::engine::meta::Releases;

const GONE: &str = "svc.ci.openshift.org";

pub(super) static META: Meta = Meta {
    id: "okd/update-service-gone",
    title: "update service of OKD that no longer exists",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let Some(upstream) = version.resource().text(&["spec", "upstream"]) else {
        return Verdict::NotApplicable("the default update service is used".to_owned());
    };
    let host = upstream.split_once("://").map_or(&*upstream, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    if host != GONE && !host.ends_with(&format!(".{GONE}")) {
        return Verdict::Healthy { examined: 1 };
    }
    let answer = version.condition("RetrievedUpdates").filter(|condition| condition.is_false());
    let finding = Finding::new(
        Subject::view(version),
        format!("update service {host} was shut down, so no update is ever offered"),
        Evidence::field(version.resource(), &["spec", "upstream"], "the configured update service"),
    )
    .why(
        "The host belonged to a CI system that no longer exists. The cluster itself does not need \
         it.",
    )
    .since(answer.and_then(Condition::since))
    .keywords(&*upstream)
    .evidence(answer.map(|condition| {
        Evidence::condition(version.resource(), condition, "the result of the last query")
    }))
    .remedy(
        Remedy::new("Set the current update service of OKD.")
            .command(
                "oc patch clusterversion version --type=merge \
                 -p '{\"spec\":{\"upstream\":\"https://amd64.origin.releases.ci.openshift.org/graph\"}}'",
            )
            .precondition(
                "the documentation of OKD still lists this update service",
                Proof::ByHand(String::new()),
            )
            .verify("oc adm upgrade"),
    );
    Verdict::Found(vec![finding])
}
