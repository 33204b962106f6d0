//! Cluster-wide proxy with internal names missing from noProxy.
//!
//! Components read the proxy settings when their pods start. The archive does not show whether the
//! proxy can reach internal names anyway.
//!
//! - openshift/cluster-network-operator `pkg/util/proxyconfig/no_proxy.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&PROXY)])
    .reads(&[Need::Kind(&NETWORK_CONFIG), Need::Kind(&INFRASTRUCTURE)])
    .check(check)
    .why(
        "The network operator adds the cluster's internal names and networks to status.noProxy: \
         .svc, .cluster.local, the service network, the internal API. If one is missing, \
         components send cluster-internal traffic to the proxy, which cannot reach these \
         destinations.",
    )
    .fix(
        "Find out why the network operator does not add them, and add the missing entries to \
         spec.noProxy.",
    )
    .run(&["oc edit proxy.config.openshift.io cluster"])
    .verify(&["oc get proxy.config.openshift.io cluster -o yaml"])
    .side_effects(&["the Machine Config Operator reboots every node with the new settings"])
    .before(&[(
        "the network operator is not degraded for another reason",
        "oc describe clusteroperator network",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(proxy) = cx.find::<Proxy<'_>>("", "cluster") else {
        return Err(not_applicable("there is no Proxy/cluster"));
    };
    let is_set = |field: &str| proxy.resource().text(&["spec", field]).is_some();
    if !is_set("httpProxy") && !is_set("httpsProxy") {
        return Err(not_applicable("the cluster uses no proxy"));
    }
    if has_hosted_control_plane(cx) {
        return Err(not_applicable("the control plane runs outside the cluster"));
    }
    let past = proxy.resource().text(&["status", "noProxy"]).unwrap_or_default();
    let past: Vec<_> = past.split(',').map(str::trim).collect();
    let desired = desired(cx);
    let missing: Vec<_> = if past.contains(&"*") {
        Vec::new()
    } else {
        desired.iter().filter(|name| !past.contains(&name.as_str())).collect()
    };
    if missing.is_empty() {
        return Ok(Checked::over(desired.len(), None));
    }
    let names = name_list_up_to(&missing, 6);
    let finding = Finding::new(
        Subject::view(proxy),
        format!("Proxy/cluster is missing internal names in status.noProxy: {names}"),
        Evidence::field(proxy.resource(), &["status"], "the effective noProxy"),
    )
    .keywords(names)
    .evidence(Some(Evidence::field(proxy.resource(), &["spec"], "the configured proxy")));
    Ok(Checked::over(1, vec![finding]))
}

/// The entries that the network operator adds on every platform, as far as they were collected.
fn desired(cx: &RuleContext<'_>) -> Vec<String> {
    let mut desired = vec![".svc".to_owned(), ".cluster.local".to_owned()];
    let network = cx.find::<NetworkConfig<'_>>("", "cluster");
    desired.extend(
        network
            .and_then(|network| network.resource().at(&["status", "serviceNetwork"]))
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|entry| Some(entry.text()?.into_owned())),
    );
    let url = cx
        .find::<Infrastructure<'_>>("", "cluster")
        .and_then(|it| it.resource().text(&["status", "apiServerInternalURI"]));
    let host = url.as_deref().and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
    desired.extend(
        host.and_then(|host| host.split([':', '/']).next())
            .filter(|host| !host.is_empty())
            .map(str::to_owned),
    );
    desired
}
