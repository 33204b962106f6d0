//! Node addresses missing from the cluster-wide proxy's noProxy.
//!
//! The archive does not show whether the proxy can reach the nodes anyway, so the finding is only
//! possible. Only networks in CIDR notation and single addresses are compared. A name may also
//! cover a node.
//!
//! - openshift/cluster-network-operator `pkg/util/proxyconfig/no_proxy.go`
//! - OpenShift documentation, *Configuring the cluster-wide proxy*

use std::net::IpAddr;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&PROXY), Need::Kind(&NODE)])
    .check(check)
    .why(
        "The network operator adds the machine networks of the installation to noProxy. Nodes \
         that were added later in another subnet are not in these networks, and components with \
         proxy settings send traffic for these nodes to the proxy.",
    )
    .fix("Add the subnet of the nodes to spec.noProxy of Proxy/cluster.")
    .run(&["oc edit proxy.config.openshift.io cluster"])
    .side_effects(&["the Machine Config Operator reboots every node with the new settings"])
    .before(&[("the nodes can be reached without the proxy", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(proxy) = cx.find::<Proxy<'_>>("", "cluster") else {
        return Err(not_applicable("there is no Proxy/cluster"));
    };
    let is_set = |field: &str| proxy.resource().text(&["spec", field]).is_some();
    let past = proxy.resource().text(&["status", "noProxy"]).unwrap_or_default();
    if (!is_set("httpProxy") && !is_set("httpsProxy")) || past.is_empty() {
        return Err(not_applicable("the cluster uses no proxy"));
    }
    let past: Vec<_> = past.split(',').map(str::trim).collect();
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let outside: Vec<_> = nodes
        .iter()
        .filter_map(|node| {
            let addresses: Vec<_> = node.addresses("InternalIP").collect();
            let address = addresses.iter().find(|text| !goes_past(text, &past))?;
            Some((*node, address.clone().into_owned()))
        })
        .collect();
    if outside.is_empty() {
        return Ok(Checked::over(nodes.len(), Vec::new()));
    }
    let names: Vec<_> =
        outside.iter().map(|(node, address)| format!("{} ({address})", node.name())).collect();
    let finding = Finding::new(
        Subject::view(proxy),
        format!(
            "Proxy/cluster does not list the addresses of {} in status.noProxy: {}",
            pluralize(outside.len(), "node"),
            name_list(&names)
        ),
        Evidence::field(proxy.resource(), &["status", "noProxy"], "the effective noProxy"),
    )
    .possible("the proxy may be able to reach the nodes")
    .keywords(names.join("\n"))
    .evidence(outside.iter().take(2).map(|(node, _)| {
        Evidence::field(node.resource(), &["status", "addresses"], "address not in noProxy")
    }));
    Ok(Checked::over(1, vec![finding]))
}

/// Whether an entry of the list covers the address. A value that is not an address counts as
/// covered.
fn goes_past(address: &str, past: &[&str]) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else { return true };
    past.iter().any(|entry| {
        *entry == "*"
            || entry.parse::<IpAddr>().is_ok_and(|known| known == address)
            || entry.split_once('/').is_some_and(|(net, bits)| contains(net, bits, address))
    })
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
    use super::goes_past;

    #[test]
    fn networks_and_addresses_of_both_families_are_compared() {
        let past = ["10.0.0.0/16", "192.168.1.5", "fd00::/64", ".svc", "nonsense/x"];
        for inside in ["10.0.200.7", "192.168.1.5", "fd00::9", "no address"] {
            assert!(goes_past(inside, &past), "{inside}");
        }
        for outside in ["10.1.0.1", "192.168.1.6", "fd01::9"] {
            assert!(!goes_past(outside, &past), "{outside}");
        }
        assert!(goes_past("10.1.0.1", &["0.0.0.0/0"]));
    }
}
