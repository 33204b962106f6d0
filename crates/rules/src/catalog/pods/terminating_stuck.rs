//! A pod that was asked to go and does not.
//!
//! # Why it matters
//!
//! The name, the volumes and the node's room of such a pod stay taken. A `StatefulSet` starts no other
//! in its place, a drain waits for it, and so does an update of the node.
//!
//! # What to do
//!
//! It depends on what holds the pod: a finalizer that nobody takes off, a node that does not report,
//! or a kubelet that cannot end the containers. Deleting by force only takes the pod off the list:
//! on a node that still runs, its containers go on and its volume may be written to twice.
//!
//! # Blind spots
//!
//! The time in `deletionTimestamp` is the end of the grace period; ten minutes more are allowed.
//! Why a kubelet cannot end a container stands in its journal, and in events of the last three
//! hours.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/pod_workers.go`, `pkg/kubelet/events/event.go`
//!   (`FailedKillPod`), `pkg/controller/podgc/gc_controller.go`

use mustknow_gather::kinds::{EVENT, Event, LEASE, NODE, Node, POD, Pod};
use mustknow_gather::snapshot::Searched;

use crate::catalog::prelude::*;
use crate::facts::{
    client, event_evidence, excerpt, few, finalizers, node_journal, pod_events, prove_gone,
    severity_in,
};

/// How long after its grace period a pod may still be there.
const LIMIT: Span = Span::minutes(10);
/// Older events are history.
const RECENT: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "pods/terminating-stuck",
    title: "a pod that was asked to go and does not",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE), Need::Kind(&LEASE), Need::Kind(&EVENT)],
};

/// What holds the pod.
enum Held<'s> {
    Finalizers(Vec<String>),
    NodeGone(Searched),
    NodeNotReady(Node<'s>),
    Kubelet(Option<Event<'s>>),
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let findings = case
        .all::<Pod<'_>>()
        .filter(|pod| case.is_older(pod.deleted(), LIMIT))
        .map(|pod| finding(case, pod))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn held<'s>(case: &Case<'s>, pod: Pod<'s>) -> Held<'s> {
    let name = pod.node().unwrap_or_default();
    let node = case.find::<Node<'s>>("", &name);
    if let Some(gone) = prove_gone(case, &name) {
        return Held::NodeGone(gone);
    }
    if let Some(node) = node.filter(|node| !node.is_ready()) {
        return Held::NodeNotReady(node);
    }
    let runs = pod.containers().any(|container| container.running_since().is_some());
    let finalizers = finalizers(pod.resource());
    if !finalizers.is_empty() && !runs {
        return Held::Finalizers(finalizers.into_iter().map(Into::into).collect());
    }
    let reasons = ["FailedKillPod", "FailedUnMount", "FailedUnmountVolume", "ExceededGracePeriod"];
    Held::Kubelet(pod_events(case, pod, &reasons, RECENT).max_by_key(|event| event.last_seen()))
}

fn finding(case: &Case<'_>, pod: Pod<'_>) -> Finding {
    let (subject, node) = (Subject::view(pod), pod.node().unwrap_or_default().into_owned());
    let held = held(case, pod);
    let because = match &held {
        Held::Finalizers(names) => format!("nobody takes off its finalizers {}", few(names)),
        Held::NodeGone(_) => format!("its node {node} does not exist any more"),
        Held::NodeNotReady(_) => format!("its node {node} is not ready and cannot end it"),
        Held::Kubelet(Some(event)) => {
            format!("the kubelet of node {node} cannot end it: {}", excerpt(&event.message()))
        }
        Held::Kubelet(None) => format!("the kubelet of node {node} has not ended it"),
    };
    let age = case.age(pod.deleted()).map(|age| format!(" {age} ago")).unwrap_or_default();
    let asked = ["metadata", "deletionTimestamp"];
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was to be gone{age}: {because}"),
        Evidence::field(pod.resource(), &asked, "its grace period ended then"),
    )
    .severity(severity_in(case, pod.namespace(), META.severity))
    .since(pod.deleted())
    .saying(pod.name())
    .saying(&node)
    .why(
        "What was asked to go stays on the list until its kubelet has ended it and every finalizer \
         is off. Its name and its volumes stay taken meanwhile, and a drain waits for it.",
    )
    .remedy(remedy(case, pod, &held, &node));
    match held {
        Held::Finalizers(_) => finding.evidence([Evidence::field(
            pod.resource(),
            &["metadata", "finalizers"],
            "what still holds it",
        )]),
        Held::NodeGone(searched) => finding
            .shares(Common::Node, node.clone())
            .evidence([Evidence::missing(Subject::cluster("Node", node), &searched)]),
        Held::NodeNotReady(gone) => finding.shares(Common::Node, node).evidence(
            gone.condition("Ready")
                .map(|ready| Evidence::condition(gone.resource(), ready, "the node is not ready")),
        ),
        Held::Kubelet(event) => {
            let likely = event.is_none();
            let finding = finding.shares(Common::Node, node).evidence(event.map(event_evidence));
            if likely {
                finding.likely("nothing collected says why its kubelet has not ended it")
            } else {
                finding.saying(event.map(|event| event.message().into_owned()).unwrap_or_default())
            }
        }
    }
}

fn remedy(case: &Case<'_>, pod: Pod<'_>, held: &Held<'_>, node: &str) -> Remedy {
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let force = format!("{client} delete pod -n {namespace} {name} --force --grace-period=0");
    let remedy = match held {
        Held::Finalizers(_) => {
            Remedy::new("Find out why the controller behind the finalizer does not take it off.")
                .command(format!("{client} get pod -n {namespace} {name} -o yaml"))
        }
        Held::NodeGone(_) => Remedy::new("Take the pod off the list.").command(force).before(
            "the machine behind the node is off, so that nothing writes to the pod's volumes",
            Proof::ByHand(format!("{client} get node {node}")),
        ),
        Held::NodeNotReady(_) => Remedy::new("Bring the node back; its kubelet then ends the pod.")
            .command(format!("{client} describe node {node}")),
        Held::Kubelet(_) => Remedy::new("Read the journals of kubelet and runtime on the node.")
            .command(node_journal(case, node, "kubelet"))
            .command(format!("{client} describe pod -n {namespace} {name}")),
    };
    remedy.verify(format!("{client} get pods -n {namespace}"))
}
