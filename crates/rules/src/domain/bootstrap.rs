//! How ConfigMap `kube-system/bootstrap` is completed, and what must hold before that is safe.
//!
//! Creating it authorises the etcd operator to remove a member called `etcd-bootstrap`
//! (openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown`), so an installation that
//! never finished must not be told to.

use mustknow_cluster::model::kinds::OPERATOR_ETCD;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, ConfigMap, Infrastructure, Node, Operator, UpdatePhase};

use super::etcd::{EtcdEndpoint, EtcdMember};
use super::precondition::CHECKS_CONFIG_MAP;
use crate::engine::context::RuleContext;
use crate::engine::evidence::seconds;
use crate::engine::finding::{Proof, Remedy};
use crate::engine::version::Version;

/// The annotation under which the etcd operator keeps the bootstrap host's address.
const BOOTSTRAP_IP: &str = "alpha.installer.openshift.io/etcd-bootstrap";
const LIST_MEMBERS: &str =
    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table";
const LIST_HEALTH: &str =
    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table";

/// Whether the cluster has operators that do not check the ConfigMap yet, and so will need it only
/// when it is updated.
pub fn will_need_it(version: &str) -> bool {
    Version::parse(version).is_some_and(|version| version < CHECKS_CONFIG_MAP)
}

/// Whether the control plane runs outside the cluster. Such a cluster has no bootstrap and no such
/// ConfigMap, and its operators do not ask for it.
pub fn is_hosted(cx: &RuleContext<'_>) -> bool {
    cx.find::<Infrastructure<'_>>("", "cluster")
        .and_then(Infrastructure::control_plane_topology)
        .is_some_and(|topology| topology == "External")
}

/// The remedy that makes the ConfigMap complete; `exists` when it is there with another status.
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
        .before("the cluster finished its installation once", installed(cx))
        .before("etcd has no member called etcd-bootstrap", no_bootstrap_member(cx))
        .before("every etcd member is healthy, one for each control-plane node", healthy(cx))
        .before(
            "the bootstrap address that the etcd operator still knows is no control-plane node",
            no_live_bootstrap_address(cx),
        )
        .before(
            "the bootstrap machine is powered off and out of the load balancer pools for ports \
             6443 and 22623",
            Proof::ByHand(String::new()),
        )
        .side_effect("kube-apiserver, etcd and openshift-apiserver roll out a new revision if the etcd endpoints still name the bootstrap host")
        .side_effect("the network operator applies the network-node-identity webhook")
        .side_effect("the machine-config operator renders its ControllerConfig anew (kubelet CA, internal registry pull secret)")
        .side_effect("the etcd operator begins to remove unhealthy members that have neither Machine nor Node")
}

fn installed(cx: &RuleContext<'_>) -> Proof {
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        return Proof::ByHand("oc get clusterversion version -o yaml".to_owned());
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
        Some((document, members)) if members.iter().any(|m| m.name == "etcd-bootstrap") => {
            Proof::Violated(format!("{} lists etcd-bootstrap", document.path))
        }
        Some((document, members)) if !members.is_empty() => {
            let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
            Proof::Verified(format!("{} lists {}", document.path, names.join(", ")))
        }
        // The operator's own word, where nobody asked etcd itself.
        _ => match etcd_says(cx, "EtcdBootstrapMemberRemoved") {
            Some(removed) => Proof::Verified(format!("Etcd/cluster says so: {}", removed.name())),
            None => Proof::ByHand(LIST_MEMBERS.to_owned()),
        },
    }
}

/// The condition of the etcd operator's own object, when it is True.
fn etcd_says<'s>(cx: &RuleContext<'s>, condition: &str) -> Option<Condition<'s>> {
    cx.find_as::<Operator<'s>>(&OPERATOR_ETCD, "", "cluster")?
        .condition(condition)
        .filter(|condition| condition.is_true())
}

/// What the etcd operator says of its members, when it counts one for each control-plane node.
fn all_available(cx: &RuleContext<'_>) -> Proof {
    let control_plane = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count();
    let said = etcd_says(cx, "EtcdMembersAvailable").map(Condition::message).unwrap_or_default();
    if control_plane > 0 && said.starts_with(&format!("{control_plane} members are available")) {
        Proof::Verified(format!("Etcd/cluster says: {said}"))
    } else {
        Proof::ByHand(LIST_HEALTH.to_owned())
    }
}

fn healthy(cx: &RuleContext<'_>) -> Proof {
    let (Some((_, members)), Some((document, endpoints))) =
        (EtcdMember::all(cx), EtcdEndpoint::all(cx))
    else {
        return all_available(cx);
    };
    let sick: Vec<_> = endpoints.iter().filter(|e| !e.is_healthy).map(|e| e.url.as_str()).collect();
    if !sick.is_empty() {
        return Proof::Violated(format!("{} says unhealthy: {}", document.path, sick.join(", ")));
    }
    let control_plane = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count();
    if control_plane == 0 || endpoints.len() < members.len() {
        return Proof::ByHand(LIST_HEALTH.to_owned());
    }
    if members.len() != control_plane {
        return Proof::Violated(format!(
            "etcd has {} members, the cluster {control_plane} control-plane nodes",
            members.len()
        ));
    }
    Proof::Verified(format!("{} of {control_plane} members are healthy", endpoints.len()))
}

fn no_live_bootstrap_address(cx: &RuleContext<'_>) -> Proof {
    let by_hand =
        || Proof::ByHand("oc get configmap etcd-endpoints -n openshift-etcd -o yaml".to_owned());
    let Some(map) = cx.find::<ConfigMap<'_>>("openshift-etcd", "etcd-endpoints") else {
        return by_hand();
    };
    let Some(address) = map.resource().annotation(BOOTSTRAP_IP) else {
        return Proof::Verified("ConfigMap openshift-etcd/etcd-endpoints names none".to_owned());
    };
    let mut nodes = cx.all::<Node<'_>>().peekable();
    if nodes.peek().is_none() {
        return by_hand();
    }
    match nodes.find(|node| node.addresses("InternalIP").any(|known| known == address)) {
        Some(node) => Proof::Violated(format!("{address} is the address of node {}", node.name())),
        None => Proof::Verified(format!("{address} is no node of the cluster")),
    }
}
