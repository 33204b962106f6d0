//! Pod stuck in Terminating.
//!
//! The reason why a kubelet cannot terminate a container is in its journal and in events of the
//! last three hours.
//!
//! - kubernetes/kubernetes `pkg/kubelet/pod_workers.go`, `pkg/kubelet/events/event.go`
//!   (`FailedKillPod`), `pkg/controller/podgc/gc_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .each(&[&POD], judge)
    .reads(&[Need::Kind(&NODE), Need::Kind(&LEASE), Need::Kind(&EVENT)])
    // How long it may still exist after its grace period, whose end deletionTimestamp is.
    .grace(Span::minutes(10))
    .why(
        "The pod still uses its name, its volumes and the resources of its node. A StatefulSet \
         creates no replacement, a drain waits for the pod, and so does an update of the node.",
    )
    .fix(
        "The action depends on what blocks the pod: a finalizer that is not removed, a node \
         that is not ready, or a kubelet that cannot terminate the containers. A forced \
         deletion only removes the pod from the API: if the node is still running, the \
         containers continue, and two pods may write to the same volume.",
    )
    .verify(&["oc get pods -n {namespace}"]);

fn judge(cx: &RuleContext<'_>, resource: &Resource) -> Result<Option<Finding>, NotJudged> {
    let pod = Pod::of(resource);
    let Some(deleted) = pod.deleted().filter(|deleted| !cx.is_in_future(Some(*deleted))) else {
        return Ok(None);
    };
    let node = pod.node().unwrap_or_default();
    let age = cx.age(Some(deleted)).map(|age| format!(" for {age}")).unwrap_or_default();
    let stuck = |reason: String| {
        let subject = Subject::of(resource);
        let summary = format!("{subject} is stuck in Terminating{age}: {reason}");
        let path = ["metadata", "deletionTimestamp"];
        let evidence = Evidence::field(resource, &path, "the end of the grace period");
        Finding::new(subject, summary, evidence)
            .since(Some(deleted))
            .keywords(pod.name())
            .keywords(&node)
            .with("node", node.clone())
    };
    Ok(Some(
        node_gone(cx, pod, &stuck)
            .or_else(|| node_not_ready(cx, pod, &stuck))
            .or_else(|| finalizers_left(pod, &stuck))
            .unwrap_or_else(|| kubelet_stuck(cx, pod, &stuck)),
    ))
}

fn node_gone(
    cx: &RuleContext<'_>,
    pod: Pod<'_>,
    stuck: &impl Fn(String) -> Finding,
) -> Option<Finding> {
    let node = pod.node()?;
    let searched = prove_node_absent(cx, &node)?;
    let is_off = "the machine of the node is off, so that nothing writes to the volumes of the pod";
    Some(
        stuck(format!("its node {node} no longer exists"))
            .group_by(GroupKey::Node, &*node)
            .evidence([Evidence::missing(Subject::cluster("Node", &*node), &searched)])
            .fix("Force delete the pod.")
            .with("node", &*node)
            .run("oc delete pod -n {namespace} {name} --force --grace-period=0")
            .before(is_off, Proof::by_hand("oc get node {node}")),
    )
}

fn node_not_ready(
    cx: &RuleContext<'_>,
    pod: Pod<'_>,
    stuck: &impl Fn(String) -> Finding,
) -> Option<Finding> {
    let node = cx.find::<Node<'_>>("", &pod.node()?).filter(|node| !node.is_ready())?;
    let name = node.name();
    let ready = node.condition("Ready");
    Some(
        stuck(format!("its node {name} is not ready and cannot terminate it"))
            .group_by(GroupKey::Node, name)
            .evidence(
                ready.map(|ready| {
                    Evidence::condition(node.resource(), ready, "the node is not ready")
                }),
            )
            .fix("Restore the node. Its kubelet then terminates the pod.")
            .with("node", name)
            .run("oc describe node {node}"),
    )
}

fn finalizers_left(pod: Pod<'_>, stuck: &impl Fn(String) -> Finding) -> Option<Finding> {
    let names = finalizers(pod.resource());
    if names.is_empty() || pod.containers().any(|it| it.running_since().is_some()) {
        return None;
    }
    let path = ["metadata", "finalizers"];
    Some(
        stuck(format!("its finalizers {} are not removed", name_list(&names)))
            .evidence([Evidence::field(pod.resource(), &path, "the remaining finalizers")])
            .fix("Find out why the controller of the finalizer does not remove it.")
            .run("oc get pod -n {namespace} {name} -o yaml"),
    )
}

fn kubelet_stuck(
    cx: &RuleContext<'_>,
    pod: Pod<'_>,
    stuck: &impl Fn(String) -> Finding,
) -> Finding {
    const REASONS: [&str; 4] =
        ["FailedKillPod", "FailedUnMount", "FailedUnmountVolume", "ExceededGracePeriod"];
    let node = pod.node().unwrap_or_default();
    let event = pod_events(cx, pod, &REASONS, Span::hours(1)).max_by_key(|event| event.last_seen());
    let finding = match event.map(Event::message) {
        Some(message) => {
            stuck(format!("the kubelet of node {node} cannot terminate it: {}", excerpt(&message)))
                .keywords(message)
        }
        None => stuck(format!("the kubelet of node {node} has not terminated it"))
            .likely("the reason why the kubelet has not terminated it was not collected"),
    };
    finding
        .group_by(GroupKey::Node, &*node)
        .evidence(event.map(event_evidence))
        .fix("Read the kubelet and container runtime journals.")
        .run(Command::new("oc adm node-logs {node} -u kubelet --since=-1h", &[("node", &*node)]))
        .run("oc describe pod -n {namespace} {name}")
}
