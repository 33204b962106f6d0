//! A proxy configuration that the network operator rejects.
//!
//! # Why it matters
//!
//! The network operator checks the cluster-wide proxy before it hands it on: the addresses, the
//! authorities, and whether the endpoints that tell its readiness are reached through it. A
//! configuration it rejects does not take effect; components keep what they had.
//!
//! # What to do
//!
//! Correct what the message names in Proxy/cluster.
//!
//! # Blind spots
//!
//! A proxy that answers the readiness endpoints and refuses other hosts is not seen here.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/controller.go`

use mustknow_gather::kinds::{
    CLUSTER_OPERATOR, ClusterOperator, Condition, OPERATOR_NETWORK, Operator, PROXY, Proxy,
};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::excerpt;

const REASONS: [&str; 4] = [
    "InvalidProxyConfig",
    "TrustBundleValidationFailure",
    "ProxyCAMergeFailure",
    "EnsureProxyConfigFailure",
];
/// The network operator tries anew within this time.
const RETRIES: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "proxy/configuration-rejected",
    title: "a proxy configuration that the network operator rejects",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_NETWORK), Need::Kind(&PROXY)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let sources: Vec<_> = [own, summary].into_iter().flatten().collect();
    let rejected = sources.iter().find_map(|resource| {
        let condition = Condition::find(resource, "Degraded").filter(|c| c.is_true())?;
        let known = REASONS.contains(&&*condition.reason())
            || condition.message().contains("configuration is invalid for proxy");
        known.then_some((*resource, condition))
    });
    let findings: Vec<_> = rejected
        .filter(|(_, condition)| case.is_older(condition.since(), RETRIES))
        .map(|(resource, condition)| finding(case, resource, condition))
        .into_iter()
        .collect();
    Verdict::over(sources.len(), findings, "the network operator does not report")
}

fn finding(case: &Case<'_>, said_by: &Resource, condition: Condition<'_>) -> Finding {
    let proxy = case.find::<Proxy<'_>>("", "cluster");
    let message = condition.message();
    Finding::new(
        Subject::cluster("Proxy", "cluster"),
        format!("the cluster-wide proxy is rejected: {}", excerpt(&message)),
        Evidence::condition(said_by, condition, "what the network operator says"),
    )
    .why(
        "The network operator does not hand on a configuration it rejects: components keep the \
         proxy settings and the authorities they had before.",
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(&*message)
    .evidence(proxy.map(|proxy| {
        Evidence::field(proxy.resource(), &["spec"], "the configuration that is rejected")
    }))
    .explains(Subject::cluster("ClusterOperator", "network"), condition.reason())
    .explains(Subject::cluster("Proxy", "cluster"), ".svc")
    .remedy(
        Remedy::new("Correct what the message names in the spec of Proxy/cluster.")
            .command("oc get proxy.config.openshift.io cluster -o yaml")
            .verify("oc get clusteroperator network"),
    )
}
