//! Pod stuck in Terminating.
//!
//! The time in `deletionTimestamp` is the end of the grace period, and another ten minutes are
//! allowed. The reason why a kubelet cannot terminate a container is in its journal and in events
//! of the last three hours.
//!
//! - kubernetes/kubernetes `pkg/kubelet/pod_workers.go`, `pkg/kubelet/events/event.go`
//!   (`FailedKillPod`), `pkg/controller/podgc/gc_controller.go`

use crate::catalog::prelude::*;

/// How long a pod may still exist after its grace period.
const LIMIT: Span = Span::minutes(10);
/// Older events are ignored.
const RECENT: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The pod still uses its name, its volumes and the resources of its node. A StatefulSet \
         creates no replacement, a drain waits for the pod, and so does an update of the node.",
    )
    .fix(
        "The action depends on what blocks the pod: a finalizer that is not removed, a node \
         that is not ready, or a kubelet that cannot terminate the containers. A forced \
         deletion only removes the pod from the API. If the node is still running, the \
         containers continue, and two pods may write to the same volume.",
    );

/// What blocks the deletion of the pod.
enum Blocker<'s> {
    Finalizers(Vec<String>),
    NodeGone(Searched),
    NodeNotReady(Node<'s>),
    Kubelet(Option<Event<'s>>),
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx
        .all::<Pod<'_>>()
        .filter(|pod| cx.is_older(pod.deleted(), LIMIT))
        .map(|pod| finding(cx, pod));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn blocker<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Blocker<'s> {
    let name = pod.node().unwrap_or_default();
    let node = cx.find::<Node<'s>>("", &name);
    if let Some(searched) = prove_node_absent(cx, &name) {
        return Blocker::NodeGone(searched);
    }
    if let Some(node) = node.filter(|node| !node.is_ready()) {
        return Blocker::NodeNotReady(node);
    }
    let runs = pod.containers().any(|container| container.running_since().is_some());
    let finalizers = finalizers(pod.resource());
    if !finalizers.is_empty() && !runs {
        return Blocker::Finalizers(finalizers.into_iter().map(Into::into).collect());
    }
    let reasons = ["FailedKillPod", "FailedUnMount", "FailedUnmountVolume", "ExceededGracePeriod"];
    Blocker::Kubelet(pod_events(cx, pod, &reasons, RECENT).max_by_key(|event| event.last_seen()))
}

fn finding(cx: &RuleContext<'_>, pod: Pod<'_>) -> Finding {
    let (subject, node) = (Subject::view(pod), pod.node().unwrap_or_default().into_owned());
    let blocker = blocker(cx, pod);
    let reason = match &blocker {
        Blocker::Finalizers(names) => {
            format!("its finalizers {} are not removed", name_list(names))
        }
        Blocker::NodeGone(_) => format!("its node {node} no longer exists"),
        Blocker::NodeNotReady(_) => {
            format!("its node {node} is not ready and cannot terminate it")
        }
        Blocker::Kubelet(Some(event)) => {
            format!("the kubelet of node {node} cannot terminate it: {}", excerpt(&event.message()))
        }
        Blocker::Kubelet(None) => {
            format!("the kubelet of node {node} has not terminated it")
        }
    };
    let age = cx.age(pod.deleted()).map(|age| format!(" for {age}")).unwrap_or_default();
    let deletion = ["metadata", "deletionTimestamp"];
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is stuck in Terminating{age}: {reason}"),
        Evidence::field(pod.resource(), &deletion, "the end of the grace period"),
    )
    .severity(severity_in(cx, pod.namespace(), RULE.meta.severity))
    .since(pod.deleted())
    .keywords(pod.name())
    .keywords(&node)
    .remedy(remedy(cx, pod, &blocker, &node));
    match blocker {
        Blocker::Finalizers(_) => finding.evidence([Evidence::field(
            pod.resource(),
            &["metadata", "finalizers"],
            "the remaining finalizers",
        )]),
        Blocker::NodeGone(searched) => finding
            .group_by(GroupKey::Node, node.clone())
            .evidence([Evidence::missing(Subject::cluster("Node", node), &searched)]),
        Blocker::NodeNotReady(object) => {
            finding.group_by(GroupKey::Node, node).evidence(object.condition("Ready").map(
                |ready| Evidence::condition(object.resource(), ready, "the node is not ready"),
            ))
        }
        Blocker::Kubelet(event) => {
            let likely = event.is_none();
            let finding =
                finding.group_by(GroupKey::Node, node).evidence(event.map(event_evidence));
            if likely {
                finding.likely("the reason why the kubelet has not terminated it was not collected")
            } else {
                finding
                    .keywords(event.map(|event| event.message().into_owned()).unwrap_or_default())
            }
        }
    }
}

fn remedy(cx: &RuleContext<'_>, pod: Pod<'_>, blocker: &Blocker<'_>, node: &str) -> Remedy {
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let force = format!("{client} delete pod -n {namespace} {name} --force --grace-period=0");
    let remedy = match blocker {
        Blocker::Finalizers(_) => {
            Remedy::new("Find out why the controller of the finalizer does not remove it.")
                .command(format!("{client} get pod -n {namespace} {name} -o yaml"))
        }
        Blocker::NodeGone(_) => Remedy::new("Force delete the pod.").command(force).precondition(
            "the machine of the node is off, so that nothing writes to the volumes of the pod",
            Proof::ByHand(format!("{client} get node {node}")),
        ),
        Blocker::NodeNotReady(_) => {
            Remedy::new("Restore the node. Its kubelet then terminates the pod.")
                .command(format!("{client} describe node {node}"))
        }
        Blocker::Kubelet(_) => Remedy::new("Read the kubelet and container runtime journals.")
            .command(node_journal(cx, node, "kubelet"))
            .command(format!("{client} describe pod -n {namespace} {name}")),
    };
    remedy.verify(format!("{client} get pods -n {namespace}"))
}
