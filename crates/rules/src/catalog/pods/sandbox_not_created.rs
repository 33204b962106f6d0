//! Pods stuck because their sandbox cannot be created (`FailedCreatePodSandBox`).
//!
//! The error is only in events, which are stored for three hours. On a node that has just started,
//! sandboxes fail until the network is ready. A pod that has been in creation for less than five
//! minutes is not reported.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go`
//!   (`FailedCreatePodSandBox`)
//! - openshift/multus-cni, openshift/ovn-kubernetes `go-controller/pkg/cni`

use crate::catalog::prelude::*;

/// How long the creation of a sandbox may take.
const GRACE: Span = Span::minutes(5);
/// Older events are ignored.
const RECENT: Span = Span::minutes(30);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Before its containers start, a pod gets a sandbox with a network namespace and an IP \
         address. The container runtime of this node cannot create one, usually because the \
         network plugin does not respond. No new pods start on the node. Running pods continue \
         to run.",
    )
    .fix(
        "Check the network pods on that node, such as multus and ovnkube-node, and the error in \
         the message.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut waiting = Vec::new();
    let mut gap = None;
    for pod in cx.all::<Pod<'_>>() {
        let Some(persistence) = creation_persistence(cx, pod, GRACE) else { continue };
        match event(cx, pod) {
            Some(event) => waiting.push((pod, event, persistence)),
            None => gap = gap.or_else(|| events_gap(cx, pod)),
        }
    }
    let groups = group_by_subject(waiting, |(pod, ..)| {
        (Subject::cluster("Node", pod.node().unwrap_or_default()), String::new())
    });
    let findings: Vec<_> =
        groups.iter().filter_map(|((node, _), members)| finding(cx, &node.name, members)).collect();
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings)),
    }
}

fn event<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    pod_events(cx, pod, &["FailedCreatePodSandBox"], RECENT).max_by_key(|event| event.last_seen())
}

fn finding(
    cx: &RuleContext<'_>,
    node: &str,
    members: &[(Pod<'_>, Event<'_>, Persistence)],
) -> Option<Finding> {
    let (pod, event, _) = members.first()?;
    let names: Vec<_> =
        members.iter().map(|(pod, ..)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let message = event.message();
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let summary = format!(
        "{on} cannot create a sandbox for {} ({}): {}",
        pluralize(names.len(), "pod"),
        name_list(&names),
        excerpt(inner(&message))
    );
    let since = members.iter().filter_map(|(pod, ..)| pod.condition("Ready")?.since()).min();
    let client = client(cx);
    let finding = Finding::new(Subject::view(*pod), summary, event_evidence(*event))
        .since(since)
        .evidence(
            members.iter().skip(1).take(SHOWN - 1).map(|(_, event, _)| event_evidence(*event)),
        )
        .keywords(pod_keywords(members.iter().map(|(pod, ..)| *pod)))
        .keywords(&message)
        .run(format!(
            "{client} get pods --all-namespaces -o wide --field-selector \
                     spec.nodeName={node}"
        ))
        .verify(format!(
            "{client} get events --all-namespaces --field-selector \
                     reason=FailedCreatePodSandBox"
        ));
    let usual = members
        .iter()
        .map(|(pod, ..)| severity_in(cx, pod.namespace(), RULE.meta.severity))
        .max()
        .unwrap_or(RULE.meta.severity);
    let persistence = members.iter().map(|(.., persistence)| *persistence).max()?;
    Some(persistence.apply(finding, usual))
}

/// The part of the message after the long name of the sandbox.
fn inner(message: &str) -> &str {
    ["error adding pod", "plugin type=", "error adding container to network", "name is reserved"]
        .into_iter()
        .find_map(|sign| message.get(message.find(sign)?..))
        .unwrap_or(message)
}
