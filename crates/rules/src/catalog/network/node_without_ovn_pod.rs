//! Node without a ready ovnkube-node pod.
//!
//! Only clusters with OVN-Kubernetes are checked, and only if all pods of
//! `openshift-ovn-kubernetes` were collected. Nodes younger than 15 minutes, nodes without a status
//! from their kubelet, and nodes that are cordoned or being updated by the machine-config daemon
//! are ignored.
//!
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// How long a node may take to start its pods.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "On each node, one pod of DaemonSet ovnkube-node sets up the network of all other pods. \
         Without it, no new pod on that node gets an address, policies and Services are not \
         updated, and the node eventually becomes NotReady.",
    )
    .fix(
        "Check the pod that is not ready, and its log. If there is no pod, check why the \
         DaemonSet does not create one: taints, the resources of the node, an admission \
         webhook.",
    );

/// A node without a ready pod, and the pod that exists but is not ready.
struct NodeWithoutPod<'s> {
    node: Node<'s>,
    pod: Option<Pod<'s>>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let namespaces = |name| cx.coverage().has_namespace(name);
    if !namespaces(NAMESPACE) && namespaces("openshift-sdn") {
        return Err(not_applicable("the cluster network is OpenShiftSDN"));
    }
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let searched = match cx.prove_whole(&POD, NAMESPACE) {
        Ok(searched) => searched,
        Err(missing) => return Err(NotJudged::from(Gap::missing(&missing))),
    };
    let pods: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("ovnkube-node"))
        .collect();
    if pods.is_empty() {
        return Err(not_applicable("there is no pod of DaemonSet ovnkube-node"));
    }
    let nodes: Vec<Node<'_>> = cx.all::<Node<'_>>().filter(|node| is_expected(cx, *node)).collect();
    let without_pod: Vec<_> =
        nodes.iter().filter_map(|node| node_without_pod(cx, *node, &pods)).collect();
    let findings = finding(&without_pod, nodes.len(), &searched).into_iter();
    Ok(Checked::over(nodes.len(), findings))
}

fn is_expected(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let is_linux = node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let is_virtual = node.resource().label("type").as_deref() == Some("virtual-kubelet");
    let is_silent = node.condition("Ready").is_none_or(|ready| ready.status() == Status::Unknown);
    let is_restarting =
        node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working");
    is_linux
        && !is_virtual
        && !is_silent
        && !is_restarting
        && cx.is_older(node.resource().created(), GRACE)
}

fn node_without_pod<'s>(
    cx: &RuleContext<'s>,
    node: Node<'s>,
    pods: &[Pod<'s>],
) -> Option<NodeWithoutPod<'s>> {
    let here: Vec<_> =
        pods.iter().filter(|pod| pod.node().as_deref() == Some(node.name())).copied().collect();
    if here.iter().any(|pod| pod.is_ready() || is_starting(cx, *pod)) {
        return None;
    }
    Some(NodeWithoutPod { node, pod: here.first().copied() })
}

fn is_starting(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    let since = pod.condition("Ready").and_then(Condition::since).max(pod.resource().created());
    cx.age(since).is_some_and(|age| age <= GRACE)
}

fn finding(
    without_pod: &[NodeWithoutPod<'_>],
    nodes: usize,
    searched: &Searched,
) -> Option<Finding> {
    let names: Vec<_> = without_pod.iter().map(|it| it.node.name()).collect();
    let mut evidence = without_pod.iter().map(|it| pod_evidence(it, searched));
    let summary = format!(
        "{} of {nodes} nodes have no ready pod of DaemonSet {NAMESPACE}/ovnkube-node: {}",
        names.len(),
        name_list_up_to(&names, 5)
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    let severity = if without_pod.len() * 2 > nodes { Critical } else { Error };
    let since = without_pod.iter().filter_map(|it| it.pod?.condition("Ready")?.since()).min();
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .severity(severity)
            .since(since)
            .keywords(format!("nodes {}", names.join(" ")))
            .keywords(
                without_pod
                    .iter()
                    .filter_map(|it| Some(it.pod?.name()))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
            .evidence(evidence.take(5))
            .explains(subject, "ovnkube-node")
            .run(format!("oc get pods -n {NAMESPACE} -l app=ovnkube-node -o wide"))
            .verify("oc get nodes"),
    )
}

fn pod_evidence(it: &NodeWithoutPod<'_>, searched: &Searched) -> Evidence {
    let Some(pod) = it.pod else {
        let on = format!("ovnkube-node on node {}", it.node.name());
        return Evidence::missing(Subject::namespaced("Pod", NAMESPACE, on), searched);
    };
    let note = format!("the pod of node {} is not ready", it.node.name());
    match pod.condition("Ready") {
        Some(condition) => Evidence::condition(pod.resource(), condition, note),
        None => Evidence::field(pod.resource(), &["status", "phase"], note),
    }
}
