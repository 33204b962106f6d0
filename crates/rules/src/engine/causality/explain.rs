//! Finds out which finding is the cause of which other finding.
//!
//! There are two sources: a finding itself, if its rule knows the whole mechanism, and the table of
//! edges, which describes how a failure of one component shows in the messages of another. A cause
//! cannot have begun later than its effect, apart from the delay with which operators report.
//! Chains of causes have no cycles.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mustknow_cluster::model::time::Span;

use super::acyclic::AcyclicGraph;
use super::candidates::{CauseTables, Numbered};
use super::edges::{self, Edge};
use crate::engine::rule::Rule;
use crate::terms::finding::Finding;
use crate::terms::meta::{Role, Severity};

/// `cause` explains `effect`; both are positions in the findings of a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The finding that explains.
    pub cause: usize,
    /// The finding that is explained.
    pub effect: usize,
    /// How the cause leads to the effect.
    pub mechanism: &'static str,
}

/// How much later than its effect a cause may seem to begin: operators report the latest of
/// several transitions, and the clocks of nodes differ.
const REPORT_DELAY: Span = Span::minutes(10);

/// How the trouble of an object leads to that of another one.
const DEPENDS: &str = "it depends on this object";

/// Finds which of `findings` explain which, by cause and effect.
pub fn explain(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut graph = AcyclicGraph::new(findings.len());
    let mut found: Vec<Explanation> = Vec::new();
    // What a rule itself knows has priority over what the table infers.
    let mut known = HashSet::new();
    for step in declared(findings).into_iter().chain(inferred(findings)) {
        let is_new = known.insert((step.cause, step.effect));
        if is_new && graph.add(step.cause, step.effect) {
            found.push(step);
        }
    }
    found
}

/// Whether findings of these roles can be cause and effect. A symptom cannot explain a cause, and
/// context is neither.
fn may_explain(cause: Role, effect: Role) -> bool {
    match (cause, effect) {
        (Role::Context, _) | (_, Role::Context) | (Role::Symptom, Role::Cause) => false,
        (Role::Cause | Role::Symptom, _) => true,
    }
}

/// What the findings themselves name as their effects.
fn declared(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut by_subject: HashMap<_, Vec<_>> = HashMap::new();
    for (at, (rule, finding)) in findings.iter().enumerate() {
        by_subject.entry(&finding.subject).or_default().push((at, rule.meta.role, finding));
    }
    let mut steps = Vec::new();
    for (cause, (rule, finding)) in findings.iter().enumerate() {
        let mut effects = BTreeSet::new();
        for named in &finding.explains {
            for (at, role, effect) in by_subject.get(&named.subject).into_iter().flatten() {
                let is_named = effect.keywords.contains(&named.keywords);
                if is_named && *at != cause && may_explain(rule.meta.role, *role) {
                    effects.insert(*at);
                }
            }
        }
        for subject in &finding.follows {
            for (at, role, cause_of_it) in by_subject.get(subject).into_iter().flatten() {
                let is_grave = cause_of_it.severity > Some(Severity::Info);
                if *at != cause && is_grave && may_explain(*role, rule.meta.role) {
                    steps.push(Explanation { cause: *at, effect: cause, mechanism: DEPENDS });
                }
            }
        }
        let mechanism = "by the mechanism of the cause";
        steps.extend(effects.into_iter().map(|effect| Explanation { cause, effect, mechanism }));
    }
    steps
}

/// What the table of edges infers.
fn inferred(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut by_rule: BTreeMap<&str, (Role, Vec<Numbered<'_>>)> = BTreeMap::new();
    for (at, (rule, finding)) in findings.iter().enumerate() {
        let (_, of_rule) = by_rule.entry(rule.meta.id).or_insert((rule.meta.role, Vec::new()));
        of_rule.push((at, finding));
    }
    let mut steps = Vec::new();
    for (rule, (role, effects)) in &by_rule {
        let mut tables = CauseTables::default();
        let mut edges_from: BTreeMap<&str, Vec<&'static Edge>> = BTreeMap::new();
        for (cause_rule, (cause_role, causes)) in &by_rule {
            let edges = edges_between(cause_rule, rule);
            if may_explain(*cause_role, *role) && !edges.is_empty() {
                tables.add(causes, &edges);
                edges_from.insert(cause_rule, edges);
            }
        }
        if edges_from.is_empty() {
            continue;
        }
        tables.finish();
        for (effect_at, effect) in effects {
            for cause_at in tables.of(effect) {
                let Some((_, cause)) = findings.get(cause_at) else { continue };
                let edges = edges_from.get(cause.rule).map(Vec::as_slice).unwrap_or_default();
                if cause_at != *effect_at
                    && let Some(mechanism) = mechanism(cause, effect, edges)
                {
                    steps.push(Explanation { cause: cause_at, effect: *effect_at, mechanism });
                }
            }
        }
    }
    steps.sort_by_key(|step| (step.cause, step.effect));
    steps
}

fn edges_between(cause: &str, effect: &str) -> Vec<&'static Edge> {
    edges::all()
        .filter(|edge| matches_any(edge.cause, cause) && matches_any(edge.effect, effect))
        .collect()
}

/// The mechanism of the first edge that links the cause to the effect.
fn mechanism(cause: &Finding, effect: &Finding, edges: &[&'static Edge]) -> Option<&'static str> {
    let began_later = match (cause.since, effect.since) {
        (Some(cause), Some(effect)) => Span::between(effect, cause) > REPORT_DELAY,
        _ => false,
    };
    if began_later {
        return None;
    }
    let is_meant = |edge: &&&Edge| edge.joins_the_same() || are_apart(cause, effect);
    edges.iter().filter(is_meant).find(|edge| edge.explains(cause, effect)).map(|it| it.mechanism)
}

/// Whether the findings are about different things. A workload and its pods are different although
/// they have the same subject, and so are a known issue and its effect.
fn are_apart(cause: &Finding, effect: &Finding) -> bool {
    cause.subject != effect.subject
        || matches_any(&["pods/", "okd/"], cause.rule)
        || matches_any(&["workloads/", "pods/crash-looping"], effect.rule)
}

pub(super) fn matches_any(patterns: &[&str], rule: &str) -> bool {
    patterns.iter().any(|pattern| {
        if pattern.ends_with('/') { rule.starts_with(pattern) } else { rule == *pattern }
    })
}
