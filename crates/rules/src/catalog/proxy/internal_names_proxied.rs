//! A cluster-wide proxy that internal names do not go past.
//!
//! # Why it matters
//!
//! The network operator adds the names and networks of the cluster to those that go past the proxy:
//! `.svc`, `.cluster.local`, the service network, the internal API. Where one is missing in
//! `status.noProxy`, components send their own traffic to the proxy, which cannot reach it.
//!
//! # What to do
//!
//! See why the network operator does not merge them, and add the missing ones to `spec.noProxy`.
//!
//! # Blind spots
//!
//! Components take the settings over when their pods start. Whether a proxy reaches internal names
//! all the same is not known.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/util/proxyconfig/no_proxy.go`

use mustknow_gather::kinds::{
    INFRASTRUCTURE, Infrastructure, NETWORK_CONFIG, NetworkConfig, PROXY, Proxy,
};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{enumerate, is_hosted};

pub(super) static META: Meta = Meta {
    id: "proxy/internal-names-proxied",
    title: "a cluster-wide proxy that internal names do not go past",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&PROXY)],
    uses: &[Need::Kind(&NETWORK_CONFIG), Need::Kind(&INFRASTRUCTURE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(proxy) = case.find::<Proxy<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Proxy/cluster".to_owned());
    };
    let is_set = |field: &str| proxy.resource().text(&["spec", field]).is_some();
    if !is_set("httpProxy") && !is_set("httpsProxy") {
        return Verdict::NotApplicable("the cluster uses no proxy".to_owned());
    }
    if is_hosted(case) {
        return Verdict::NotApplicable("the control plane runs outside the cluster".to_owned());
    }
    let past = proxy.resource().text(&["status", "noProxy"]).unwrap_or_default();
    let past: Vec<_> = past.split(',').map(str::trim).collect();
    let wanted = wanted(case);
    let missing: Vec<_> = if past.contains(&"*") {
        Vec::new()
    } else {
        wanted.iter().filter(|name| !past.contains(&name.as_str())).collect()
    };
    if missing.is_empty() {
        return Verdict::Healthy { examined: wanted.len() };
    }
    let names = enumerate(&missing, 6);
    let finding = Finding::new(
        Subject::view(proxy),
        format!("the cluster uses a proxy, and status.noProxy lacks {names}"),
        Evidence::field(proxy.resource(), &["status"], "what goes past the proxy"),
    )
    .why(
        "The network operator merges these into status.noProxy, and has not. Components send \
         traffic of the cluster itself to the proxy.",
    )
    .saying(names)
    .evidence(Some(Evidence::field(proxy.resource(), &["spec"], "what was configured")))
    .remedy(
        Remedy::new(
            "See why the network operator does not merge them; add the missing ones to \
             spec.noProxy of Proxy/cluster meanwhile.",
        )
        .command("oc edit proxy.config.openshift.io cluster")
        .verify("oc get proxy.config.openshift.io cluster -o yaml")
        .before(
            "the network operator is not degraded for another reason",
            Proof::ByHand("oc describe clusteroperator network".to_owned()),
        )
        .side_effect("the machine-config operator restarts every node with the new settings"),
    );
    Verdict::Found(vec![finding])
}

/// What the network operator adds on every platform, as far as it was collected.
fn wanted(case: &Case<'_>) -> Vec<String> {
    let mut wanted = vec![".svc".to_owned(), ".cluster.local".to_owned()];
    let network = case.find::<NetworkConfig<'_>>("", "cluster");
    wanted.extend(
        network
            .and_then(|network| network.resource().at(&["status", "serviceNetwork"]))
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|entry| Some(entry.text()?.into_owned())),
    );
    let url = case
        .find::<Infrastructure<'_>>("", "cluster")
        .and_then(|it| it.resource().text(&["status", "apiServerInternalURI"]));
    let host = url.as_deref().and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
    wanted.extend(
        host.and_then(|host| host.split([':', '/']).next())
            .filter(|host| !host.is_empty())
            .map(str::to_owned),
    );
    wanted
}
