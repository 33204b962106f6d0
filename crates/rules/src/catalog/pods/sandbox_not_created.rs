//! Pods for which a node makes no sandbox.
//!
//! # Why it matters
//!
//! Before its containers a pod gets a sandbox: a network namespace and an address. The runtime of
//! this node cannot make one, mostly because the network plugin does not answer. No new pod starts
//! on the node; those that run go on.
//!
//! # What to do
//!
//! Look at the network's pods on that node, multus and ovnkube-node, and at what the message says
//! of them.
//!
//! # Blind spots
//!
//! Only events say so, and they are kept for three hours. A node that was started a moment ago
//! fails like this until its network is up; a pod that was being created for less than five minutes
//! is not reported.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go`
//!   (`FailedCreatePodSandBox`)
//! - openshift/multus-cni, openshift/ovn-kubernetes `go-controller/pkg/cni`

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    Patience, client, count, creating, event_evidence, excerpt, few, grouped, named, pod_events,
    severity_in, unheard,
};

/// How long a sandbox may take.
const GRACE: Span = Span::minutes(5);
/// Older events are history.
const RECENT: Span = Span::minutes(30);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/sandbox-not-created",
    title: "pods for which a node makes no sandbox",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut waiting = Vec::new();
    let mut gap = None;
    for pod in case.all::<Pod<'_>>() {
        let Some(patience) = creating(case, pod, GRACE) else { continue };
        match event(case, pod) {
            Some(event) => waiting.push((pod, event, patience)),
            None => gap = gap.or_else(|| unheard(case, pod)),
        }
    }
    let groups = grouped(waiting, |(pod, ..)| {
        (Subject::cluster("Node", pod.node().unwrap_or_default()), String::new())
    });
    let findings: Vec<_> = groups
        .iter()
        .filter_map(|((node, _), members)| finding(case, &node.name, members))
        .collect();
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive"),
    }
}

fn event<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    pod_events(case, pod, &["FailedCreatePodSandBox"], RECENT).max_by_key(|event| event.last_seen())
}

fn finding(
    case: &Case<'_>,
    node: &str,
    members: &[(Pod<'_>, Event<'_>, Patience)],
) -> Option<Finding> {
    let (pod, event, _) = members.first()?;
    let names: Vec<_> =
        members.iter().map(|(pod, ..)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let message = event.message();
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let summary = format!(
        "{on} makes no sandbox for {} ({}): {}",
        count(names.len(), "pod"),
        few(&names),
        excerpt(inner(&message))
    );
    let since = members.iter().filter_map(|(pod, ..)| pod.condition("Ready")?.since()).min();
    let client = client(case);
    let finding = Finding::new(Subject::view(*pod), summary, event_evidence(*event))
        .since(since)
        .evidence(
            members.iter().skip(1).take(SHOWN - 1).map(|(_, event, _)| event_evidence(*event)),
        )
        .saying(named(members.iter().map(|(pod, ..)| *pod)))
        .saying(&message)
        .why(
            "Before its containers a pod gets a sandbox with a network of its own. The runtime of \
             the node cannot make one, mostly because the network plugin does not answer.",
        )
        .remedy(
            Remedy::new("Look at the pods of the network on that node.")
                .command(format!(
                    "{client} get pods --all-namespaces -o wide --field-selector \
                     spec.nodeName={node}"
                ))
                .verify(format!(
                    "{client} get events --all-namespaces --field-selector \
                     reason=FailedCreatePodSandBox"
                )),
        );
    let usual = members
        .iter()
        .map(|(pod, ..)| severity_in(case, pod.namespace(), META.severity))
        .max()
        .unwrap_or(META.severity);
    let patience = members.iter().map(|(.., patience)| *patience).max()?;
    Some(patience.weigh(finding, usual))
}

/// What follows the long name of the sandbox.
fn inner(message: &str) -> &str {
    ["error adding pod", "plugin type=", "error adding container to network", "name is reserved"]
        .into_iter()
        .find_map(|sign| message.get(message.find(sign)?..))
        .unwrap_or(message)
}
