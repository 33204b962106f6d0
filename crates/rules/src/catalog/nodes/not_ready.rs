//! NotReady node.
//!
//! A kubelet that does not report at all is reported by `nodes/kubelet-silent`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/runtime.go`,
//!   `pkg/kubelet/pleg/generic.go`
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - <https://github.com/okd-project/okd/issues/2317>

use crate::catalog::prelude::*;

/// How long a restarted kubelet may take.
const RESTART: Span = Span::minutes(5);
/// How long a new node may take.
const JOINS: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .each(&[&NODE], judge)
    .reads(&[Need::Kind(&EVENT)])
    .note_until(RESTART)
    .why(
        "The kubelet runs and reports that it cannot run pods. No pods are scheduled on the node, \
         its pods count as not ready, and after five minutes they are evicted.",
    )
    .fix("Follow the message of the kubelet, and check its journal on the node.")
    .run(&["oc adm node-logs {name} -u kubelet --since=-1h"])
    .verify(&["oc get node {name}"]);

/// What a kubelet says whose container runtime does not respond.
const RUNTIME: [&str; 5] = [
    "PLEG is not healthy",
    "container runtime is down",
    "runtime status check",
    "RuntimeReady=false",
    "container runtime not ready: RuntimeReady",
];
/// What a kubelet says that waits for the network plugin.
const NETWORK: [&str; 3] =
    ["NetworkPluginNotReady", "NetworkReady=false", "no CNI configuration file"];
/// Why and what to do if the container runtime does not respond.
const OF_RUNTIME: (&str, &str) = (
    "The kubelet cannot list or start containers. The container runtime crashed or hangs on the \
     disk, or the node is overloaded.",
    "Check the journal of the container runtime, the disk and the load of the node.",
);
/// The same if the network plugin has not started.
const OF_NETWORK: (&str, &str) = (
    "The kubelet waits for a CNI configuration, which the network plugin's pod on the node writes \
     once it runs. The cause is whatever keeps that pod from running.",
    "Find out why the network pod on the node does not run.",
);

fn judge(cx: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    let Some(ready) = node.condition("Ready") else {
        return Err(not_applicable(format!("node {} has no Ready condition", node.name())));
    };
    Ok(ready.is_false().then(|| finding(cx, node, ready)))
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, ready: Condition<'_>) -> Finding {
    let (name, message) = (node.name(), ready.message());
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let (because, own) = if mentions(&RUNTIME) {
        let journal = Command::new(
            "oc adm node-logs {name} -u {runtime} --since=-1h",
            &[("runtime", runtime_unit(cx, Some(node)))],
        );
        (" because its container runtime does not respond", Some((OF_RUNTIME, journal)))
    } else if mentions(&NETWORK) {
        let pods = "oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}";
        (" because its network plugin has not started", Some((OF_NETWORK, pods.into())))
    } else {
        ("", None)
    };
    let summary = format!("node {name} is NotReady{because}: {}", excerpt(&message));
    let says = format!("the kubelet reports {}", ready.reason());
    let head = Evidence::condition(node.resource(), ready, says);
    let joins = cx.age(node.resource().created()).is_some_and(|age| age <= JOINS);
    let finding = Finding::new(Subject::view(node), summary, head)
        .since(ready.since())
        .grace(grace_of_node(node, if joins { JOINS } else { RESTART }))
        .severity(if node.is_control_plane() { Critical } else { Error })
        .keywords(name)
        .keywords(ready.reason())
        .keywords(&message)
        .evidence(node_events(cx, name, &["ContainerGCFailed", "Rebooted"], |_| true));
    // What nodes that fail together have in common.
    let start = ready.since().map(|since| (GroupKey::StartTime, common_start(cx, since)));
    let zone = node.resource().label("topology.kubernetes.io/zone");
    let shared = start.into_iter().chain(zone.map(|zone| (GroupKey::Zone, zone.into_owned())));
    let finding = shared.fold(finding, |finding, (key, name)| finding.group_by(key, name));
    match own {
        Some(((why, fix), command)) => finding.why(why).fix(fix).run(command),
        None => finding,
    }
}

/// When the first node of the group became NotReady. In a group, each node becomes NotReady within
/// a minute of the previous one.
fn common_start(cx: &RuleContext<'_>, since: Time) -> String {
    let unready =
        |node: Node<'_>| node.condition("Ready").filter(|ready| ready.is_false())?.since();
    let mut times: Vec<_> = cx.all::<Node<'_>>().filter_map(unready).collect();
    times.sort();
    let before = times.into_iter().rev().filter(|time| *time <= since);
    seconds(before.fold(since, |first, time| {
        if Span::between(time, first) <= Span::minutes(1) { time } else { first }
    }))
}
