//! Cluster-wide proxy with internal names missing from noProxy.
//!
//! Components read the proxy settings when their pods start. The archive does not show whether the
//! proxy can reach internal names anyway.
//!
//! - openshift/cluster-network-operator `pkg/util/proxyconfig/no_proxy.go`

use mustknow_cluster::model::hidden::Masked;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&PROXY)])
    .reads(&[
        Need::Kind(&NETWORK_CONFIG),
        Need::Kind(&INFRASTRUCTURE),
        Need::Kind(&OPERATOR_NETWORK),
    ])
    .at_once("a setting stays until an administrator changes it")
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
    let proxy = cx.required::<Proxy<'_>>("", "cluster")?.resource();
    if ["httpProxy", "httpsProxy"].iter().all(|it| proxy.text(&["spec", it]).is_none()) {
        return Err(not_applicable("the cluster uses no proxy"));
    }
    if has_hosted_control_plane(cx) {
        return Err(not_applicable("the control plane runs outside the cluster"));
    }
    // Then it writes no status.
    let rejected = network_condition(cx, "Degraded").ok().flatten();
    if rejected.is_some_and(|it| it.reason == "InvalidProxyConfig") {
        return Err(not_applicable("the network operator rejects the proxy"));
    }
    let excluded = proxy.visible(&["status", "noProxy"])?.unwrap_or_default();
    let excluded: Vec<_> = excluded.split(',').map(str::trim).collect();
    let desired = desired(cx)?;
    let is_missing =
        |name: &&String| !excluded.contains(&"*") && !excluded.contains(&name.as_str());
    let missing: Vec<_> = desired.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(Checked::over(desired.len(), None));
    }
    let names = name_list_up_to(&missing, 6);
    let summary = format!("Proxy/cluster is missing internal names in status.noProxy: {names}");
    let evidence = Evidence::field(proxy, &["status"], "the effective noProxy");
    let finding = Finding::new(Subject::of(proxy), summary, evidence)
        .keywords(names)
        .evidence([Evidence::field(proxy, &["spec"], "the configured proxy")]);
    Ok(Checked::over(1, [finding]))
}

/// The entries that the network operator adds on every platform, as far as they were collected.
fn desired(cx: &RuleContext<'_>) -> Result<Vec<String>, Masked> {
    let mut desired = vec![".svc".to_owned(), ".cluster.local".to_owned()];
    if let Some(network) = cx.find::<NetworkConfig<'_>>("", "cluster") {
        let networks = network.resource().visible_list(&["status", "serviceNetwork"])?;
        desired.extend(networks.into_iter().map(Cow::into_owned));
    }
    if let Some(infrastructure) = cx.find::<Infrastructure<'_>>("", "cluster") {
        let url = infrastructure.resource().visible(&["status", "apiServerInternalURI"])?;
        let host = url.as_deref().and_then(|url| url.split_once("://")?.1.split([':', '/']).next());
        desired.extend(host.filter(|host| !host.is_empty()).map(str::to_owned));
    }
    Ok(desired)
}
