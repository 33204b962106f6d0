//! Node addresses missing from the cluster-wide proxy's noProxy.
//!
//! Only networks in CIDR notation and single addresses are compared. A name may also cover a node.
//!
//! - openshift/cluster-network-operator `pkg/util/proxyconfig/no_proxy.go`
//! - OpenShift documentation, *Configuring the cluster-wide proxy*

use std::net::IpAddr;

use mustknow_cluster::model::hidden::Masked;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&PROXY), Need::Kind(&NODE)])
    .at_once("a setting stays until an administrator changes it")
    .why(
        "The network operator adds the machine networks of the installation to noProxy. Nodes \
         that were added later in another subnet are not in these networks, and components with \
         proxy settings send traffic for these nodes to the proxy.",
    )
    .fix("Add the subnet of the nodes to spec.noProxy of Proxy/cluster.")
    .run(&["oc edit proxy.config.openshift.io cluster"])
    .verify(&["oc get proxy.config.openshift.io cluster -o yaml"])
    .side_effects(&["the Machine Config Operator reboots every node with the new settings"])
    .before(&[("the nodes can be reached without the proxy", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let proxy = cx.required::<Proxy<'_>>("", "cluster")?.resource();
    let excluded = proxy.visible_address(&["status", "noProxy"])?.unwrap_or_default();
    let is_unset = ["httpProxy", "httpsProxy"].iter().all(|it| proxy.text(&["spec", it]).is_none());
    if is_unset || excluded.is_empty() {
        return Err(not_applicable("the cluster uses no proxy"));
    }
    let excluded: Vec<_> = excluded.split(',').map(str::trim).collect();
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let mut outside = Vec::new();
    for node in &nodes {
        for address in node.visible_addresses("InternalIP")? {
            match is_excluded(&address, &excluded) {
                Some(true) => {}
                Some(false) => outside.push((node, format!("{} ({address})", node.name()))),
                // A pseudonym cannot be compared with a network.
                None => {
                    return Err(Masked::new(node.resource().key(), &["status", "addresses"]).into());
                }
            }
        }
    }
    outside.dedup_by_key(|(node, _)| node.name());
    if outside.is_empty() {
        return Ok(Checked::over(nodes.len(), None));
    }
    let names: Vec<_> = outside.iter().map(|(_, name)| name.as_str()).collect();
    let summary = format!(
        "Proxy/cluster does not list the addresses of {} in status.noProxy: {}",
        pluralize(outside.len(), "node"),
        name_list(&names)
    );
    let evidence = Evidence::field(proxy, &["status", "noProxy"], "the effective noProxy");
    let finding = Finding::new(Subject::of(proxy), summary, evidence)
        .possible("the proxy may be able to reach the nodes")
        .keywords(names.join("\n"))
        .evidence(outside.iter().take(2).map(|(node, _)| {
            Evidence::field(node.resource(), &["status", "addresses"], "address not in noProxy")
        }));
    Ok(Checked::over(1, [finding]))
}

/// Whether an entry of the list covers the address; None for a value that is not an address and not
/// in the list.
fn is_excluded(address: &str, excluded: &[&str]) -> Option<bool> {
    if excluded.iter().any(|entry| *entry == "*" || *entry == address) {
        return Some(true);
    }
    let address = address.parse::<IpAddr>().ok()?;
    Some(excluded.iter().any(|entry| {
        entry.parse::<IpAddr>().is_ok_and(|known| known == address)
            || entry.split_once('/').is_some_and(|(net, bits)| contains(net, bits, address))
    }))
}

/// Whether the network `net/bits` contains the address.
fn contains(net: &str, bits: &str, address: IpAddr) -> bool {
    let (Ok(net), Ok(bits)) = (net.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (net, address) {
        (IpAddr::V4(net), IpAddr::V4(address)) if bits <= 32 => {
            let differ = net.to_bits() ^ address.to_bits();
            differ.checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(net), IpAddr::V6(address)) if bits <= 128 => {
            let differ = net.to_bits() ^ address.to_bits();
            differ.checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_excluded;

    #[test]
    fn networks_and_addresses_of_both_families_are_compared() {
        let excluded = ["10.0.0.0/16", "192.168.1.5", "fd00::/64", ".svc", "nonsense/x"];
        for inside in ["10.0.200.7", "192.168.1.5", "fd00::9"] {
            assert_eq!(is_excluded(inside, &excluded), Some(true), "{inside}");
        }
        for outside in ["10.1.0.1", "192.168.1.6", "fd01::9"] {
            assert_eq!(is_excluded(outside, &excluded), Some(false), "{outside}");
        }
        assert_eq!(is_excluded("10.1.0.1", &["0.0.0.0/0"]), Some(true));
        assert_eq!(is_excluded("x-ipv4-0000000001-x", &excluded), None);
    }
}
