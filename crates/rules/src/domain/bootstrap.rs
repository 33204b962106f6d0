//! How to complete ConfigMap `kube-system/bootstrap`, and the preconditions for it.
//!
//! The ConfigMap allows the etcd operator to remove a member called `etcd-bootstrap`
//! (openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown`), so it must not be created in
//! a cluster whose installation never finished.

use mustknow_cluster::model::kinds::{
    AUTHENTICATION_CONFIG, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION, OPERATOR_ETCD,
    OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, ConfigMap, Infrastructure, Node, UpdatePhase};

use super::etcd::{EtcdEndpoint, EtcdMember};
use super::etcd_operator::etcd_condition;
use super::precondition::CHECKS_CONFIG_MAP;
use crate::terms::context::RuleContext;
use crate::terms::evidence::seconds;
use crate::terms::finding::{Proof, Remedy};
use crate::terms::meta::Need;
use crate::terms::version::Version;

/// The network operator logs the missing ConfigMap independently of the other operators. Source:
/// openshift/cluster-network-operator `pkg/network/node_identity.go`.
pub const NETWORK_OPERATOR_WAITS: LogPattern = LogPattern::new(
    "network-node-identity webhook will not be applied, bootstrap is not complete",
    "openshift-network-operator",
    "network-operator",
);

/// What a rule about the ConfigMap declares to read the precondition, the traces that the missing
/// ConfigMap leaves, and what [`completion_remedy`] checks.
pub const BOOTSTRAP_USES: &[Need] = &[
    Need::ConfigMap("kube-system", "bootstrap"),
    Need::ConfigMap("openshift-etcd", "etcd-endpoints"),
    Need::Kind(&ENDPOINTS),
    Need::Kind(&ENDPOINT_SLICE),
    Need::Kind(&OPERATOR_AUTHENTICATION),
    Need::Kind(&OPERATOR_ETCD),
    Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
    Need::Kind(&AUTHENTICATION_CONFIG),
    Need::KnownFile(KnownFile::EtcdMembers),
    Need::KnownFile(KnownFile::EtcdHealth),
    Need::Log(&NETWORK_OPERATOR_WAITS),
];

/// The annotation in which the etcd operator stores the address of the bootstrap host.
const BOOTSTRAP_IP: &str = "alpha.installer.openshift.io/etcd-bootstrap";
const LIST_MEMBERS: &str =
    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table";
const LIST_HEALTH: &str =
    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table";

/// Whether the operators of that version do not check the ConfigMap, so that the cluster needs it
/// only after an update.
pub fn needs_config_map_after_update(version: &str) -> bool {
    Version::parse(version).is_some_and(|version| version < CHECKS_CONFIG_MAP)
}

/// Whether the control plane runs outside the cluster. Such a cluster has no bootstrap and no such
/// ConfigMap, and its operators do not need it.
pub fn has_hosted_control_plane(cx: &RuleContext<'_>) -> bool {
    cx.find::<Infrastructure<'_>>("", "cluster")
        .and_then(Infrastructure::control_plane_topology)
        .is_some_and(|topology| topology == "External")
}

/// The remedy that completes the ConfigMap; `exists` if it exists with another status.
pub fn completion_remedy(cx: &RuleContext<'_>, exists: bool) -> Remedy {
    let remedy = if exists {
        Remedy::new("Set the status of ConfigMap kube-system/bootstrap to complete.").command(
            "oc patch configmap bootstrap -n kube-system --type=merge \
             -p '{\"data\":{\"status\":\"complete\"}}'",
        )
    } else {
        Remedy::new("Create ConfigMap kube-system/bootstrap with status complete.")
            .command("oc create configmap bootstrap -n kube-system --from-literal=status=complete")
    };
    remedy
        .verify("oc get clusteroperators authentication openshift-apiserver")
        .verify("oc adm upgrade")
        .precondition("the installation of the cluster finished", installed(cx))
        .precondition("etcd has no member called etcd-bootstrap", no_bootstrap_member(cx))
        .precondition("every control-plane node has a healthy etcd member", healthy(cx))
        .precondition(
            "the bootstrap address that the etcd operator has stored is not a control-plane node",
            no_live_bootstrap_address(cx),
        )
        .precondition(
            "the bootstrap machine is powered off and removed from the load balancer pools for \
             ports 6443 and 22623",
            Proof::by_hand(""),
        )
        .side_effect("kube-apiserver, etcd and openshift-apiserver roll out a new revision if the etcd endpoints still name the bootstrap host")
        .side_effect("the network operator applies the network-node-identity webhook")
        .side_effect("the machine-config operator updates its ControllerConfig (kubelet CA, pull secret of the internal registry)")
        .side_effect("the etcd operator starts to remove unhealthy members without a Machine and a Node")
}

fn installed(cx: &RuleContext<'_>) -> Proof {
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        return Proof::by_hand("oc get clusterversion version -o yaml");
    };
    match update.completed() {
        Some(entry) => {
            let when = entry.ended().map(|time: Time| format!(" at {}", seconds(time)));
            Proof::Verified(format!(
                "{} was completed{}",
                entry.version(),
                when.unwrap_or_default()
            ))
        }
        None => Proof::Violated("no entry of the ClusterVersion history is Completed".to_owned()),
    }
}

fn no_bootstrap_member(cx: &RuleContext<'_>) -> Proof {
    match EtcdMember::all(cx) {
        Ok(members) if members.iter().any(|m| m.name == "etcd-bootstrap") => {
            Proof::Violated(format!("{} lists etcd-bootstrap", members.path()))
        }
        Ok(members) => {
            let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
            Proof::Verified(format!("{} lists {}", members.path(), names.join(", ")))
        }
        // Without the member list of etcd, the condition of the operator.
        Err(_) => match true_etcd_condition(cx, "EtcdBootstrapMemberRemoved") {
            Some(removed) => Proof::Verified(format!("Etcd/cluster reports {}", removed.name())),
            None => Proof::by_hand(LIST_MEMBERS),
        },
    }
}

/// The condition of the etcd operator resource, if it is True.
fn true_etcd_condition<'s>(cx: &RuleContext<'s>, condition: &str) -> Option<Condition<'s>> {
    etcd_condition(cx, condition).filter(|condition| condition.is_true())
}

/// Whether the etcd operator reports an available member for each control-plane node.
fn all_available(cx: &RuleContext<'_>) -> Proof {
    let control_plane = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count();
    let message =
        true_etcd_condition(cx, "EtcdMembersAvailable").map(Condition::message).unwrap_or_default();
    if control_plane > 0 && message.starts_with(&format!("{control_plane} members are available")) {
        Proof::Verified(format!("Etcd/cluster reports: {message}"))
    } else {
        Proof::by_hand(LIST_HEALTH)
    }
}

fn healthy(cx: &RuleContext<'_>) -> Proof {
    let (Ok(members), Ok(endpoints)) = (EtcdMember::all(cx), EtcdEndpoint::all(cx)) else {
        return all_available(cx);
    };
    let unhealthy: Vec<_> =
        endpoints.iter().filter(|e| !e.is_healthy).map(|e| e.url.as_str()).collect();
    if !unhealthy.is_empty() {
        return Proof::Violated(format!(
            "{} lists as unhealthy: {}",
            endpoints.path(),
            unhealthy.join(", ")
        ));
    }
    let control_plane = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count();
    if control_plane == 0 || endpoints.len() < members.len() {
        return Proof::by_hand(LIST_HEALTH);
    }
    if members.len() != control_plane {
        return Proof::Violated(format!(
            "etcd has {} members, but the cluster has {control_plane} control-plane nodes",
            members.len()
        ));
    }
    Proof::Verified(format!("{} of {control_plane} members are healthy", endpoints.len()))
}

fn no_live_bootstrap_address(cx: &RuleContext<'_>) -> Proof {
    let by_hand = || Proof::by_hand("oc get configmap etcd-endpoints -n openshift-etcd -o yaml");
    let Some(map) = cx.find::<ConfigMap<'_>>("openshift-etcd", "etcd-endpoints") else {
        return by_hand();
    };
    let Some(address) = map.resource().annotation(BOOTSTRAP_IP) else {
        return Proof::Verified(
            "ConfigMap openshift-etcd/etcd-endpoints has no such address".to_owned(),
        );
    };
    let mut nodes = cx.all::<Node<'_>>().peekable();
    if nodes.peek().is_none() {
        return by_hand();
    }
    match nodes.find(|node| node.addresses("InternalIP").any(|known| known == address)) {
        Some(node) => Proof::Violated(format!("{address} is the address of node {}", node.name())),
        None => Proof::Verified(format!("{address} is not the address of a node")),
    }
}
