//! A pod whose volume cannot be mounted.
//!
//! # Why it matters
//!
//! No container of the pod starts before every volume is there. A Secret or ConfigMap that does not
//! exist is mostly made by another component; a disk that another node still holds comes free only
//! when that node lets go of it.
//!
//! # What to do
//!
//! For a missing Secret or ConfigMap find who makes it. For `Multi-Attach error` find the node that
//! holds the volume, and make sure that it is down before anything is detached by force.
//!
//! # Blind spots
//!
//! Only events say why, and they are kept for three hours. An older one, where the archive has it, is taken
//! for the reason while the pod is still being created.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/events/event.go` (`FailedMount`, `FailedAttachVolume`),
//!   `pkg/controller/volume/attachdetach/reconciler/reconciler.go` (`Multi-Attach error`)

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    Patience, client, count, creating, event_evidence, excerpt, few, grouped, named, severity_in,
    unheard, workload,
};

/// How long volumes may take.
const GRACE: Span = Span::minutes(5);
/// The kubelet says more often than that what it waits for.
const SILENCE: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "pods/volume-not-mounted",
    title: "a pod whose volume cannot be mounted",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut mounting = Vec::new();
    let mut gap = None;
    for pod in case.all::<Pod<'_>>() {
        let Some(creating) = creating(case, pod, GRACE) else { continue };
        match event(case, pod) {
            Some(event) => mounting.push((pod, event, creating)),
            None => gap = gap.or_else(|| unheard(case, pod)),
        }
    }
    let groups = grouped(mounting, |(pod, event, _)| (workload(pod), missing(&event.message())));
    let findings: Vec<_> = groups
        .iter()
        .filter_map(|((subject, object), members)| finding(case, subject, object, members))
        .collect();
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive"),
    }
}

/// The newest event that says a volume of the pod cannot be had.
fn event<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    // The kubelet sums up from time to time which volumes it waits for; that says less.
    let tells = |event: Event<'_>| !event.message().starts_with("Unable to attach or mount");
    let is_of_volumes = |event: &Event<'_>| {
        matches!(&*event.reason(), "FailedMount" | "FailedAttachVolume")
            && event.is_about("Pod", pod.name())
    };
    // However old: the pod is being created still, and nothing newer says why.
    case.within::<Event<'s>>(pod.namespace())
        .filter(is_of_volumes)
        .max_by_key(|event| (tells(*event), event.last_seen()))
}

/// What is missing or in the way, as far as the message names it.
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
        return format!("{object} is not known to the kubelet");
    }
    if message.contains("Multi-Attach error") {
        return "another node still holds the volume".to_owned();
    }
    if message.contains("not found in the list of registered CSI drivers") {
        return "the node does not run the volume's CSI driver".to_owned();
    }
    excerpt(message)
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    object: &str,
    members: &[(Pod<'_>, Event<'_>, Patience)],
) -> Option<Finding> {
    let ((pod, event, patience), rest) = members.split_first()?;
    let names: Vec<_> = members.iter().map(|(pod, ..)| pod.name()).collect();
    let summary = format!(
        "{subject}: {} cannot mount a volume: {object} ({})",
        count(names.len(), "pod"),
        few(&names)
    );
    let since = members.iter().filter_map(|(pod, ..)| pod.condition("Ready")?.since()).min();
    let message = event.message();
    let why = if message.contains("Multi-Attach error") {
        "The volume can be attached to one node at a time. The node that has it is down, or its \
         pod has not ended."
    } else if message.contains("not found") || message.contains("not registered") {
        "No container starts before every volume is there. Another component makes this object, or \
         should have."
    } else {
        "No container starts before every volume is there."
    };
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let remedy = if message.contains("Multi-Attach error") {
        Remedy::new("Find the node that holds the volume, and end the pod that uses it there.")
            .command(format!("{client} get volumeattachments"))
    } else {
        Remedy::new("Make what is missing, or mend who makes it.")
            .command(format!("{client} describe pod -n {namespace} {name}"))
    };
    let finding = Finding::new(subject.clone(), summary, event_evidence(*event))
        .since(since)
        .evidence(rest.iter().take(2).map(|(_, event, _)| event_evidence(*event)))
        .evidence(pod.condition("Ready").map(|ready| {
            Evidence::condition(pod.resource(), ready, "the pod is still being created")
        }))
        .saying(named(members.iter().map(|(pod, ..)| *pod)))
        .saying(&message)
        .why(why)
        .remedy(remedy.verify(format!("{client} get pods -n {namespace}")));
    let is_silent = case.is_older(event.last_seen(), SILENCE);
    let finding = if is_silent {
        finding.likely("the pod is still being created, and of its volumes nothing was said lately")
    } else {
        finding
    };
    // A driver that is not there lacks for every volume of its kind on that node.
    let finding = match pod.node().filter(|_| message.contains("list of registered CSI drivers")) {
        Some(node) => finding.shares(Common::Node, node),
        None => finding,
    };
    Some(patience.weigh(finding, severity_in(case, &subject.namespace, META.severity)))
}
