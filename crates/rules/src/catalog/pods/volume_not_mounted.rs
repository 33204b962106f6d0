//! Pod with a volume that cannot be attached or mounted.
//!
//! The reason is only in events, which are stored for three hours. If the archive has an older
//! event, it is taken as the reason while the pod is still being created.
//!
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FailedMount`, `FailedAttachVolume`),
//!   `pkg/controller/volume/attachdetach/reconciler/reconciler.go` (`Multi-Attach error`)

use crate::catalog::prelude::*;

/// How long the mount of volumes may take.
const GRACE: Span = Span::minutes(5);
/// The kubelet repeats its event more often than this.
const SILENCE: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "No container of the pod starts before every volume is mounted. A missing Secret or \
         ConfigMap is usually created by another component. A volume that is still attached to \
         another node becomes available only after that node detaches it.",
    )
    .fix(
        "For a missing Secret or ConfigMap, find the component that creates it. For \
         Multi-Attach error, find the node to which the volume is attached, and make sure that \
         the node is down before any forced detach.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut mounting = Vec::new();
    let mut gap = None;
    for pod in cx.all::<Pod<'_>>() {
        let Some(creating) = creation_persistence(cx, pod, GRACE) else { continue };
        match event(cx, pod) {
            Some(event) => mounting.push((pod, event, creating)),
            None => gap = gap.or_else(|| events_gap(cx, pod)),
        }
    }
    let groups =
        group_by_subject(mounting, |(pod, event, _)| (workload(pod), missing(&event.message())));
    let findings: Vec<_> = groups
        .iter()
        .filter_map(|((subject, object), members)| finding(cx, subject, object, members))
        .collect();
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings)),
    }
}

/// The latest event about a volume of the pod that cannot be attached or mounted.
fn event<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    // The kubelet also sends a summary of the volumes it waits for, which has fewer details.
    let is_specific = |event: Event<'_>| !event.message().starts_with("Unable to attach or mount");
    let is_of_volumes = |event: &Event<'_>| {
        matches!(&*event.reason(), "FailedMount" | "FailedAttachVolume")
            && event.is_about("Pod", pod.name())
    };
    // The age does not matter: the pod is still being created, and no newer event shows the reason.
    cx.within::<Event<'s>>(pod.namespace())
        .filter(is_of_volumes)
        .max_by_key(|event| (is_specific(*event), event.last_seen()))
}

/// The missing object or the obstacle, if the message shows it.
fn missing(message: &str) -> String {
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
        return format!("{object} is not registered with the kubelet");
    }
    if message.contains("Multi-Attach error") {
        return "the volume is still attached to another node".to_owned();
    }
    if message.contains("not found in the list of registered CSI drivers") {
        return "the CSI driver of the volume is not registered on the node".to_owned();
    }
    excerpt(message)
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    object: &str,
    members: &[(Pod<'_>, Event<'_>, Persistence)],
) -> Option<Finding> {
    let ((pod, event, persistence), rest) = members.split_first()?;
    let names: Vec<_> = members.iter().map(|(pod, ..)| pod.name()).collect();
    let summary = format!(
        "{subject}: {} cannot mount a volume: {object} ({})",
        pluralize(names.len(), "pod"),
        name_list(&names)
    );
    let since = members.iter().filter_map(|(pod, ..)| pod.condition("Ready")?.since()).min();
    let message = event.message();
    let why = if message.contains("Multi-Attach error") {
        "The volume can be attached to only one node at a time. The other node is down, or the \
         pod on it has not terminated."
    } else if message.contains("not found") || message.contains("not registered") {
        "No container starts before every volume is mounted. The missing object is usually created \
         by another component."
    } else {
        "No container starts before every volume is mounted."
    };
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let remedy = if message.contains("Multi-Attach error") {
        Remedy::new("Find the node to which the volume is attached, and delete the pod on it.")
            .command(format!("{client} get volumeattachments"))
    } else {
        Remedy::new("Create the missing object, or fix the component that creates it.")
            .command(format!("{client} describe pod -n {namespace} {name}"))
    };
    let finding = Finding::new(subject.clone(), summary, event_evidence(*event))
        .since(since)
        .evidence(rest.iter().take(2).map(|(_, event, _)| event_evidence(*event)))
        .evidence(pod.condition("Ready").map(|ready| {
            Evidence::condition(pod.resource(), ready, "the pod is still being created")
        }))
        .keywords(pod_keywords(members.iter().map(|(pod, ..)| *pod)))
        .keywords(&message)
        .why(why)
        .remedy(remedy.verify(format!("{client} get pods -n {namespace}")));
    let is_silent = cx.is_older(event.last_seen(), SILENCE);
    let finding = if is_silent {
        finding.likely("the pod is still being created, but has no recent events about its volumes")
    } else {
        finding
    };
    // A missing driver affects all volumes of its type on that node.
    let finding = match pod.node().filter(|_| message.contains("list of registered CSI drivers")) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    };
    Some(persistence.apply(finding, severity_in(cx, &subject.namespace, RULE.meta.severity)))
}
