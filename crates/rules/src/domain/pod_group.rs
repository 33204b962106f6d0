//! Pods of one workload with the same fault, and what findings about them have in common.
//!
//! A rule selects the pods and says what is wrong with a group; the grouping, the first pods as
//! evidence, the keywords and the places `{pod}` and `{container}` of its commands are the same for
//! all of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Container, Event, Pod, Terminated};

use crate::domain::{
    ContainerFault, FaultyContainer, containers_with, creation_persistence, fault_since,
    pod_keywords, workload,
};
use crate::signals::event::events_gap;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::place::is_platform;
use crate::terms::quoting::{name_list, pluralize};
use crate::terms::verdict::{Checked, Gap};

/// How many pods one finding shows.
const SHOWN: usize = 3;

/// How long the creation of the containers of a pod may take.
pub const CREATION: Span = Span::minutes(5);

/// What a rule knows of one pod or of one of its containers.
pub trait OfPod<'s>: Copy {
    /// The pod.
    fn pod(self) -> Pod<'s>;

    /// The container, if it is about one.
    fn container(self) -> Option<Container<'s>> {
        None
    }
}

impl<'s> OfPod<'s> for Pod<'s> {
    fn pod(self) -> Pod<'s> {
        self
    }
}

impl<'s, T: Copy> OfPod<'s> for (Pod<'s>, T) {
    fn pod(self) -> Pod<'s> {
        self.0
    }
}

impl<'s, T: Copy> OfPod<'s> for (Pod<'s>, Container<'s>, T) {
    fn pod(self) -> Pod<'s> {
        self.0
    }

    fn container(self) -> Option<Container<'s>> {
        Some(self.1)
    }
}

impl<'s> OfPod<'s> for FaultyContainer<'s> {
    fn pod(self) -> Pod<'s> {
        self.pod
    }

    fn container(self) -> Option<Container<'s>> {
        Some(self.container)
    }
}

impl<'s, T: Copy> OfPod<'s> for (FaultyContainer<'s>, T) {
    fn pod(self) -> Pod<'s> {
        self.0.pod
    }

    fn container(self) -> Option<Container<'s>> {
        Some(self.0.container)
    }
}

/// Pods with the same fault; at least one.
#[derive(Clone, Debug)]
pub struct PodGroup<M> {
    /// What they belong to, usually their workload.
    pub subject: Subject,
    /// The further key by which they were grouped, such as the name of the container.
    pub key: String,
    /// The first: of the platform if any is.
    pub first: M,
    rest: Vec<M>,
}

/// Containers of one workload with the same name and the same fault.
pub type FaultGroup<'s> = PodGroup<FaultyContainer<'s>>;

impl<'s, M: OfPod<'s>> PodGroup<M> {
    /// Groups `members` by workload and container.
    pub fn by_workload(
        cx: &RuleContext<'s>,
        members: impl IntoIterator<Item = M>,
    ) -> impl Iterator<Item = Self> {
        Self::by(cx, members, |member| {
            let container = member.container().map(Container::name).unwrap_or_default();
            (workload(member.pod()), container.into_owned())
        })
    }

    /// Groups `members` by a subject and a further key, in order.
    pub fn by(
        cx: &RuleContext<'s>,
        members: impl IntoIterator<Item = M>,
        key: impl Fn(M) -> (Subject, String),
    ) -> impl Iterator<Item = Self> {
        let (platform, others): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| is_platform(cx, member.pod().namespace()));
        let mut groups: BTreeMap<_, Vec<M>> = BTreeMap::new();
        for member in platform.into_iter().chain(others) {
            groups.entry(key(member)).or_default().push(member);
        }
        groups.into_iter().filter_map(|((subject, key), mut rest)| {
            (!rest.is_empty()).then(|| {
                let first = rest.remove(0);
                Self { subject, key, first, rest }
            })
        })
    }

    /// All of them.
    pub fn members(&self) -> impl Iterator<Item = M> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// Their pods; a pod with several containers in the group occurs several times.
    pub fn pods(&self) -> impl Iterator<Item = Pod<'s>> {
        self.members().map(OfPod::pod)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rest.len() + 1
    }

    /// The earliest of their times.
    pub fn since(&self, time: impl Fn(M) -> Option<Time>) -> Option<Time> {
        self.members().filter_map(time).min()
    }

    /// Which pods: `the pod` if it is the subject, `pod x`, `3 pods`.
    pub fn who(&self) -> String {
        match self.count() {
            1 if self.subject.kind == "Pod" => "the pod".to_owned(),
            1 => format!("pod {}", self.first.pod().name()),
            pods => pluralize(pods, "pod"),
        }
    }

    /// Which pods, behind a preposition: ` in pod x`, ` of 3 pods`; empty if it is the subject.
    pub fn extent(&self, preposition: &str) -> String {
        if self.count() == 1 && self.subject.kind == "Pod" {
            String::new()
        } else {
            format!(" {preposition} {}", self.who())
        }
    }

    /// The node on which all of them run.
    pub fn node(&self) -> Option<Cow<'s, str>> {
        let node = self.first.pod().node()?;
        self.pods().all(|pod| pod.node().as_ref() == Some(&node)).then_some(node)
    }

    /// A finding about the subject, with the first pods as evidence.
    pub fn finding(&self, summary: String, evidence: impl Fn(M) -> Evidence) -> Finding {
        self.finding_about(self.subject.clone(), summary, evidence)
    }

    /// A finding about `subject`, with the first pods as evidence.
    pub fn finding_about(
        &self,
        subject: Subject,
        summary: String,
        evidence: impl Fn(M) -> Evidence,
    ) -> Finding {
        let mut shown: Vec<_> = self.rest.iter().take(SHOWN - 1).copied().map(&evidence).collect();
        let more: Vec<_> = self.pods().skip(SHOWN).map(Pod::name).collect();
        if let Some(Evidence::Seen { note, .. }) = shown.last_mut()
            && !more.is_empty()
        {
            note.push_str(&format!("; also in {}", name_list(&more)));
        }
        let container = self.first.container().map(Container::name).unwrap_or_default();
        Finding::new(subject, summary, evidence(self.first))
            .evidence(shown)
            .keywords(pod_keywords(self.pods()))
            .with("pod", self.first.pod().name())
            .with("container", container)
    }
}

impl FaultGroup<'_> {
    /// A finding about the workload, with the states of the first containers as evidence.
    pub fn fault(&self, summary: String, note: impl Fn(FaultyContainer<'_>) -> String) -> Finding {
        self.finding(summary, |faulty| faulty.evidence(note(faulty))).since(self.since(fault_since))
    }

    /// The highest number of restarts.
    pub fn restarts(&self) -> i64 {
        self.members().map(|faulty| faulty.container.restarts()).max().unwrap_or(0)
    }

    /// The end of the current or previous run of one of them with a termination message.
    pub fn explained_end(&self) -> Option<(Evidence, String)> {
        self.members().find_map(|faulty| {
            let ended = faulty.ended().filter(|ended| !ended.message().is_empty())?;
            let evidence =
                Evidence::seen(faulty.pod.resource(), ended.span(), "termination message");
            Some((evidence, ended.message().into_owned()))
        })
    }
}

/// Checks the groups of containers with one fault.
pub fn check_faults<'s>(
    cx: &RuleContext<'s>,
    fault: ContainerFault,
    finding: impl Fn(&RuleContext<'s>, &FaultGroup<'s>) -> Finding,
) -> Checked {
    check_groups(cx, PodGroup::by_workload(cx, containers_with(cx, fault)), finding)
}

/// Checks groups of pods: each is a finding, and every pod was examined.
pub fn check_groups<'s, M>(
    cx: &RuleContext<'s>,
    groups: impl IntoIterator<Item = PodGroup<M>>,
    finding: impl Fn(&RuleContext<'s>, &PodGroup<M>) -> Finding,
) -> Checked {
    let findings = groups.into_iter().map(|group| finding(cx, &group));
    Checked::over(cx.all::<Pod<'_>>().count(), findings)
}

/// The pods that have been in ContainerCreating for longer than [`CREATION`], each with the event
/// that shows why, and the gap if the events of one were not collected.
pub fn pods_in_creation<'s>(
    cx: &RuleContext<'s>,
    event: impl Fn(Pod<'s>) -> Option<Event<'s>>,
) -> (Vec<(Pod<'s>, Event<'s>)>, Option<Gap>) {
    let (mut explained, mut gap) = (Vec::new(), None);
    for pod in cx.all::<Pod<'s>>().filter(|it| creation_persistence(cx, *it, CREATION).is_some()) {
        match event(pod) {
            Some(event) => explained.push((pod, event)),
            None => gap = gap.or_else(|| events_gap(cx, pod)),
        }
    }
    (explained, gap)
}

/// How a run ended: `exit code 1 (Error)`.
pub fn exit_of(ended: Terminated<'_>) -> String {
    match (ended.exit_code(), ended.reason()) {
        (Some(code), reason) if reason.is_empty() || reason == "Error" => {
            format!("exit code {code}")
        }
        (Some(code), reason) => format!("exit code {code} ({reason})"),
        (None, reason) if !reason.is_empty() => reason.into_owned(),
        _ => "an unknown reason".to_owned(),
    }
}

/// `restarted 3 times`.
pub fn restarted(container: Container<'_>) -> String {
    let times = usize::try_from(container.restarts()).unwrap_or(0);
    format!("restarted {}", pluralize(times, "time"))
}
