//! Containers that wait for their image, with the reasons from their status and events.
//!
//! Older kubelets report the reason only in events. Sources: kubernetes/kubernetes
//! `pkg/kubelet/images/image_manager.go`.

use std::collections::BTreeSet;

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{Event, Pod};

use super::container_fault::{ContainerFault, FaultyContainer, containers_with, fault_since};
use super::pods::workload;
use crate::signals::event::event_evidence;
use crate::signals::event_index::events_within;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::persistence::Persistence;
use crate::terms::quoting::{name_list, pluralize};

/// How long a pull may take.
const GRACE: Span = Span::minutes(5);
/// How many containers one finding shows.
const SHOWN: usize = 3;

/// A container that waits for its image. Needs pods, and events where there are any.
#[derive(Clone)]
pub struct ImagePullFailure<'s> {
    /// The container and its pod.
    pub faulty: FaultyContainer<'s>,
    /// Its image, as the pod spells it.
    pub image: String,
    /// The messages of the container and of the events about its pod.
    pub messages: String,
    event: Option<Event<'s>>,
}

impl<'s> ImagePullFailure<'s> {
    /// Every container that has waited for its image for too long.
    pub fn all(cx: &RuleContext<'s>) -> Vec<Self> {
        containers_with(cx, ContainerFault::ImageNotPulled)
            .into_iter()
            .filter(|faulty| {
                Persistence::of(cx, fault_since(*faulty), GRACE) != Persistence::WithinGrace
            })
            .map(|faulty| Self::of(cx, faulty))
            .collect()
    }

    fn of(cx: &RuleContext<'s>, faulty: FaultyContainer<'s>) -> Self {
        let event = events_within(cx, faulty.pod.namespace(), "Pod", faulty.pod.name())
            .filter(|event| event.message().contains("Failed to pull image"))
            .max_by_key(|event| event.last_seen());
        let pulled = event.map(|event| event.message().into_owned()).unwrap_or_default();
        let messages = format!("{}\n{pulled}", faulty.container.waiting_message());
        Self { faulty, image: faulty.container.image().into_owned(), messages, event }
    }

    /// The pod.
    pub fn pod(&self) -> Pod<'s> {
        self.faulty.pod
    }

    /// The workload of the pod: the subject of the finding that its image cannot be pulled.
    pub fn workload(&self) -> Subject {
        workload(self.faulty.pod)
    }

    /// Whether a message contains one of `texts`.
    pub fn mentions(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.messages.contains(text))
    }

    /// Since when the first of several has been waiting.
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

    /// The status of the first few of several, and one event, as evidence.
    pub fn evidence(several: &[Self]) -> Vec<Evidence> {
        let states = several.iter().take(SHOWN).map(|one| {
            let reason = one.faulty.container.waiting_reason().unwrap_or_default();
            one.faulty.evidence(reason)
        });
        let event = several.iter().find_map(|one| one.event).map(event_evidence);
        states.chain(event).collect()
    }

    /// A finding about all of several; None without any. `words` gets how many images they are, and
    /// these with their workloads, and returns subject and summary.
    pub fn finding(
        several: &[Self],
        words: impl FnOnce(&str, &str) -> (Subject, String),
    ) -> Option<Finding> {
        let mut evidence = Self::evidence(several).into_iter();
        let first = evidence.next()?;
        let images: BTreeSet<_> = several.iter().map(|one| one.image.as_str()).collect();
        let images: Vec<_> = images.into_iter().collect();
        let workloads = name_list(&Self::workloads(several));
        let (subject, summary) = words(
            &pluralize(images.len(), "image"),
            &format!("{}, used by {workloads}", name_list(&images)),
        );
        let finding =
            Finding::new(subject, summary, first).since(Self::since(several)).evidence(evidence);
        Some(Self::with_effects(several, finding))
    }

    /// Adds to a finding that it explains why the images of several cannot be pulled.
    pub fn with_effects(several: &[Self], finding: Finding) -> Finding {
        several.iter().fold(finding, |finding, one| {
            finding.explains(one.workload(), &*one.image).keywords(&one.image)
        })
    }
}
