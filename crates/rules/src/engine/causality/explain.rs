//! Which finding explains which.
//!
//! Two sources say so: a finding itself, when its rule knows the mechanism to the end, and the
//! table of edges, each of which says how a failure of one layer looks in the messages of another. A
//! cause cannot have begun later than its effect, give or take the inertia of operators; and
//! nothing explains itself, however long the way round.

use std::collections::BTreeMap;

use mustknow_cluster::model::time::Span;

use super::edges::{self, Edge};
use crate::engine::finding::Finding;
use crate::engine::meta::Role;
use crate::engine::rule::Rule;

/// `effect` follows from `cause`; both count the findings of a judgement in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The finding that explains.
    pub cause: usize,
    /// The finding that is explained.
    pub effect: usize,
    /// How the one leads to the other.
    pub because: &'static str,
}

/// How much later than its effect a cause may seem to begin: operators report the latest of
/// several transitions, and the nodes' clocks differ.
const INERTIA: Span = Span::minutes(10);

/// Says which of `findings` explain which.
pub fn explain(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut found: Vec<Explanation> = Vec::new();
    // Most pairs of rules have no edge, which is settled once for each pair of rules and not anew
    // for each of what may be thousands of findings.
    let mut between: BTreeMap<(&str, &str), Vec<&'static Edge>> = BTreeMap::new();
    // What a rule knows by its own mechanism precedes what the table infers from words.
    for by_mechanism in [true, false] {
        for (at, (cause_rule, cause)) in findings.iter().enumerate() {
            if by_mechanism && cause.explains.is_empty() {
                continue;
            }
            for (other, (effect_rule, effect)) in findings.iter().enumerate() {
                if at == other || !may_explain(cause_rule.meta.role, effect_rule.meta.role) {
                    continue;
                }
                let because = if by_mechanism {
                    claims(cause, effect).then_some("by the mechanism of the cause")
                } else {
                    let edges = between
                        .entry((cause.rule, effect.rule))
                        .or_insert_with(|| edges_between(cause.rule, effect.rule));
                    inferred(cause, effect, edges)
                };
                let is_new = !found.iter().any(|step| step.cause == at && step.effect == other);
                if let Some(because) = because
                    && is_new
                    && !leads_to(&found, other, at)
                {
                    found.push(Explanation { cause: at, effect: other, because });
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

/// Whether findings of these roles may stand in that order. What only ever follows from something
/// else is not what a cause follows from, and context stands outside.
fn may_explain(cause: Role, effect: Role) -> bool {
    match (cause, effect) {
        (Role::Context, _) | (_, Role::Context) | (Role::Symptom, Role::Cause) => false,
        (Role::Cause | Role::Symptom, _) => true,
    }
}

/// Whether the cause names what the effect is about as something it explains.
fn claims(cause: &Finding, effect: &Finding) -> bool {
    cause
        .explains
        .iter()
        .any(|claim| claim.subject == effect.subject && effect.keywords.contains(&claim.keywords))
}

/// By which of the edges the effect follows from the cause.
fn inferred(cause: &Finding, effect: &Finding, edges: &[&'static Edge]) -> Option<&'static str> {
    if edges.is_empty() {
        return None;
    }
    let began_later = match (cause.since, effect.since) {
        (Some(cause), Some(effect)) => Span::between(effect, cause) > INERTIA,
        _ => false,
    };
    if began_later {
        return None;
    }
    edges
        .iter()
        .find(|edge| are_apart(cause, effect) && (edge.holds)(cause, effect))
        .map(|edge| edge.because)
}

/// Whether the findings are about two things: a workload and its pods are two, though one subject
/// stands for both, and a known issue is another thing than how it shows.
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

/// Whether `from` leads to `to` along what was found so far.
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
