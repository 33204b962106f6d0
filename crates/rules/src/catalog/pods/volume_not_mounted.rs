//! Pod with a volume that cannot be attached or mounted.
//!
//! The reason is only in events, which are stored for three hours. If the archive has an older
//! event, it is taken as the reason while the pod is still being created.
//!
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FailedMount`, `FailedAttachVolume`),
//!   `pkg/controller/volume/attachdetach/reconciler/reconciler.go` (`Multi-Attach error`)

use crate::catalog::prelude::*;

/// The kubelet repeats its event more often than this.
const SILENCE: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .grace(CREATION)
    .why(
        "No container of the pod starts before every volume is mounted. A missing Secret or \
         ConfigMap is usually created by another component. A volume that is still attached to \
         another node becomes available only after that node detaches it.",
    )
    .fix("Create the missing object, or fix the component that creates it.")
    .run(&["oc describe pod -n {namespace} {pod}"])
    .verify(&["oc get pods -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mounting, gap) = pods_in_creation(cx, |pod| event(cx, pod));
    let groups =
        PodGroup::by(cx, mounting, |(pod, event)| (workload(pod), obstacle(&event.message())));
    Ok(check_groups(cx, groups, finding).or_unknown(gap))
}

/// The latest event about a volume of the pod that cannot be attached or mounted.
fn event<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    // The kubelet also sends a summary of the volumes it waits for, which has fewer details.
    let is_specific = |event: Event<'_>| !event.message().starts_with("Unable to attach or mount");
    // The age does not matter: the pod is still being created, and no newer event shows the reason.
    pod_events(cx, pod, &["FailedMount", "FailedAttachVolume"], Span::days(3650))
        .max_by_key(|event| (is_specific(*event), event.last_seen()))
}

/// The missing object or the obstacle, if the message shows it.
fn obstacle(message: &str) -> String {
    for kind in ["secret", "configmap", "persistentvolumeclaim"] {
        let named =
            message.split_once(&format!("{kind} \"")).and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, rest)) = named
            && rest.trim_start().starts_with("not found")
        {
            return format!("{kind} {name} does not exist");
        }
    }
    let unregistered = message
        .split_once("object \"")
        .and_then(|(_, rest)| rest.split_once(" not registered"))
        .map(|(object, _)| object.replace('"', ""));
    if let Some(object) = unregistered {
        format!("{object} is not registered with the kubelet")
    } else if message.contains("Multi-Attach error") {
        "the volume is still attached to another node".to_owned()
    } else if message.contains("not found in the list of registered CSI drivers") {
        "the CSI driver of the volume is not registered on the node".to_owned()
    } else {
        excerpt(message)
    }
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<(Pod<'_>, Event<'_>)>) -> Finding {
    let (pod, event) = group.first;
    let names: Vec<_> = group.pods().map(Pod::name).collect();
    let summary = format!(
        "{}: {} cannot mount a volume: {} ({})",
        group.subject,
        pluralize(names.len(), "pod"),
        group.key,
        name_list(&names)
    );
    let message = event.message();
    let finding = group
        .finding(summary, |(_, event)| event_evidence(event))
        .since(group.since(|(pod, _)| pod.condition("Ready")?.since()))
        .lasts_since(group.since(|(pod, _)| creation_start(pod)))
        .evidence(pod.condition("Ready").map(|ready| {
            Evidence::condition(pod.resource(), ready, "the pod is still being created")
        }))
        .keywords(&message);
    let finding = if message.contains("Multi-Attach error") {
        finding
            .why(
                "The volume can be attached to only one node at a time. The other node is down, \
                 or the pod on it has not terminated.",
            )
            .fix(
                "Find the node to which the volume is attached, and delete the pod on it. Make \
                 sure that the node is down before any forced detach.",
            )
            .run("oc get volumeattachments")
    } else {
        finding
    };
    let finding = if cx.is_older(event.last_seen(), SILENCE) {
        finding.likely("the pod is still being created, but has no recent events about its volumes")
    } else {
        finding
    };
    // A missing driver affects all volumes of its type on that node.
    match pod.node().filter(|_| message.contains("list of registered CSI drivers")) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    }
}
