//! Update service of OKD that no longer exists.
//!
//! The current update service can change; see the documentation of OKD.
//!
//! - <https://github.com/okd-project/okd/issues/674>,
//!   <https://github.com/okd-project/okd/issues/675>

use crate::catalog::prelude::*;

const GONE: &str = "svc.ci.openshift.org";

pub(super) const RULE: Rule = rule(Info, Cause, OKD)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "Clusters that were installed with an early OKD release query \
         origin-release.svc.ci.openshift.org for available updates. That host was shut down, so \
         these clusters are never offered an update.",
    )
    .fix("Set the current update service of OKD.")
    .run(&["oc patch clusterversion version --type=merge -p \
             '{\"spec\":{\"upstream\":\"https://amd64.origin.releases.ci.openshift.org/graph\"}}'"])
    .verify(&["oc adm upgrade"])
    .before(&[("the documentation of OKD still lists this update service", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let Some(upstream) = version.resource().text(&["spec", "upstream"]) else {
        return Err(not_applicable("the default update service is used"));
    };
    let host = upstream.split_once("://").map_or(&*upstream, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    if host != GONE && !host.ends_with(&format!(".{GONE}")) {
        return Ok(Checked::over(1, None));
    }
    let answer = version.condition("RetrievedUpdates").filter(|condition| condition.is_false());
    let finding = Finding::new(
        Subject::view(version),
        format!("update service {host} was shut down, so no update is ever offered"),
        Evidence::field(version.resource(), &["spec", "upstream"], "the configured update service"),
    )
    .since(answer.and_then(Condition::since))
    .keywords(&*upstream)
    .evidence(answer.map(|condition| {
        Evidence::condition(version.resource(), condition, "the result of the last query")
    }));
    Ok(Checked::over(1, vec![finding]))
}
