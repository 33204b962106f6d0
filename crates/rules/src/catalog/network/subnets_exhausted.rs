//! Too few cluster network subnets for the nodes.
//!
//! Subnets that are still allocated to deleted nodes are not detected. The alert fires at 80 % of
//! the subnets; without the alerts, the problem is found only if there are more nodes than subnets.
//!
//! - openshift/cluster-network-operator
//!   `bindata/network/ovn-kubernetes/self-hosted/alert-rules-control-plane.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/V4SubnetAllocationThresholdExceeded.md`

use crate::catalog::prelude::*;

const ALERTS: [&str; 2] =
    ["V4SubnetAllocationThresholdExceeded", "V6SubnetAllocationThresholdExceeded"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&NETWORK_CONFIG), Need::Kind(&NODE)])
    .reads(&[Need::KnownFile(KnownFile::Alerts)])
    .at_once("a setting stays until an administrator changes it")
    .even_while_installing("nodes that do not fit into the network never become ready")
    .why(
        "Each node takes one subnet of clusterNetwork; hostPrefix sets the size. If no subnet \
         is free, a new node gets no network: its pods get no address, and the node does not \
         become ready.",
    )
    .fix(
        "With OVN-Kubernetes the range of clusterNetwork can be enlarged; with OpenShiftSDN it \
         cannot. Otherwise remove nodes that are not needed.",
    )
    .run(&["oc get networks.config.openshift.io cluster -o yaml", "oc get nodes"])
    .verify(&["oc get nodes"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let network = cx.required::<NetworkConfig<'_>>("", "cluster")?;
    // Windows nodes take their subnets from a separate network.
    let is_linux =
        |node: &Node<'_>| node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let nodes = cx.all::<Node<'_>>().filter(is_linux).count();
    let alerts = Alert::firing_named(cx, &ALERTS);
    let subnets = subnets(network);
    if subnets.is_none() && alerts.is_none() {
        let what = "Network/cluster has no usable status.clusterNetwork";
        let gap = Gap::new(GapKind::FieldAbsent, what);
        return Err(gap.command("oc get networks.config.openshift.io cluster -o yaml").into());
    }
    let finding = match subnets {
        Some(subnets) if nodes as u64 > subnets => {
            let note = format!("{subnets} subnets for {nodes} nodes");
            let summary = format!("the cluster network has only {note}");
            let evidence = Evidence::field(network.resource(), &["status", "clusterNetwork"], note);
            let finding = Finding::new(Subject::view(network), summary, evidence);
            Some(finding.keywords("clusterNetwork no subnet left for a node"))
        }
        subnets => {
            let of = subnets.map(|subnets| format!(", {subnets} subnets")).unwrap_or_default();
            let summary = format!(
                "more than 80 % of the cluster network subnets are allocated: {nodes} nodes{of}"
            );
            Alert::finding(&alerts.unwrap_or_default(), Subject::view(network), summary)
                .map(|finding| finding.severity(Warning))
        }
    };
    Ok(Checked::over(1, finding))
}

/// How many nodes the network has subnets for, in the address family with fewer subnets.
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
