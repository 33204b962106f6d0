//! One object that is not well, in its own words.

use std::collections::BTreeMap;

use mustknow_cluster::model::custom_resource;
use mustknow_cluster::model::kinds::{EVENT, LEASE, NODE};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{Condition, Pod};

use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::{Finding, GroupKey};
use crate::terms::meta::Severity;
use crate::terms::quoting::{excerpt, pluralize};

/// From how many objects of one kind in one state on they are one finding.
const ALIKE: usize = 10;
/// How many further pods of a workload one finding shows.
const SHOWN: usize = 2;

/// One object that is not well.
#[derive(Clone, Debug)]
pub struct Unwell<'s> {
    resource: &'s Resource,
    /// What it is about: the object, or the workload of a pod.
    pub subject: Subject,
    /// What is not well, behind the name of the subject: `has 0 of 6 pods ready`.
    head: String,
    /// Its own words about the reason.
    detail: String,
    /// The state that alike objects share: `ContainerCreating`.
    state: String,
    since: Option<Time>,
    grace: Span,
    severity: Severity,
    evidence: Vec<Evidence>,
    keywords: Vec<String>,
    follows: Vec<Subject>,
}

impl<'s> Unwell<'s> {
    /// An object in that state, which counts after `grace`.
    pub(super) fn new(resource: &'s Resource, head: impl Into<String>, grace: Span) -> Self {
        Self {
            resource,
            subject: Subject::of(resource),
            head: head.into(),
            detail: String::new(),
            state: String::new(),
            since: None,
            grace,
            severity: Severity::Warning,
            evidence: Vec::new(),
            keywords: Vec::new(),
            follows: Vec::new(),
        }
    }

    /// An object that reports it in a condition.
    pub(super) fn reports(
        resource: &'s Resource,
        condition: Condition<'s>,
        head: impl Into<String>,
        grace: Span,
    ) -> Self {
        Self::new(resource, head, grace).condition(condition)
    }

    /// Adds a condition: its words, its age, and where it stands.
    pub(super) fn condition(mut self, condition: Condition<'s>) -> Self {
        self.since = self.since.or(condition.since()).or(condition.updated());
        let state = [condition.reason(), condition.name()];
        let state = state.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
        self.evidence.push(Evidence::condition(self.resource, condition, state.clone()));
        self.worded(&condition.reason(), &condition.message()).state(state)
    }

    /// Adds reason and message, unless there are words already.
    pub(super) fn worded(mut self, reason: &str, message: &str) -> Self {
        for text in [reason, message] {
            if !text.is_empty() {
                self.keywords.push(text.to_owned());
            }
        }
        if self.detail.is_empty() {
            let words = [reason.to_owned(), excerpt(message)];
            let words: Vec<_> = words.into_iter().filter(|text| !text.is_empty()).collect();
            self.detail = words.join(": ");
        }
        self
    }

    /// Adds words about the reason.
    pub(super) fn also(mut self, words: &str) -> Self {
        if !words.is_empty() {
            let join = if self.detail.is_empty() { "" } else { "; " };
            self.detail = format!("{words}{join}{}", self.detail);
        }
        self
    }

    /// Sets the state that alike objects share, unless it is set.
    pub(super) fn state(mut self, state: impl Into<String>) -> Self {
        if self.state.is_empty() {
            self.state = state.into();
        }
        self
    }

    /// Sets since when.
    pub(super) fn since(mut self, since: Option<Time>) -> Self {
        self.since = since.or(self.since);
        self
    }

    /// Sets what it is about, if not the object itself.
    pub(super) fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Sets another severity than a warning.
    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds the field at a path as evidence.
    pub(super) fn field(mut self, path: &[&str], note: impl Into<String>) -> Self {
        self.evidence.push(Evidence::field(self.resource, path, note));
        self
    }

    /// Adds evidence.
    pub(super) fn evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds keywords, such as the names of pods and nodes.
    pub(super) fn keywords(mut self, line: String) -> Self {
        self.keywords.insert(0, line);
        self
    }

    /// Adds objects whose trouble explains it.
    pub(super) fn follows(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.follows.extend(subjects);
        self
    }

    /// Says which pod of the workload it is, if it is about the workload.
    pub(super) fn named_pod(mut self, pod: Pod<'_>) -> Self {
        if self.subject != Subject::of(self.resource) {
            self.head = format!("has pod {} that {}", pod.name(), self.head);
        }
        self
    }

    /// Of two accounts of one object the worse one, with the words of both.
    pub(super) fn or_worse(self, other: Self) -> Self {
        let (worse, other) =
            if other.severity > self.severity { (other, self) } else { (self, other) };
        let words = other.head.trim_start_matches("reports ").to_owned();
        worse.also(&words).evidence(other.evidence)
    }

    /// Adds other pods of the same workload.
    pub(super) fn and_others(mut self, others: &[Self]) -> Self {
        let more = others.len();
        if more > 0 {
            self = self.also(&format!("{} more", pluralize(more, "pod")));
        }
        for other in others {
            self.since = self.since.min(other.since).or(self.since);
            self.keywords.extend(other.keywords.first().cloned());
        }
        for other in others.iter().take(SHOWN) {
            self.evidence.extend(other.evidence.first().cloned());
        }
        self
    }

    /// Whether it has lasted longer than its grace, or for an unknown time.
    pub fn counts(&self, cx: &RuleContext<'_>) -> bool {
        match cx.age(self.since) {
            Some(age) => age > self.grace || !is_attested(cx) || cx.is_in_future(self.since),
            None => true,
        }
    }

    /// The objects of the same kind in the same state.
    fn likeness(&self) -> (String, String) {
        (self.subject.kind.to_string(), self.state.clone())
    }

    /// The command that shows whether it is well again.
    fn verify(&self) -> Command {
        let resource = resource_of(self.resource, &self.subject);
        let (namespace, name) = (&*self.subject.namespace, &*self.subject.name);
        let template = match namespace {
            "" => "oc get {resource} {name}",
            _ => "oc get {resource} -n {namespace} {name}",
        };
        let values = [("resource", &*resource), ("namespace", namespace), ("name", name)];
        Command::new(template, &values)
    }

    fn finding(self, cx: &RuleContext<'_>) -> Finding {
        let age = cx.age(self.since).filter(|age| *age >= Span::minutes(1));
        let age = age.map(|age| format!(" for {age}")).unwrap_or_default();
        let colon = if self.detail.is_empty() { "" } else { ": " };
        let summary = format!("{} {}{age}{colon}{}", self.subject, self.head, self.detail);
        let verify = self.verify();
        let mut evidence = self.evidence;
        let first = if evidence.is_empty() {
            Evidence::field(self.resource, &["status"], self.head.clone())
        } else {
            evidence.remove(0)
        };
        let mut finding = Finding::new(self.subject.clone(), summary, first)
            .evidence(evidence)
            .severity(self.severity)
            .since(self.since)
            .grace(self.grace)
            .keywords(self.subject.to_string())
            .verify(verify)
            .follows(self.follows);
        for line in self.keywords {
            finding = finding.keywords(line);
        }
        finding
    }
}

/// The findings of objects that are not well; many that are alike share a key.
pub fn findings_of(cx: &RuleContext<'_>, unwell: Vec<Unwell<'_>>) -> Vec<Finding> {
    let counting: Vec<_> = unwell.into_iter().filter(|one| one.counts(cx)).collect();
    let mut alike: BTreeMap<_, usize> = BTreeMap::new();
    for one in &counting {
        *alike.entry(one.likeness()).or_default() += 1;
    }
    let finding = |one: Unwell<'_>| {
        let (kind, state) = one.likeness();
        let name = format!("{kind} {state}");
        let count = alike.get(&(kind, state)).copied().unwrap_or_default();
        let finding = one.finding(cx);
        if count < ALIKE { finding } else { finding.group_by(GroupKey::State, name.trim()) }
    };
    counting.into_iter().map(finding).collect()
}

/// Whether something else than the state itself shows the time of the collection, so that a state
/// that seems recent is.
fn is_attested(cx: &RuleContext<'_>) -> bool {
    !cx.ages_are_lower_bounds()
        || [&NODE, &LEASE, &EVENT].iter().any(|kind| !cx.snapshot().of_kind(kind).is_empty())
}

/// The resource as a command names it.
fn resource_of(resource: &Resource, subject: &Subject) -> String {
    let of = custom_resource::kind_of(resource);
    let (kind, group) = (subject.kind.to_lowercase(), of.group);
    let is_own = *subject.kind == *of.kind;
    if is_own && group.contains('.') { format!("{kind}.{group}") } else { kind }
}
