//! Update service of OKD that no longer exists.
//!
//! The current update service can change; see the documentation of OKD.
//!
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/675>

use crate::catalog::prelude::*;

const GONE: &str = "svc.ci.openshift.org";

pub(super) const RULE: Rule = rule(Info, Cause, OKD)
    .each(&[&CLUSTER_VERSION], |_, version| finding(ClusterVersion::of(version)))
    .at_once("a setting stays until an administrator changes it")
    .why(
        "Clusters that were installed with an early OKD release query \
         origin-release.svc.ci.openshift.org for available updates. That host was shut down, so \
         these clusters are never offered an update.",
    )
    .fix("Set the current update service of OKD.")
    .run(&[
        "oc patch clusterversion version --type=merge -p '{\"spec\":{\"upstream\":\"https://amd64.origin.releases.ci.openshift.org/graph\"}}'",
    ])
    .verify(&["oc adm upgrade"])
    .before(&[("the documentation of OKD still lists this update service", "")]);

fn finding(version: ClusterVersion<'_>) -> Result<Option<Finding>, NotJudged> {
    let Some(upstream) = version.resource().visible(&["spec", "upstream"])? else {
        return Err(not_applicable("the default update service is used"));
    };
    let host = upstream.split_once("://").map_or(&*upstream, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    if host != GONE && !host.ends_with(&format!(".{GONE}")) {
        return Ok(None);
    }
    let answer = version.condition("RetrievedUpdates").filter(|condition| condition.is_false());
    let summary = format!("update service {host} was shut down, so no update is ever offered");
    let evidence =
        Evidence::field(version.resource(), &["spec", "upstream"], "the configured update service");
    let finding = Finding::new(Subject::view(version), summary, evidence)
        .since(answer.and_then(Condition::since))
        .keywords(&*upstream)
        .evidence(answer.map(|condition| {
            Evidence::condition(version.resource(), condition, "the result of the last query")
        }));
    Ok(Some(finding))
}
