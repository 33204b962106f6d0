//! Which pods should run, the workloads that own them, and how findings describe them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Pod};

use super::container_fault::has_fault;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::persistence::Persistence;
use crate::terms::positions::Positions;

/// The pods of each workload, by its subject.
struct PodsByWorkload(Positions);

/// Whether the pod should run: it is not being deleted and has not finished.
pub fn is_expected(pod: Pod<'_>) -> bool {
    pod.deleted().is_none() && !pod.is_finished()
}

/// The workload of the pod: the Deployment of its ReplicaSet, its owner, or the pod itself.
pub fn workload(pod: Pod<'_>) -> Subject {
    let itself = || Subject::of(pod.resource());
    let Some((kind, name)) = pod.owner() else { return itself() };
    let (kind, name) = match &*kind {
        // The owner of a static pod is its node.
        "Node" => return itself(),
        "ReplicaSet" => match deployment(pod, &name) {
            Some(deployment) => (Cow::Borrowed("Deployment"), deployment),
            None => (Cow::Borrowed("ReplicaSet"), name.into_owned()),
        },
        _ => (Cow::Owned(kind.into_owned()), name.into_owned()),
    };
    Subject { kind, namespace: pod.namespace().to_owned(), name }
}

/// The pods of a workload, by name.
pub fn workload_pods<'s>(cx: &RuleContext<'s>, subject: &Subject) -> impl Iterator<Item = Pod<'s>> {
    // Asserts that the rule declares pods, whichever rule derived the index.
    drop(cx.all::<Pod<'_>>());
    let PodsByWorkload(index) = cx.memo().get_or_derive(|| {
        let pods = cx.all::<Pod<'_>>().enumerate();
        PodsByWorkload(Positions::new(pods.map(|(at, pod)| (workload(pod), at))))
    });
    let all = cx.snapshot().of_kind(&POD);
    let found = index.of(subject).filter_map(|at| all.get(at).map(Pod::of));
    found.filter(move |pod| workload(*pod) == *subject)
}

fn deployment(pod: Pod<'_>, replica_set: &str) -> Option<String> {
    let hash = pod.labels()?.text_at(&["pod-template-hash"])?;
    Some(replica_set.strip_suffix(&*hash)?.strip_suffix('-')?.to_owned())
}

/// The names of pods on one line and those of their nodes on the next, as keywords of a finding.
pub fn pod_keywords<'s>(pods: impl IntoIterator<Item = Pod<'s>>) -> String {
    let (mut names, mut nodes) = (Vec::new(), BTreeSet::new());
    for pod in pods {
        names.push(pod.name());
        nodes.extend(pod.node());
    }
    format!("{}\n{}", names.join(" "), nodes.into_iter().collect::<Vec<_>>().join(" "))
}

/// How long a scheduled pod has been in ContainerCreating, compared with `limit`; None if it is
/// not, or is within the limit.
pub fn creation_persistence(
    cx: &RuleContext<'_>,
    pod: Pod<'_>,
    limit: Span,
) -> Option<Persistence> {
    if pod.phase() != "Pending" {
        return None;
    }
    let waits = pod.containers().any(|container| {
        matches!(
            container.waiting_reason().as_deref(),
            Some("ContainerCreating" | "PodInitializing")
        )
    });
    let runs_init = pod.containers().any(|container| {
        container.is_init()
            && (container.running_since().is_some() || container.terminated().is_some())
    });
    if !is_expected(pod) || !waits || runs_init || has_fault(cx, pod) {
        return None;
    }
    Some(Persistence::of(cx, creation_start(pod), limit))
        .filter(|persistence| *persistence != Persistence::WithinGrace)
}

/// When a node was selected for the pod, and so the creation of its containers began.
pub fn creation_start(pod: Pod<'_>) -> Option<Time> {
    let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_true());
    scheduled
        .and_then(Condition::since)
        .or_else(|| pod.started())
        .or_else(|| pod.resource().created())
}
