//! More nodes than the cluster network has subnets for.
//!
//! # Why it matters
//!
//! Each node takes one subnet of `clusterNetwork`, of the size that `hostPrefix` says. When none is
//! left a new node gets no network: its pods stay without an address and it does not become ready.
//!
//! # What to do
//!
//! With OVN-Kubernetes the range of `clusterNetwork` can be enlarged; with OpenShiftSDN it cannot.
//! Otherwise take nodes away that are not needed.
//!
//! # Blind spots
//!
//! Subnets that are kept for nodes no longer there are not seen. The alert begins at 80 % of the
//! subnets; without the alerts only a range that is too small for the nodes there are is found.
//!
//! # References
//!
//! - openshift/cluster-network-operator
//!   `bindata/network/ovn-kubernetes/self-hosted/alert-rules-control-plane.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/V4SubnetAllocationThresholdExceeded.md`

use mustknow_gather::kinds::{NETWORK_CONFIG, NODE, NetworkConfig, Node};
use mustknow_gather::layout::Special;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::Alert;

const ALERTS: [&str; 2] =
    ["V4SubnetAllocationThresholdExceeded", "V6SubnetAllocationThresholdExceeded"];

pub(super) static META: Meta = Meta {
    id: "network/subnets-exhausted",
    title: "more nodes than the cluster network has subnets for",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NETWORK_CONFIG), Need::Kind(&NODE)],
    uses: &[Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(network) = case.find::<NetworkConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Network cluster".to_owned());
    };
    let nodes = case.all::<Node<'_>>().filter(|node| is_linux(*node)).count();
    let alerts = Alert::named(case, &ALERTS).unwrap_or_default();
    let finding = match subnets(network) {
        Some(subnets) if nodes as u64 > subnets => Some(exceeded(network, nodes, subnets)),
        subnets => alerted(&alerts, nodes, subnets),
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

/// Windows nodes take their subnets from a network of their own.
fn is_linux(node: Node<'_>) -> bool {
    node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux")
}

/// How many nodes the network has subnets for: of the address family that has fewer.
fn subnets(network: NetworkConfig<'_>) -> Option<u64> {
    let ranges = network.resource().at(&["status", "clusterNetwork"])?;
    let of_family = |is_v6: bool| {
        let sizes = ranges.items().filter_map(|range| size(range, is_v6));
        sizes.reduce(u64::saturating_add)
    };
    of_family(false).into_iter().chain(of_family(true)).min()
}

/// How many subnets one range has, if it is of that family.
fn size(range: Value<'_>, is_v6: bool) -> Option<u64> {
    let cidr = range.text_at(&["cidr"])?;
    let (address, length) = cidr.split_once('/')?;
    let length: u64 = length.parse().ok()?;
    let prefix = range.get("hostPrefix")?.as_u64()?;
    let bits = u32::try_from(prefix.checked_sub(length)?).ok()?;
    (address.contains(':') == is_v6).then(|| 1_u64.checked_shl(bits).unwrap_or(u64::MAX))
}

fn exceeded(network: NetworkConfig<'_>, nodes: usize, subnets: u64) -> Finding {
    let path = ["status", "clusterNetwork"];
    let evidence =
        Evidence::field(network.resource(), &path, format!("{subnets} subnets for {nodes} nodes"));
    let summary = format!("the cluster network has {subnets} subnets for {nodes} nodes");
    dress(Finding::new(Subject::cluster("Network", "cluster"), summary, evidence))
        .saying("clusterNetwork no subnet left for a node")
}

fn alerted(alerts: &[Alert], nodes: usize, subnets: Option<u64>) -> Option<Finding> {
    let of = subnets.map(|subnets| format!(" of {subnets}")).unwrap_or_default();
    let summary =
        format!("more than 80 % of the cluster network's subnets are taken: {nodes} nodes{of}");
    let finding = Alert::finding(alerts, Subject::cluster("Network", "cluster"), summary)?;
    Some(dress(finding).severity(Severity::Warning))
}

fn dress(finding: Finding) -> Finding {
    finding
        .why("A node without a subnet gives its pods no address and does not become ready.")
        .remedy(
            Remedy::new(
                "Enlarge clusterNetwork where the network type allows it, or take away nodes that \
                 are not needed.",
            )
            .command("oc get networks.config.openshift.io cluster -o yaml")
            .command("oc get nodes"),
        )
}
