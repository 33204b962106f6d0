//! Merges the findings of one rule that share a node, a registry or another common cause.
//!
//! A rule names for each finding the keys it can be grouped by ([`Finding::group_by`]). Only here
//! all findings are available, so here it is decided which keys enough of them share. Causality is
//! decided before, so a merged finding keeps its causes and effects.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::engine::causality::{AcyclicGraph, Explanation};
use crate::engine::shared_keys::SharedKeys;
use crate::terms::evidence::Subject;
use crate::terms::finding::{Effect, Finding, GroupKey};
use crate::terms::meta::Meta;

/// How many members contribute their evidence to the merged finding.
const MAX_EVIDENCE: usize = 20;
/// How many members its summary names.
const MAX_NAMED: usize = 3;

/// Merges the findings of one rule that share a key, beginning with the key that most of them
/// share. Returns the findings and, for each of the given ones, its new position.
pub(crate) fn aggregate(findings: Vec<Finding>, meta: &Meta) -> (Vec<Finding>, Vec<usize>) {
    let mut positions = vec![0; findings.len()];
    let mut keys = SharedKeys::of(&findings);
    let mut remaining: Vec<Option<Finding>> = findings.into_iter().map(Some).collect();
    let mut aggregated: Vec<(Vec<usize>, Finding)> = Vec::new();
    while let Some((key, from)) = keys.take_most_shared() {
        let members = from.iter().filter_map(|at| remaining.get_mut(*at)?.take()).collect();
        aggregated.extend(merge(&key, members, meta).map(|finding| (from, finding)));
    }
    let rest = remaining.into_iter().enumerate();
    aggregated.extend(rest.filter_map(|(at, finding)| Some((vec![at], finding?))));
    aggregated.sort_by(|(_, a), (_, b)| (&a.subject, &a.summary).cmp(&(&b.subject, &b.summary)));
    for (new, (from, _)) in aggregated.iter().enumerate() {
        for at in from {
            if let Some(position) = positions.get_mut(*at) {
                *position = new;
            }
        }
    }
    (aggregated.into_iter().map(|(_, finding)| finding).collect(), positions)
}

/// Moves explanations to the merged findings: `positions` is the new position of each finding.
pub(crate) fn remap(explanations: Vec<Explanation>, positions: &[usize]) -> Vec<Explanation> {
    let findings = positions.iter().max().map_or(0, |last| last + 1);
    let mut graph = AcyclicGraph::new(findings);
    let mut seen = HashSet::new();
    let mut remapped: Vec<Explanation> = Vec::new();
    for step in explanations {
        let (Some(&cause), Some(&effect)) = (positions.get(step.cause), positions.get(step.effect))
        else {
            continue;
        };
        // Explanations without a cycle can form one after a merge.
        if seen.insert((cause, effect)) && graph.add(cause, effect) {
            remapped.push(Explanation { cause, effect, mechanism: step.mechanism });
        }
    }
    remapped
}

/// One finding in place of all `members`; None when there are none.
fn merge(key: &(GroupKey, String), mut members: Vec<Finding>, meta: &Meta) -> Option<Finding> {
    members.sort_by_cached_key(|one| (Reverse(one.severity), one.since.is_none(), one.since));
    let mut subjects: Vec<_> = members.iter().map(|one| one.subject.clone()).collect();
    subjects.sort();
    subjects.dedup();
    let since = members.iter().filter_map(|one| one.since).min();
    let certainty = members.iter().map(|one| one.certainty).max();
    let group_by = members.iter().map(|one| one.group_by.clone()).reduce(|mut all, one| {
        all.retain(|key| one.contains(key));
        all
    });
    let mut rest = members.into_iter();
    let mut lead = rest.next()?;
    let mut lines: HashSet<String> = lead.keywords.lines().map(str::to_owned).collect();
    let parts = |effect: &Effect| (effect.subject.clone(), effect.keywords.clone());
    let mut effects: HashSet<_> = lead.explains.iter().map(parts).collect();
    for (at, other) in rest.enumerate() {
        if at < MAX_EVIDENCE {
            lead.evidence.extend(other.evidence.into_iter().next());
        }
        for line in other.keywords.lines() {
            if lines.insert(line.to_owned()) {
                lead.keywords.push('\n');
                lead.keywords.push_str(line);
            }
        }
        let new = other.explains.into_iter().filter(|effect| effects.insert(parts(effect)));
        lead.explains.extend(new);
    }
    let (noun, name) = key;
    let phrase = noun.phrase(name);
    let named: Vec<_> = subjects.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    let more = match subjects.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    lead.summary = format!(
        "{}, {} times, each {phrase}: {}{more}",
        meta.title,
        subjects.len(),
        named.join(", ")
    );
    lead.why = format!("So many findings {phrase} usually have one common cause. {}", lead.why);
    lead.subject = Subject::cluster(noun.kind(), name.clone());
    lead.since = since;
    lead.certainty = certainty.unwrap_or(lead.certainty);
    lead.group_by = group_by.unwrap_or_default();
    lead.members = subjects;
    Some(lead)
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::snapshot::Searched;

    use super::*;
    use crate::catalog;
    use crate::terms::evidence::Evidence;

    fn finding(name: &str, group_by: &[(GroupKey, &str)]) -> Finding {
        let subject = Subject::namespaced("Pod", "x", name);
        let searched = Searched { path: String::new(), objects: 1, sentinels: Vec::new() };
        let evidence = Evidence::missing(subject.clone(), &searched);
        let made = Finding::new(subject, name, evidence).keywords(name);
        group_by.iter().fold(made, |made, (key, name)| made.group_by(*key, *name))
    }

    fn aggregated(findings: Vec<Finding>) -> (Vec<Finding>, Vec<usize>) {
        aggregate(findings, &catalog::all()[0].meta)
    }

    fn names(findings: &[Finding]) -> Vec<(&str, usize)> {
        findings.iter().map(|one| (one.subject.name.as_str(), one.members.len())).collect()
    }

    #[test]
    fn two_findings_that_share_a_registry_become_one_about_the_registry() {
        let registry = [(GroupKey::Registry, "r.example.net")];
        let (made, positions) =
            aggregated(vec![finding("a", &registry), finding("b", &[]), finding("c", &registry)]);
        assert_eq!(names(&made), [("b", 0), ("r.example.net", 2)]);
        assert_eq!(positions, [1, 0, 1]);
        assert_eq!(made[1].keywords, "a\nc");
        assert_eq!(made[1].evidence.len(), 2);
    }

    #[test]
    fn two_findings_on_one_node_stay_separate_and_three_are_merged() {
        let node = [(GroupKey::Node, "worker-1")];
        let (made, _) = aggregated(vec![finding("a", &node), finding("b", &node)]);
        assert_eq!(names(&made), [("a", 0), ("b", 0)]);
        let (made, _) =
            aggregated(vec![finding("a", &node), finding("b", &node), finding("c", &node)]);
        assert_eq!(names(&made), [("worker-1", 3)]);
    }

    #[test]
    fn the_key_that_most_findings_share_is_used_first() {
        let both = [(GroupKey::Image, "i"), (GroupKey::Node, "n")];
        let node = [(GroupKey::Node, "n")];
        let (made, _) = aggregated(vec![
            finding("a", &both),
            finding("b", &both),
            finding("c", &node),
            finding("d", &node),
        ]);
        assert_eq!(names(&made), [("n", 4)]);
    }

    #[test]
    fn a_merge_creates_no_cycle() {
        let step = |cause, effect| Explanation { cause, effect, mechanism: "x" };
        // 0 and 1 become 0; 2 becomes 1.
        let remapped = remap(vec![step(0, 2), step(2, 1), step(0, 1), step(1, 2)], &[0, 0, 1]);
        assert_eq!(remapped, [step(0, 1)]);
    }
}
