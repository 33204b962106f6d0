//! A node whose kubelet says it is not ready.
//!
//! # Why it matters
//!
//! The kubelet runs and reports, and it says itself what is wrong: the network plugin has not
//! started, the container runtime does not answer, or something else. No pod is placed on the node,
//! its pods count as not ready, and after five minutes they are evicted.
//!
//! # What to do
//!
//! Follow the kubelet's own words. Without a network plugin look at the pods of the network on that
//! node: ovnkube-node, multus. With a runtime that does not answer look at the journal of crio, at
//! the disk and at the load of the node.
//!
//! # Blind spots
//!
//! A node that joins or is rebooted is not ready for some minutes; that is a note, not a fault. A
//! kubelet that does not report at all is `nodes/kubelet-silent`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/runtime.go`,
//!   `pkg/kubelet/pleg/generic.go`
//! - openshift/runbooks `alerts/cluster-network-operator/NodeWithoutOVNKubeNodePodRunning.md`
//! - <https://github.com/okd-project/okd/issues/2317>

use mustknow_gather::kinds::{Condition, EVENT, NODE, Node};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{Patience, client, excerpt, is_rebooting, node_events, node_journal};

pub(super) static META: Meta = Meta {
    id: "nodes/not-ready",
    title: "a node whose kubelet says it is not ready",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

/// Events that tell of what the kubelet met with.
const EVENTS: [&str; 2] = ["ContainerGCFailed", "Rebooted"];
/// How long a kubelet that was restarted may take.
const GRACE: Span = Span::minutes(5);
/// Nodes that cease to be ready within this time of each other do so together.
const TOGETHER: Span = Span::minutes(1);
/// How long a node that joins may take.
const JOINS: Span = Span::minutes(15);

/// What the kubelet complains about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lack {
    Network,
    Runtime,
    Other,
}

impl Lack {
    fn of(message: &str) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if says(&["PLEG is not healthy", "container runtime is down", "runtime status check"])
            || says(&["RuntimeReady=false", "container runtime not ready: RuntimeReady"])
        {
            Self::Runtime
        } else if says(&[
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        let Some(ready) = node.condition("Ready") else { continue };
        examined += 1;
        if ready.is_false() {
            let finding = together(case, finding(case, node, ready), node, ready);
            findings.push(patience(case, node, ready).weigh(finding, severity(node)));
        }
    }
    Verdict::over(examined, findings, "no node in the archive says whether it is Ready")
}

/// Names what nodes that fail together share: the minute, and the zone.
fn together(case: &Case<'_>, finding: Finding, node: Node<'_>, ready: Condition<'_>) -> Finding {
    let finding = match moment(case, ready.since()) {
        Some(moment) => finding.shares(Common::Moment, seconds(moment)),
        None => finding,
    };
    match node.resource().label("topology.kubernetes.io/zone") {
        Some(zone) => finding.shares(Common::Zone, zone),
        None => finding,
    }
}

/// When the first of the nodes ceased to be ready that did so one after another, each within a
/// minute of the one before.
fn moment(case: &Case<'_>, since: Option<Time>) -> Option<Time> {
    let mut times: Vec<_> = case
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
    if node.is_control_plane() { Severity::Critical } else { Severity::Error }
}

fn patience(case: &Case<'_>, node: Node<'_>, ready: Condition<'_>) -> Patience {
    let joins = case.age(node.resource().created()).is_some_and(|age| age <= JOINS);
    let by_age = Patience::of(case, ready.since(), GRACE);
    if is_rebooting(case, node, ready.since()) || (joins && by_age != Patience::Unknown) {
        Patience::Young
    } else {
        by_age
    }
}

fn finding(case: &Case<'_>, node: Node<'_>, ready: Condition<'_>) -> Finding {
    let (name, message) = (node.name(), ready.message());
    let words = excerpt(&message);
    let (summary, why) = match Lack::of(&message) {
        Lack::Network => (
            format!("node {name} is not ready because its network plugin has not started: {words}"),
            "The kubelet waits for a CNI configuration, which the network's pod on that node \
                 writes \
             once it runs. This follows from whatever keeps that pod from running.",
        ),
        Lack::Runtime => (
            format!(
                "node {name} is not ready because its container runtime does not answer: {words}"
            ),
            "The kubelet cannot list or start containers. The runtime crashed, hangs on the disk, \
             or the node is overloaded.",
        ),
        Lack::Other => (
            format!("node {name} is not ready: {words}"),
            "The kubelet reports and says itself that it cannot run pods.",
        ),
    };
    let says = format!("the kubelet says {}", ready.reason());
    Finding::new(Subject::view(node), summary, Evidence::condition(node.resource(), ready, says))
        .since(ready.since())
        .why(why)
        .saying(name)
        .saying(ready.reason())
        .saying(&message)
        .evidence(node_events(case, name, &EVENTS, |_| true))
        .remedy(remedy(case, name, Lack::of(&message)))
}

fn remedy(case: &Case<'_>, node: &str, lack: Lack) -> Remedy {
    let runtime = if case.snapshot().is_openshift() { "crio" } else { "containerd" };
    let remedy = match lack {
        Lack::Network => Remedy::new("Find out why the network's pod on the node does not run.")
            .command(format!(
                "{} get pods --all-namespaces -o wide --field-selector spec.nodeName={node}",
                client(case)
            )),
        Lack::Runtime => Remedy::new("Read the journal of the container runtime on the node.")
            .command(node_journal(case, node, runtime)),
        Lack::Other => Remedy::new("Read the journal of the kubelet on the node.")
            .command(node_journal(case, node, "kubelet")),
    };
    remedy.verify(format!("{} get node {node}", client(case)))
}
