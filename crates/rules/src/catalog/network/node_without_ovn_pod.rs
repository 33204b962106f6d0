//! A node without a running pod of the cluster network.
//!
//! # Why it matters
//!
//! On each node one pod of DaemonSet `ovnkube-node` sets up the network of all others. Without
//! it no new pod on that node gets an address, policies and Services are not kept up, and sooner
//! or later the node is not ready.
//!
//! # What to do
//!
//! Look at the pod that is not ready, and its log. Where there is none, see why the DaemonSet
//! does not place one: taints, the node's resources, an admission webhook.
//!
//! # Blind spots
//!
//! Only clusters with OVN-Kubernetes are judged, and only where the pods of
//! `openshift-ovn-kubernetes` were collected as a whole. Nodes younger than 15 minutes, nodes
//! whose kubelet is silent and nodes in the hands of the machine-config daemon are left out.
//!
//! # References
//!
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes`

use mustknow_gather::kinds::{Condition, NODE, Node, POD, Pod, Status};
use mustknow_gather::snapshot::Searched;

use crate::catalog::prelude::*;
use crate::facts::{enumerate, is_installing};

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// How long a node may take to start its pods.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "network/node-without-ovn-pod",
    title: "a node without a running pod of the cluster network",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&POD)],
};

/// A node that lacks its pod, and the pod that is there but not ready.
struct Bare<'s> {
    node: Node<'s>,
    pod: Option<Pod<'s>>,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let namespaces = |name| case.coverage().has_namespace(name);
    if !namespaces(NAMESPACE) && namespaces("openshift-sdn") {
        return Verdict::NotApplicable("the cluster network is OpenShiftSDN".to_owned());
    }
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let searched = match case.prove_whole(&POD, NAMESPACE) {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let pods: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("ovnkube-node"))
        .collect();
    if pods.is_empty() {
        return Verdict::NotApplicable("no pod of DaemonSet ovnkube-node is there".to_owned());
    }
    let nodes: Vec<Node<'_>> =
        case.all::<Node<'_>>().filter(|node| is_expected(case, *node)).collect();
    let bare: Vec<_> = nodes.iter().filter_map(|node| bare(case, *node, &pods)).collect();
    let findings = finding(&bare, nodes.len(), &searched).into_iter().collect();
    Verdict::over(nodes.len(), findings, "no node is expected to run the pod")
}

fn is_expected(case: &Case<'_>, node: Node<'_>) -> bool {
    let is_linux = node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let is_virtual = node.resource().label("type").as_deref() == Some("virtual-kubelet");
    let is_silent = node.condition("Ready").is_none_or(|ready| ready.status() == Status::Unknown);
    let is_restarting =
        node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working");
    is_linux
        && !is_virtual
        && !is_silent
        && !is_restarting
        && case.is_older(node.resource().created(), GRACE)
}

fn bare<'s>(case: &Case<'s>, node: Node<'s>, pods: &[Pod<'s>]) -> Option<Bare<'s>> {
    let here: Vec<_> =
        pods.iter().filter(|pod| pod.node().as_deref() == Some(node.name())).copied().collect();
    if here.iter().any(|pod| pod.is_ready() || is_young(case, *pod)) {
        return None;
    }
    Some(Bare { node, pod: here.first().copied() })
}

fn is_young(case: &Case<'_>, pod: Pod<'_>) -> bool {
    let since = pod.condition("Ready").and_then(Condition::since).max(pod.resource().created());
    case.age(since).is_some_and(|age| age <= GRACE)
}

fn finding(bare: &[Bare<'_>], nodes: usize, searched: &Searched) -> Option<Finding> {
    let names: Vec<_> = bare.iter().map(|bare| bare.node.name()).collect();
    let mut evidence = bare.iter().map(|bare| place(bare, searched));
    let summary = format!(
        "{} of {nodes} nodes run no ready pod of DaemonSet {NAMESPACE}/ovnkube-node: {}",
        names.len(),
        enumerate(&names, 5)
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    let severity = if bare.len() * 2 > nodes { Severity::Critical } else { Severity::Error };
    let since = bare.iter().filter_map(|b| b.pod?.condition("Ready")?.since()).min();
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .severity(severity)
            .since(since)
            .why(
                "Without this pod no new pod on the node gets an address, and policies and \
                 Services are not kept up there.",
            )
            .saying(format!("nodes {}", names.join(" ")))
            .saying(bare.iter().filter_map(|b| Some(b.pod?.name())).collect::<Vec<_>>().join(" "))
            .evidence(evidence.take(5))
            .explains(subject, "ovnkube-node")
            .remedy(
                Remedy::new("Mend the pods of DaemonSet ovnkube-node on these nodes.")
                    .command(format!("oc get pods -n {NAMESPACE} -l app=ovnkube-node -o wide"))
                    .verify("oc get nodes"),
            ),
    )
}

fn place(bare: &Bare<'_>, searched: &Searched) -> Evidence {
    let Some(pod) = bare.pod else {
        let on = format!("ovnkube-node on node {}", bare.node.name());
        return Evidence::missing(Subject::namespaced("Pod", NAMESPACE, on), searched);
    };
    let note = format!("the pod of node {} is not ready", bare.node.name());
    match pod.condition("Ready") {
        Some(condition) => Evidence::condition(pod.resource(), condition, note),
        None => Evidence::field(pod.resource(), &["status", "phase"], note),
    }
}
