//! Which pods should run, the workloads that own them, and the faults of their containers.
//!
//! Each container has at most one fault, so that no two rules report it. Reasons are from
//! kubernetes/kubernetes `pkg/kubelet/kuberuntime`, `pkg/kubelet/images/types.go`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Container, Pod, Terminated};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::persistence::Persistence;
use crate::engine::quoting::name_list;

/// How long ago an event may be to count as recent.
const RECENT: Span = Span::hours(1);
/// A container that has run for longer is no longer crash-looping: the kubelet resets its back-off
/// then.
const BACK_OFF_RESET: Span = Span::minutes(10);
/// How many pods one finding shows.
const SHOWN: usize = 3;

/// A fault of a container.
#[derive(Clone, Copy)]
pub enum ContainerFault<'s> {
    /// It is crash-looping.
    CrashLooping,
    /// It was OOMKilled.
    OutOfMemory(Terminated<'s>),
    /// Its image cannot be pulled.
    ImageNotPulled,
    /// The container runtime cannot create or start it.
    NotCreated,
    /// Its program is built for another CPU architecture than the node's.
    WrongArchitecture,
}

/// A container with a fault.
#[derive(Clone, Copy)]
pub struct FaultyContainer<'s> {
    /// Its pod.
    pub pod: Pod<'s>,
    /// The container.
    pub container: Container<'s>,
    /// The fault.
    pub fault: ContainerFault<'s>,
}

impl<'s> FaultyContainer<'s> {
    /// The end of its current or previous run.
    pub fn ended(self) -> Option<Terminated<'s>> {
        self.container.terminated().or_else(|| self.container.last_terminated())
    }

    /// Its status as evidence.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        Evidence::seen(self.pod.resource(), self.container.span(), note)
    }
}

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

fn deployment(pod: Pod<'_>, replica_set: &str) -> Option<String> {
    let hash = pod.labels()?.text_at(&["pod-template-hash"])?;
    Some(replica_set.strip_suffix(&*hash)?.strip_suffix('-')?.to_owned())
}

/// The pods that have a container with a fault, by their position among all pods.
struct FaultyPods(BTreeSet<usize>);

/// Every container with a fault, by pod.
pub fn faulty_containers<'s>(cx: &RuleContext<'s>) -> Vec<FaultyContainer<'s>> {
    let FaultyPods(faulty) = cx.memo().get_or_derive(|| {
        let pods = cx.all::<Pod<'_>>().enumerate();
        FaultyPods(pods.filter(|(_, pod)| has_fault(cx, *pod)).map(|(at, _)| at).collect())
    });
    cx.all::<Pod<'s>>()
        .enumerate()
        .filter(|(at, _)| faulty.contains(at))
        .flat_map(|(_, pod)| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| {
            let fault = fault(cx, pod, container)?;
            Some(FaultyContainer { pod, container, fault })
        })
        .collect()
}

/// Whether any container of the pod has a fault.
pub fn has_fault(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    pod.containers().any(|container| fault(cx, pod, container).is_some())
}

fn fault<'s>(
    cx: &RuleContext<'s>,
    pod: Pod<'s>,
    container: Container<'s>,
) -> Option<ContainerFault<'s>> {
    if pod.deleted().is_some() || pod.phase() == "Succeeded" {
        return None;
    }
    let waiting = container.waiting_reason();
    let ended = container.terminated().or_else(|| container.last_terminated());
    let is_backing_off = waiting.as_deref() == Some("CrashLoopBackOff");
    if let Some(ended) = ended.filter(|ended| ended.reason() == "OOMKilled")
        && (is_backing_off
            || failed_with_its_pod(pod, container)
            || is_recent(cx, ended.finished()))
    {
        return Some(ContainerFault::OutOfMemory(ended));
    }
    if pod.is_finished() {
        return None;
    }
    if has_wrong_architecture(container, ended) {
        return Some(ContainerFault::WrongArchitecture);
    }
    match waiting.as_deref() {
        Some(
            "ErrImagePull"
            | "ImagePullBackOff"
            | "InvalidImageName"
            | "ErrImageNeverPull"
            | "ImageInspectError"
            | "RegistryUnavailable"
            | "SignatureValidationFailed",
        ) => return Some(ContainerFault::ImageNotPulled),
        Some(
            "CreateContainerConfigError"
            | "CreateContainerError"
            | "RunContainerError"
            | "PreCreateHookError"
            | "PreStartHookError"
            | "PostStartHookError",
        ) => return Some(ContainerFault::NotCreated),
        _ => {}
    }
    let never_ran =
        ended.is_some_and(|ended| matches!(&*ended.reason(), "ContainerCannotRun" | "StartError"));
    let is_down = is_backing_off || container.terminated().is_some();
    if never_ran && is_down {
        return Some(ContainerFault::NotCreated);
    }
    let crashes = is_backing_off
        || failed_repeatedly(pod, container)
        || (!container.is_ready() && runs_between_back_offs(cx, container));
    crashes.then_some(ContainerFault::CrashLooping)
}

/// Whether the kernel does not support the executable of the container.
fn has_wrong_architecture(container: Container<'_>, ended: Option<Terminated<'_>>) -> bool {
    const ERROR: &str = "exec format error";
    container.running_since().is_none()
        && (container.waiting_message().contains(ERROR)
            || ended.is_some_and(|ended| ended.message().contains(ERROR)))
}

/// Whether the container has failed again and its back-off has not started yet.
fn failed_repeatedly(pod: Pod<'_>, container: Container<'_>) -> bool {
    let failed = container.terminated().and_then(Terminated::exit_code).is_some_and(|c| c != 0);
    failed && pod.restarts_containers() && container.restarts() >= 2
}

/// Whether the container runs between two back-offs, which are at most five minutes apart.
fn runs_between_back_offs(cx: &RuleContext<'_>, container: Container<'_>) -> bool {
    let failed = container.last_terminated().and_then(Terminated::exit_code);
    failed.is_some_and(|code| code != 0)
        && container.restarts() >= 3
        && !container.is_init()
        && container.running_since().is_some_and(|since| !cx.is_older(Some(since), BACK_OFF_RESET))
}

/// Whether the pod and this container have failed. This is their final state, however old it is.
fn failed_with_its_pod(pod: Pod<'_>, container: Container<'_>) -> bool {
    pod.phase() == "Failed" && container.terminated().is_some()
}

/// Whether a single event at that time is recent enough to be reported.
pub fn is_recent(cx: &RuleContext<'_>, time: Option<Time>) -> bool {
    time.is_some() && !cx.is_older(time, RECENT)
}

/// Since when the pod has not been ready; None if it becomes ready between restarts.
pub fn fault_since(faulty: FaultyContainer<'_>) -> Option<Time> {
    let ready = faulty.pod.condition("Ready").filter(|ready| !ready.is_true())?;
    let has_few_restarts = faulty.container.restarts() < 5;
    let since = ready.since()?;
    let since_start = faulty
        .pod
        .resource()
        .created()
        .is_some_and(|created| Span::between(created, since) <= Span::minutes(5));
    (has_few_restarts || since_start).then_some(since)
}

/// Groups members by subject and a further key, in order.
pub fn group_by_subject<T: Copy>(
    members: impl IntoIterator<Item = T>,
    key: impl Fn(T) -> (Subject, String),
) -> BTreeMap<(Subject, String), Vec<T>> {
    let mut groups: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for member in members {
        groups.entry(key(member)).or_default().push(member);
    }
    groups
}

/// The status of the first few containers as evidence; the last note names the other pods.
pub fn container_evidence<'s>(
    members: &[FaultyContainer<'s>],
    note: impl Fn(FaultyContainer<'s>) -> String,
) -> Vec<Evidence> {
    let rest: Vec<_> = members.iter().skip(SHOWN).map(|member| member.pod.name()).collect();
    let last = members.len().min(SHOWN).saturating_sub(1);
    let mut evidence = Vec::new();
    for (at, &member) in members.iter().take(SHOWN).enumerate() {
        let mut note = note(member);
        if at == last && !rest.is_empty() {
            note = format!("{note}; also in {}", name_list(&rest));
        }
        evidence.push(member.evidence(note));
    }
    evidence
}

/// The names of pods and their nodes, as keywords of a finding.
pub fn pod_keywords<'s>(pods: impl IntoIterator<Item = Pod<'s>>) -> String {
    let mut words = Vec::new();
    for pod in pods {
        words.push(pod.name().to_owned());
        words.extend(pod.node().map(Cow::into_owned));
    }
    words.dedup();
    words.join(" ")
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
