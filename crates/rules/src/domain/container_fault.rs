//! The faults of containers.
//!
//! Each container has at most one fault, so that no two rules report it. Reasons are from
//! kubernetes/kubernetes `pkg/kubelet/kuberuntime`, `pkg/kubelet/images/types.go`.

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Container, Pod, Terminated};

use crate::terms::context::RuleContext;
use crate::terms::evidence::Evidence;

/// How long ago an event may be to count as recent.
const RECENT: Span = Span::hours(1);

/// A container that has run for longer is no longer crash-looping: the kubelet resets its back-off
/// then.
const BACK_OFF_RESET: Span = Span::minutes(10);

/// A fault of a container.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ContainerFault {
    /// It is crash-looping.
    CrashLooping,
    /// It was OOMKilled.
    OutOfMemory,
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
}

impl<'s> FaultyContainer<'s> {
    /// The end of its current or previous run.
    pub fn ended(self) -> Option<Terminated<'s>> {
        last_end(self.container)
    }

    /// Its status as evidence.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        Evidence::seen(self.pod.resource(), self.container.span(), note)
    }
}

/// The containers with a fault: the position of their pod among all pods, their own position in it,
/// and the fault.
struct FaultPositions(Box<[(usize, usize, ContainerFault)]>);

/// Every container with that fault, by pod.
pub fn containers_with<'s>(
    cx: &RuleContext<'s>,
    fault: ContainerFault,
) -> Vec<FaultyContainer<'s>> {
    let meant = fault_positions(cx).iter().filter(|(.., found)| *found == fault);
    let found = |(at, number, _): &(usize, usize, ContainerFault)| {
        let pod = Pod::of(cx.snapshot().of_kind(&POD).get(*at)?);
        let container = pod.containers().nth(*number)?;
        Some(FaultyContainer { pod, container })
    };
    meant.filter_map(found).collect()
}

/// Whether any container of the pod has a fault.
pub fn has_fault(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    let key = (pod.namespace(), pod.name());
    let pods = cx.snapshot().of_kind(&POD);
    let at = pods.partition_point(|other| (other.namespace(), other.name()) < key);
    fault_positions(cx).binary_search_by_key(&at, |(position, ..)| *position).is_ok()
}

fn fault_positions<'s>(cx: &RuleContext<'s>) -> &'s [(usize, usize, ContainerFault)] {
    let FaultPositions(found) = cx.memo().get_or_derive(|| {
        let pods = cx.all::<Pod<'_>>().enumerate();
        let faults = pods.flat_map(|(at, pod)| {
            pod.containers().enumerate().filter_map(move |(number, container)| {
                Some((at, number, fault(cx, pod, container)?))
            })
        });
        FaultPositions(faults.collect())
    });
    found
}

/// The end of the current or previous run of a container.
fn last_end(container: Container<'_>) -> Option<Terminated<'_>> {
    container.terminated().or_else(|| container.last_terminated())
}

fn fault(cx: &RuleContext<'_>, pod: Pod<'_>, container: Container<'_>) -> Option<ContainerFault> {
    if pod.deleted().is_some() || pod.phase() == "Succeeded" {
        return None;
    }
    let waiting = container.waiting_reason();
    let ended = last_end(container);
    let is_backing_off = waiting.as_deref() == Some("CrashLoopBackOff");
    if let Some(ended) = ended.filter(|ended| ended.reason() == "OOMKilled")
        && (is_backing_off
            || failed_with_its_pod(pod, container)
            || is_recent(cx, ended.finished()))
    {
        return Some(ContainerFault::OutOfMemory);
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
        && container.running_since().is_some_and(|since| cx.is_recent(Some(since), BACK_OFF_RESET))
}

/// Whether the pod and this container have failed. This is their final state, however old it is.
fn failed_with_its_pod(pod: Pod<'_>, container: Container<'_>) -> bool {
    pod.phase() == "Failed" && container.terminated().is_some()
}

/// Whether a single event at that time is recent enough to be reported.
pub fn is_recent(cx: &RuleContext<'_>, time: Option<Time>) -> bool {
    time.is_some() && cx.is_recent(time, RECENT)
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
