//! Finds out which finding is the cause of which other finding.
//!
//! There are two sources: a finding itself, if its rule knows the whole mechanism, and the table of
//! edges, which describes how a failure of one component shows in the messages of another. A cause
//! cannot have begun later than its effect, apart from the delay with which operators report.
//! Chains of causes have no cycles.

use std::collections::BTreeMap;

use mustknow_cluster::model::time::Span;

use super::edges::{self, Edge};
use crate::engine::finding::Finding;
use crate::engine::meta::Role;
use crate::engine::rule::Rule;

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

/// Finds which of `findings` explain which.
pub fn explain(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut found: Vec<Explanation> = Vec::new();
    // Most pairs of rules have no edge. This is looked up once for each pair of rules, because
    // there can be thousands of findings.
    let mut between: BTreeMap<(&str, &str), Vec<&'static Edge>> = BTreeMap::new();
    // What a rule itself knows has priority over what the table infers.
    for by_rule in [true, false] {
        for (at, (cause_rule, cause)) in findings.iter().enumerate() {
            if by_rule && cause.explains.is_empty() {
                continue;
            }
            for (other, (effect_rule, effect)) in findings.iter().enumerate() {
                if at == other || !may_explain(cause_rule.meta.role, effect_rule.meta.role) {
                    continue;
                }
                let mechanism = if by_rule {
                    names_effect(cause, effect).then_some("by the mechanism of the cause")
                } else {
                    let edges = between
                        .entry((cause.rule, effect.rule))
                        .or_insert_with(|| edges_between(cause.rule, effect.rule));
                    inferred(cause, effect, edges)
                };
                let is_new = !found.iter().any(|step| step.cause == at && step.effect == other);
                if let Some(mechanism) = mechanism
                    && is_new
                    && !leads_to(&found, other, at)
                {
                    found.push(Explanation { cause: at, effect: other, mechanism });
                }
            }
        }
    }
    found
}

fn edges_between(cause: &str, effect: &str) -> Vec<&'static Edge> {
    edges::all()
        .filter(|edge| matches_any(edge.cause, cause) && matches_any(edge.effect, effect))
        .collect()
}

/// Whether findings of these roles can be cause and effect. A symptom cannot explain a cause, and
/// context is neither.
fn may_explain(cause: Role, effect: Role) -> bool {
    match (cause, effect) {
        (Role::Context, _) | (_, Role::Context) | (Role::Symptom, Role::Cause) => false,
        (Role::Cause | Role::Symptom, _) => true,
    }
}

/// Whether the cause itself names the effect.
fn names_effect(cause: &Finding, effect: &Finding) -> bool {
    cause
        .explains
        .iter()
        .any(|named| named.subject == effect.subject && effect.keywords.contains(&named.keywords))
}

/// The mechanism of the first edge that links the cause to the effect.
fn inferred(cause: &Finding, effect: &Finding, edges: &[&'static Edge]) -> Option<&'static str> {
    if edges.is_empty() {
        return None;
    }
    let began_later = match (cause.since, effect.since) {
        (Some(cause), Some(effect)) => Span::between(effect, cause) > REPORT_DELAY,
        _ => false,
    };
    if began_later {
        return None;
    }
    edges
        .iter()
        .find(|edge| are_apart(cause, effect) && (edge.holds)(cause, effect))
        .map(|edge| edge.mechanism)
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

/// Whether a chain of explanations leads from `from` to `to`.
pub fn leads_to(found: &[Explanation], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&at) = seen.get(next) {
        if at == to {
            return true;
        }
        for step in found.iter().filter(|step| step.cause == at) {
            if !seen.contains(&step.effect) {
                seen.push(step.effect);
            }
        }
        next += 1;
    }
    false
}
