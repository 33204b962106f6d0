//! Node without a ready ovnkube-node pod.
//!
//! Nodes without a status from their kubelet, and nodes that are cordoned or being updated by the
//! machine-config daemon are ignored.
//!
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - openshift/cluster-network-operator `bindata/network/ovn-kubernetes`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// How long a node may take to start its pods.
const START: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&POD)])
    .grace(START)
    .why(
        "On each node, one pod of DaemonSet ovnkube-node sets up the network of all other pods. \
         Without it, no new pod on that node gets an address, policies and Services are not \
         updated, and the node eventually becomes NotReady.",
    )
    .fix(
        "Check the pod that is not ready, and its log. If there is no pod, check why the \
         DaemonSet does not create one: taints, the resources of the node, an admission \
         webhook.",
    )
    .run(&["oc get pods -n {namespace} -l app=ovnkube-node -o wide"])
    .verify(&["oc get nodes"]);

/// A node without a ready pod, and the pod that exists but is not ready.
type NodeWithoutPod<'s> = (Node<'s>, Option<Pod<'s>>);

fn check(cx: &RuleContext<'_>) -> Judged {
    require_ovn(cx)?;
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let searched = cx.prove_whole(&POD, NAMESPACE)?;
    let pods = cx.within::<Pod<'_>>(NAMESPACE);
    let pods: Vec<_> = pods.filter(|pod| pod.name().starts_with("ovnkube-node")).collect();
    if pods.is_empty() {
        return Err(not_applicable("there is no pod of DaemonSet ovnkube-node"));
    }
    let nodes: Vec<Node<'_>> = cx.all().filter(|node| is_expected_on(cx, *node)).collect();
    let without_pod: Vec<_> =
        nodes.iter().filter_map(|node| without_pod(cx, *node, &pods)).collect();
    Ok(Checked::over(nodes.len(), finding(&without_pod, nodes.len(), &searched)))
}

/// Whether a pod should run on the node.
fn is_expected_on(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let is_linux = node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let is_virtual = node.resource().label("type").as_deref() == Some("virtual-kubelet");
    let is_silent = node.condition("Ready").is_none_or(|ready| ready.status() == Status::Unknown);
    let is_restarting =
        node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working");
    is_linux
        && !is_virtual
        && !is_silent
        && !is_restarting
        && Persistence::of(cx, node.resource().created(), START).counts()
}

fn without_pod<'s>(
    cx: &RuleContext<'s>,
    node: Node<'s>,
    pods: &[Pod<'s>],
) -> Option<NodeWithoutPod<'s>> {
    let is_here = |pod: &&Pod<'_>| pod.node().as_deref() == Some(node.name());
    let mut here = pods.iter().filter(is_here).copied().peekable();
    let first = here.peek().copied();
    let has_pod = here.any(|pod| pod.is_ready() || is_starting(cx, pod));
    (!has_pod).then_some((node, first))
}

/// Since when the pod is as it is: not ready, or created.
fn since(pod: Pod<'_>) -> Option<Time> {
    pod.condition("Ready").and_then(Condition::since).max(pod.resource().created())
}

fn is_starting(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    !Persistence::of(cx, since(pod), START).counts()
}

fn finding(
    without_pod: &[NodeWithoutPod<'_>],
    nodes: usize,
    searched: &Searched,
) -> Option<Finding> {
    let names: Vec<_> = without_pod.iter().map(|(node, _)| node.name()).collect();
    let mut evidence = without_pod.iter().map(|it| evidence(*it, searched));
    let summary = format!(
        "{} of {nodes} nodes have no ready pod of DaemonSet {NAMESPACE}/ovnkube-node: {}",
        names.len(),
        name_list_up_to(&names, 5)
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    let pods: Vec<_> = without_pod.iter().filter_map(|(_, pod)| *pod).collect();
    // A node without any pod has had the time to get one since it was created.
    let lasts = without_pod.iter().filter_map(|(node, pod)| match pod {
        Some(pod) => since(*pod),
        None => node.resource().created(),
    });
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .severity(if without_pod.len() * 2 > nodes { Critical } else { Error })
            .since(pods.iter().filter_map(|pod| pod.condition("Ready")?.since()).min())
            .lasts_since(lasts.min())
            .keywords(format!("nodes {}", names.join(" ")))
            .keywords(pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join(" "))
            .evidence(evidence.take(5))
            .explains(subject, "ovnkube-node"),
    )
}

fn evidence((node, pod): NodeWithoutPod<'_>, searched: &Searched) -> Evidence {
    let missing = || {
        let pod = format!("ovnkube-node on node {}", node.name());
        Evidence::missing(Subject::namespaced("Pod", NAMESPACE, pod), searched)
    };
    pod.map_or_else(missing, unready_evidence)
}
