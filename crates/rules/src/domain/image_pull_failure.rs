//! Containers that wait for their image, with everything that says why.
//!
//! Older kubelets say why only in events. Sources: kubernetes/kubernetes
//! `pkg/kubelet/images/image_manager.go`.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{Event, Pod};

use super::pods::{Fault, Faulty, fault_since, faults, workload};
use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::Finding;
use crate::engine::persistence::Persistence;
use crate::signals::event::event_evidence;

/// How long a registry may be slow.
const GRACE: Span = Span::minutes(5);
/// How many containers one finding shows.
const SHOWN: usize = 3;

/// A container that waits for its image. Needs pods, and events where there are any.
#[derive(Clone)]
pub struct ImagePullFailure<'s> {
    /// The container and its pod.
    pub faulty: Faulty<'s>,
    /// Its image, as the pod names it.
    pub image: String,
    /// What the container and the events of its pod say.
    pub words: String,
    event: Option<Event<'s>>,
}

impl<'s> ImagePullFailure<'s> {
    /// Every container that waits for its image for longer than a registry may be slow.
    pub fn all(cx: &RuleContext<'s>) -> Vec<Self> {
        faults(cx)
            .into_iter()
            .filter(|faulty| matches!(faulty.fault, Fault::ImageNotPulled))
            .filter(|faulty| {
                Persistence::of(cx, fault_since(*faulty), GRACE) != Persistence::WithinGrace
            })
            .map(|faulty| Self::of(cx, faulty))
            .collect()
    }

    fn of(cx: &RuleContext<'s>, faulty: Faulty<'s>) -> Self {
        let event = cx
            .within::<Event<'s>>(faulty.pod.namespace())
            .filter(|event| {
                event.is_about("Pod", faulty.pod.name())
                    && event.message().contains("Failed to pull image")
            })
            .max_by_key(|event| event.last_seen());
        let said = event.map(|event| event.message().into_owned()).unwrap_or_default();
        let words = format!("{}\n{said}", faulty.container.waiting_message());
        Self { faulty, image: faulty.container.image().into_owned(), words, event }
    }

    /// The pod.
    pub fn pod(&self) -> Pod<'s> {
        self.faulty.pod
    }

    /// What the pod belongs to: the subject of the finding that its image cannot be pulled.
    pub fn workload(&self) -> Subject {
        workload(self.faulty.pod)
    }

    /// Whether the container or an event says one of these words.
    pub fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.words.contains(word))
    }

    /// Since when the first of several waits.
    pub fn since(several: &[Self]) -> Option<Time> {
        several.iter().filter_map(|one| fault_since(one.faulty)).min()
    }

    /// The workloads of several, each once.
    pub fn workloads(several: &[Self]) -> Vec<String> {
        let mut names: Vec<_> = several.iter().map(|one| one.workload().to_string()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Where the first few of several say so.
    pub fn evidence(several: &[Self]) -> Vec<Evidence> {
        let states = several.iter().take(SHOWN).map(|one| {
            let reason = one.faulty.container.waiting_reason().unwrap_or_default();
            one.faulty.evidence(reason)
        });
        let event = several.iter().find_map(|one| one.event).map(event_evidence);
        states.chain(event).collect()
    }

    /// Makes a finding explain that the images of several cannot be pulled.
    pub fn explained(several: &[Self], finding: Finding) -> Finding {
        several.iter().fold(finding, |finding, one| {
            finding.explains(one.workload(), &*one.image).keywords(&one.image)
        })
    }
}
