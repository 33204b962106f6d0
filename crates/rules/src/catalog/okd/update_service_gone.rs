//! An update service of OKD that is no longer there.
//!
//! # Why it matters
//!
//! Clusters that began with an early OKD ask origin-release.svc.ci.openshift.org which updates there
//! are. That host was switched off, so these clusters are never offered one.
//!
//! # What to do
//!
//! Set the update service that OKD uses today.
//!
//! # Blind spots
//!
//! Which service is the present one changes; the documentation of OKD has it.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/675>

use mustknow_gather::kinds::{CLUSTER_VERSION, Condition};

use crate::catalog::prelude::*;
use crate::meta::Releases;

const GONE: &str = "svc.ci.openshift.org";

pub(super) static META: Meta = Meta {
    id: "okd/update-service-gone",
    title: "an update service that is no longer there",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let Some(upstream) = version.resource().text(&["spec", "upstream"]) else {
        return Verdict::NotApplicable("the release's own update service is used".to_owned());
    };
    let host = upstream.split_once("://").map_or(&*upstream, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    if host != GONE && !host.ends_with(&format!(".{GONE}")) {
        return Verdict::Healthy { examined: 1 };
    }
    let answer = version.condition("RetrievedUpdates").filter(|condition| condition.is_false());
    let finding = Finding::new(
        Subject::view(version),
        format!("the update service {host} was switched off, so no update is ever offered"),
        Evidence::field(version.resource(), &["spec", "upstream"], "the service that is asked"),
    )
    .why("The host belonged to a CI that is gone. The cluster itself does not need it.")
    .since(answer.and_then(Condition::since))
    .saying(&*upstream)
    .evidence(answer.map(|condition| {
        Evidence::condition(version.resource(), condition, "what asking it comes to")
    }))
    .remedy(
        Remedy::new("Set the update service that OKD uses today.")
            .command(
                "oc patch clusterversion version --type=merge \
                 -p '{\"spec\":{\"upstream\":\"https://amd64.origin.releases.ci.openshift.org/graph\"}}'",
            )
            .before(
                "the documentation of OKD names this service still",
                Proof::ByHand(String::new()),
            )
            .verify("oc adm upgrade"),
    );
    Verdict::Found(vec![finding])
}
