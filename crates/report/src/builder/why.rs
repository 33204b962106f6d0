//! Builds the answer about one object, safe to show.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_rules::topology::{DependencyTree, ObjectStatus, Relation, Topology, TreeBuilder};
use mustknow_rules::{Finding, Judgement, Role, Rule, Severity, Subject};

use super::cluster::cluster;
use super::links::Links;
use super::subject::subject;
use crate::model::{WHY_SCHEMA, WhyFinding, WhyObject, WhyReport, WhyState};
use crate::redact::SafeText;

/// Builds the answer about `object`.
pub fn build(
    path: &str,
    snapshot: &Snapshot,
    judgement: &Judgement,
    object: &Resource,
) -> WhyReport {
    let judged = FindingsBySubject::of(judgement);
    let graph = Topology::of(snapshot);
    let is_reported = |subject: &Subject| judged.about(subject).any(|at| judged.is_above_info(at));
    let mut builder = TreeBuilder::new(&graph, &is_reported);
    let node = builder.from(object);
    let mut reached = BTreeSet::new();
    judged.collect(&node, &mut reached);
    WhyReport {
        schema: WHY_SCHEMA,
        path: SafeText::own_line(path),
        cluster: cluster(snapshot),
        causes: judged.causes(&reached),
        object: judged.object(&node),
        examined: builder.visited(),
        left_out: builder.left_out,
    }
}

/// The findings of a judgement, by what they are about.
struct FindingsBySubject<'j> {
    findings: Vec<(&'static Rule, &'j Finding)>,
    links: Links<'j>,
    by_subject: HashMap<&'j Subject, Vec<usize>>,
}

impl<'j> FindingsBySubject<'j> {
    fn of(judgement: &'j Judgement) -> Self {
        let findings: Vec<_> = judgement.findings().collect();
        let links = Links::of(&judgement.explanations, findings.len());
        let mut by_subject: HashMap<_, Vec<_>> = HashMap::new();
        for (at, (_, finding)) in findings.iter().enumerate() {
            for subject in finding.members.iter().chain([&finding.subject]) {
                by_subject.entry(subject).or_default().push(at);
            }
        }
        Self { findings, links, by_subject }
    }

    fn about(&self, subject: &Subject) -> impl Iterator<Item = usize> {
        self.by_subject.get(subject).into_iter().flatten().copied()
    }

    fn is_above_info(&self, at: usize) -> bool {
        self.findings.get(at).is_some_and(|(_, it)| it.severity > Some(Severity::Info))
    }

    /// The findings about an object and all below it.
    fn collect(&self, node: &DependencyTree, reached: &mut BTreeSet<usize>) {
        reached.extend(self.about(&node.subject).filter(|at| self.is_above_info(*at)));
        // A workload is told once for all of its pods.
        if let Some(workload) = node.workload.as_ref().filter(|_| node.status.is_bad()) {
            reached.extend(self.about(workload).filter(|at| self.is_above_info(*at)));
        }
        node.below.iter().for_each(|below| self.collect(below, reached));
    }

    /// What explains these findings and is itself not explained.
    fn causes(&self, reached: &BTreeSet<usize>) -> Vec<WhyFinding> {
        let mut seen = reached.clone();
        let mut next: Vec<usize> = reached.iter().copied().collect();
        let mut roots = Vec::new();
        while let Some(at) = next.pop() {
            let causes = self.links.to(at);
            if causes.is_empty() {
                roots.push(at);
            }
            next.extend(causes.iter().map(|step| step.cause).filter(|at| seen.insert(*at)));
        }
        roots.sort_by_key(|at| (self.rank(*at), *at));
        roots.into_iter().filter_map(|at| self.finding(at)).collect()
    }

    /// Causes before symptoms, the most severe first.
    fn rank(&self, at: usize) -> (Option<Role>, Reverse<Option<Severity>>) {
        let found = self.findings.get(at);
        (found.map(|(rule, _)| rule.meta.role), Reverse(found.and_then(|(_, it)| it.severity)))
    }

    fn finding(&self, at: usize) -> Option<WhyFinding> {
        let (rule, finding) = self.findings.get(at)?;
        let action = finding.remedy.as_ref().map(|remedy| SafeText::text(&remedy.action));
        Some(WhyFinding {
            rule: rule.meta.id,
            role: rule.meta.role,
            severity: finding.severity.unwrap_or(Severity::Info),
            summary: SafeText::text(&finding.summary),
            action: action.unwrap_or_default(),
        })
    }

    fn object(&self, node: &DependencyTree) -> WhyObject {
        let (state, words) = match &node.status {
            ObjectStatus::Well(words) => (WhyState::Well, words.as_str()),
            ObjectStatus::Unwell(words) => (WhyState::Unwell, words.as_str()),
            ObjectStatus::Exists => (WhyState::Exists, ""),
            ObjectStatus::Absent(path) => (WhyState::Absent, path.as_str()),
            ObjectStatus::NotCollected(why) => (WhyState::NotCollected, why.as_str()),
        };
        let mut about: Vec<usize> = self.about(&node.subject).collect();
        about.sort_by_key(|at| (self.rank(*at), *at));
        let findings = about.into_iter().filter_map(|at| self.finding(at));
        WhyObject {
            subject: subject(&node.subject),
            relation: node.relation.map(Relation::as_str),
            state,
            words: SafeText::text(words),
            findings: if node.is_repeated { Vec::new() } else { findings.collect() },
            depends_on: node.below.iter().map(|below| self.object(below)).collect(),
            well: node.well,
            repeated: node.is_repeated,
        }
    }
}
