//! NotReady node.
//!
//! A node that joins or reboots is NotReady for some minutes. This is a note, not an error. A
//! kubelet that does not report at all is reported by `nodes/kubelet-silent`.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/runtime.go`,
//!   `pkg/kubelet/pleg/generic.go`
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - <https://github.com/okd-project/okd/issues/2317>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The kubelet runs and reports the problem itself: the network plugin has not started, \
         the container runtime does not respond, or something else. No pods are scheduled on \
         the node, its pods count as not ready, and after five minutes they are evicted.",
    )
    .fix(
        "Follow the message of the kubelet. If the network plugin has not started, check the \
         network pods on that node: ovnkube-node and multus. If the container runtime does not \
         respond, check the journal of crio, the disk and the load of the node.",
    );

/// Events about problems of the kubelet.
const EVENTS: [&str; 2] = ["ContainerGCFailed", "Rebooted"];
/// How long a restarted kubelet may take.
const GRACE: Span = Span::minutes(5);
/// Nodes that become NotReady within this time of each other belong to one group.
const TOGETHER: Span = Span::minutes(1);
/// How long a new node may take.
const JOINS: Span = Span::minutes(15);

/// What the kubelet reports as missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NotReadyReason {
    Network,
    Runtime,
    Other,
}

impl NotReadyReason {
    fn of(message: &str) -> Self {
        let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
        if mentions(&["PLEG is not healthy", "container runtime is down", "runtime status check"])
            || mentions(&["RuntimeReady=false", "container runtime not ready: RuntimeReady"])
        {
            Self::Runtime
        } else if mentions(&[
            "NetworkPluginNotReady",
            "NetworkReady=false",
            "no CNI configuration file",
        ]) {
            Self::Network
        } else {
            Self::Other
        }
    }
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        let Some(ready) = node.condition("Ready") else { continue };
        examined += 1;
        if ready.is_false() {
            let finding = together(cx, finding(cx, node, ready), node, ready);
            findings.push(persistence(cx, node, ready).apply(finding, severity(node)));
        }
    }
    Ok(Checked::over(examined, findings))
}

/// Adds what nodes that fail together have in common: the minute and the zone.
fn together(
    cx: &RuleContext<'_>,
    finding: Finding,
    node: Node<'_>,
    ready: Condition<'_>,
) -> Finding {
    let finding = match common_start(cx, ready.since()) {
        Some(common_start) => finding.group_by(GroupKey::StartTime, seconds(common_start)),
        None => finding,
    };
    match node.resource().label("topology.kubernetes.io/zone") {
        Some(zone) => finding.group_by(GroupKey::Zone, zone),
        None => finding,
    }
}

/// When the first node of the group became NotReady. In a group, each node becomes NotReady within
/// a minute of the previous one.
fn common_start(cx: &RuleContext<'_>, since: Option<Time>) -> Option<Time> {
    let mut times: Vec<_> = cx
        .all::<Node<'_>>()
        .filter_map(|node| node.condition("Ready").filter(|ready| ready.is_false())?.since())
        .collect();
    times.sort();
    let mut first = since?;
    for time in times.into_iter().rev() {
        if time <= first && Span::between(time, first) <= TOGETHER {
            first = time;
        }
    }
    Some(first)
}

fn severity(node: Node<'_>) -> Severity {
    if node.is_control_plane() { Critical } else { Error }
}

fn persistence(cx: &RuleContext<'_>, node: Node<'_>, ready: Condition<'_>) -> Persistence {
    let joins = cx.age(node.resource().created()).is_some_and(|age| age <= JOINS);
    let by_age = Persistence::of(cx, ready.since(), GRACE);
    if is_rebooting(cx, node, ready.since()) || (joins && by_age != Persistence::Unknown) {
        Persistence::WithinGrace
    } else {
        by_age
    }
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, ready: Condition<'_>) -> Finding {
    let (name, message) = (node.name(), ready.message());
    let detail = excerpt(&message);
    let (summary, why) = match NotReadyReason::of(&message) {
        NotReadyReason::Network => (
            format!("node {name} is NotReady because its network plugin has not started: {detail}"),
            "The kubelet waits for a CNI configuration, which the network plugin's pod on the node \
             writes once it runs. The cause is whatever keeps that pod from running.",
        ),
        NotReadyReason::Runtime => (
            format!(
                "node {name} is NotReady because its container runtime does not respond: {detail}"
            ),
            "The kubelet cannot list or start containers. The container runtime crashed or hangs \
             on the disk, or the node is overloaded.",
        ),
        NotReadyReason::Other => (
            format!("node {name} is NotReady: {detail}"),
            "The kubelet is running and reports that it cannot run pods.",
        ),
    };
    let says = format!("the kubelet reports {}", ready.reason());
    Finding::new(Subject::view(node), summary, Evidence::condition(node.resource(), ready, says))
        .since(ready.since())
        .why(why)
        .keywords(name)
        .keywords(ready.reason())
        .keywords(&message)
        .evidence(node_events(cx, name, &EVENTS, |_| true))
        .remedy(remedy(cx, name, NotReadyReason::of(&message)))
}

fn remedy(cx: &RuleContext<'_>, node: &str, reason: NotReadyReason) -> Remedy {
    let runtime = if cx.snapshot().is_openshift() { "crio" } else { "containerd" };
    let remedy = match reason {
        NotReadyReason::Network => {
            Remedy::new("Find out why the network pod on the node does not run.").command(format!(
                "{} get pods --all-namespaces -o wide --field-selector spec.nodeName={node}",
                client(cx)
            ))
        }
        NotReadyReason::Runtime => {
            Remedy::new("Check the journal of the container runtime on the node.")
                .command(node_journal(cx, node, runtime))
        }
        NotReadyReason::Other => Remedy::new("Check the journal of the kubelet on the node.")
            .command(node_journal(cx, node, "kubelet")),
    };
    remedy.verify(format!("{} get node {node}", client(cx)))
}
