//! Which pods are expected to run, whose they are, and what is wrong with their containers.
//!
//! Each container has at most one fault, so that no two rules report it. Reasons are those of
//! kubernetes/kubernetes `pkg/kubelet/kuberuntime`, `pkg/kubelet/images/types.go`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Container, Pod, Terminated};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::persistence::Persistence;
use crate::engine::quoting::few;

/// How long ago a container may have run out of memory and still matter.
const RECENT: Span = Span::hours(1);
/// A container that has run for longer has left its crash loop: the kubelet forgets it then.
const STEADY: Span = Span::minutes(10);
/// How many pods one finding shows.
const SHOWN: usize = 3;

/// What is wrong with a container.
#[derive(Clone, Copy)]
pub enum Fault<'s> {
    /// It ends again and again.
    Crashing,
    /// It was killed for its memory.
    OutOfMemory(Terminated<'s>),
    /// Its image cannot be pulled.
    ImageNotPulled,
    /// The runtime cannot make or start it.
    NotCreated,
    /// Its program is not for the processor of the node.
    WrongArchitecture,
}

/// A container with a fault.
#[derive(Clone, Copy)]
pub struct Faulty<'s> {
    /// Its pod.
    pub pod: Pod<'s>,
    /// The container.
    pub container: Container<'s>,
    /// What is wrong.
    pub fault: Fault<'s>,
}

impl<'s> Faulty<'s> {
    /// The end of the run before, or of the present one.
    pub fn ended(self) -> Option<Terminated<'s>> {
        self.container.terminated().or_else(|| self.container.last_terminated())
    }

    /// Where its state stands.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        Evidence::seen(self.pod.resource(), self.container.span(), note)
    }
}

/// Whether something is expected of the pod: it was not asked to go, and has not ended.
pub fn is_expected(pod: Pod<'_>) -> bool {
    pod.deleted().is_none() && !pod.is_finished()
}

/// What the pod belongs to: the Deployment behind a ReplicaSet, the owner, or the pod itself.
pub fn workload(pod: Pod<'_>) -> Subject {
    let itself = || Subject::of(pod.resource());
    let Some((kind, name)) = pod.owner() else { return itself() };
    let (kind, name) = match &*kind {
        // A static pod's owner is its node.
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

/// Which pods have a container with a fault, by their place among all pods.
struct FaultyPods(BTreeSet<usize>);

/// Every container with a fault, by pod.
pub fn faults<'s>(cx: &RuleContext<'s>) -> Vec<Faulty<'s>> {
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
            Some(Faulty { pod, container, fault })
        })
        .collect()
}

/// Whether any container of the pod has a fault.
pub fn has_fault(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    pod.containers().any(|container| fault(cx, pod, container).is_some())
}

fn fault<'s>(cx: &RuleContext<'s>, pod: Pod<'s>, container: Container<'s>) -> Option<Fault<'s>> {
    if pod.deleted().is_some() || pod.phase() == "Succeeded" {
        return None;
    }
    let waiting = container.waiting_reason();
    let ended = container.terminated().or_else(|| container.last_terminated());
    let backs_off = waiting.as_deref() == Some("CrashLoopBackOff");
    if let Some(ended) = ended.filter(|ended| ended.reason() == "OOMKilled")
        && (backs_off || has_ended_so(pod, container) || is_recent(cx, ended.finished()))
    {
        return Some(Fault::OutOfMemory(ended));
    }
    if pod.is_finished() {
        return None;
    }
    if is_foreign(container, ended) {
        return Some(Fault::WrongArchitecture);
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
        ) => return Some(Fault::ImageNotPulled),
        Some(
            "CreateContainerConfigError"
            | "CreateContainerError"
            | "RunContainerError"
            | "PreCreateHookError"
            | "PreStartHookError"
            | "PostStartHookError",
        ) => return Some(Fault::NotCreated),
        _ => {}
    }
    let never_ran =
        ended.is_some_and(|ended| matches!(&*ended.reason(), "ContainerCannotRun" | "StartError"));
    let is_down = backs_off || container.terminated().is_some();
    if never_ran && is_down {
        return Some(Fault::NotCreated);
    }
    let crashes = backs_off
        || ended_again(pod, container)
        || (!container.is_ready() && runs_for_the_moment(cx, container));
    crashes.then_some(Fault::Crashing)
}

/// Whether the kernel does not know the format of the container's program.
fn is_foreign(container: Container<'_>, ended: Option<Terminated<'_>>) -> bool {
    const SAYS: &str = "exec format error";
    container.running_since().is_none()
        && (container.waiting_message().contains(SAYS)
            || ended.is_some_and(|ended| ended.message().contains(SAYS)))
}

/// Between the end of a run and the back-off that follows it.
fn ended_again(pod: Pod<'_>, container: Container<'_>) -> bool {
    let failed = container.terminated().and_then(Terminated::exit_code).is_some_and(|c| c != 0);
    failed && pod.restarts_containers() && container.restarts() >= 2
}

/// Between two back-offs, which are five minutes apart at most.
fn runs_for_the_moment(cx: &RuleContext<'_>, container: Container<'_>) -> bool {
    let failed = container.last_terminated().and_then(Terminated::exit_code);
    failed.is_some_and(|code| code != 0)
        && container.restarts() >= 3
        && !container.is_init()
        && container.running_since().is_some_and(|since| !cx.is_older(Some(since), STEADY))
}

/// Whether the pod has failed, and this container with it: that is how it stands, however long ago.
fn has_ended_so(pod: Pod<'_>, container: Container<'_>) -> bool {
    pod.phase() == "Failed" && container.terminated().is_some()
}

/// Whether it happened lately enough to matter by itself.
pub fn is_recent(cx: &RuleContext<'_>, time: Option<Time>) -> bool {
    time.is_some() && !cx.is_older(time, RECENT)
}

/// Since when the pod is not ready, unless it becomes ready now and again.
pub fn fault_since(faulty: Faulty<'_>) -> Option<Time> {
    let ready = faulty.pod.condition("Ready").filter(|ready| !ready.is_true())?;
    let first_time = faulty.container.restarts() < 5;
    let since = ready.since()?;
    let since_start = faulty
        .pod
        .resource()
        .created()
        .is_some_and(|created| Span::between(created, since) <= Span::minutes(5));
    (first_time || since_start).then_some(since)
}

/// The members of groups, by the subject and a further key, in order.
pub fn grouped<T: Copy>(
    members: impl IntoIterator<Item = T>,
    key: impl Fn(T) -> (Subject, String),
) -> BTreeMap<(Subject, String), Vec<T>> {
    let mut groups: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for member in members {
        groups.entry(key(member)).or_default().push(member);
    }
    groups
}

/// The states of the first few containers; the rest are named in the last note.
pub fn shown<'s>(members: &[Faulty<'s>], note: impl Fn(Faulty<'s>) -> String) -> Vec<Evidence> {
    let rest: Vec<_> = members.iter().skip(SHOWN).map(|member| member.pod.name()).collect();
    let last = members.len().min(SHOWN).saturating_sub(1);
    let mut evidence = Vec::new();
    for (at, &member) in members.iter().take(SHOWN).enumerate() {
        let mut note = note(member);
        if at == last && !rest.is_empty() {
            note = format!("{note}; the same in {}", few(&rest));
        }
        evidence.push(member.evidence(note));
    }
    evidence
}

/// Names of pods and their nodes, for the words a finding carries.
pub fn named<'s>(pods: impl IntoIterator<Item = Pod<'s>>) -> String {
    let mut words = Vec::new();
    for pod in pods {
        words.push(pod.name().to_owned());
        words.extend(pod.node().map(Cow::into_owned));
    }
    words.dedup();
    words.join(" ")
}

/// How a pod that a node has taken, and whose containers do not exist yet, stands to `limit`; None
/// when it is no such pod or is young.
pub fn creating(cx: &RuleContext<'_>, pod: Pod<'_>, limit: Span) -> Option<Persistence> {
    if pod.phase() != "Pending" {
        return None;
    }
    let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_true());
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
    let since = scheduled
        .and_then(Condition::since)
        .or_else(|| pod.started())
        .or_else(|| pod.resource().created());
    Some(Persistence::of(cx, since, limit))
        .filter(|persistence| *persistence != Persistence::WithinGrace)
}
