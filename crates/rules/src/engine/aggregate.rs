//! One cause, one finding: what findings of one rule have in common is what is wrong, and they are
//! united under it.
//!
//! Rules say of each finding what it may share ([`Finding::group_by`]); which of these things many
//! findings do share is seen only here, where all of them are known. Causality is settled before, so
//! that a finding that was united keeps what it explains and what explains it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::engine::causality::{Explanation, leads_to};
use crate::engine::evidence::Subject;
use crate::engine::finding::{Finding, GroupKey};
use crate::engine::meta::Meta;

/// How many members lend their evidence to the finding that unites them.
const SHOWN: usize = 20;
/// How many members its summary names.
const NAMED: usize = 3;

/// Unites the findings of one rule that share a thing, the one most of them share first. Says where
/// each of them went, by position.
pub(crate) fn aggregate(findings: Vec<Finding>, meta: &Meta) -> (Vec<Finding>, Vec<usize>) {
    let mut places = vec![0; findings.len()];
    let mut left: BTreeMap<usize, Finding> = findings.into_iter().enumerate().collect();
    let mut made: Vec<(Vec<usize>, Finding)> = Vec::new();
    while let Some(common) = most_shared(left.values()) {
        let group_by = |(_, finding): &(&usize, &Finding)| finding.group_by.contains(&common);
        let from: Vec<usize> = left.iter().filter(group_by).map(|(at, _)| *at).collect();
        let members = from.iter().filter_map(|at| left.remove(at)).collect();
        made.extend(unite(&common, members, meta).map(|finding| (from, finding)));
    }
    made.extend(left.into_iter().map(|(at, finding)| (vec![at], finding)));
    made.sort_by(|(_, a), (_, b)| (&a.subject, &a.summary).cmp(&(&b.subject, &b.summary)));
    for (place, (from, _)) in made.iter().enumerate() {
        for at in from {
            if let Some(went) = places.get_mut(*at) {
                *went = place;
            }
        }
    }
    (made.into_iter().map(|(_, finding)| finding).collect(), places)
}

/// Says of the findings that remain which explains which: `places` is where each finding went.
pub(crate) fn remap(explanations: Vec<Explanation>, places: &[usize]) -> Vec<Explanation> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Explanation> = Vec::new();
    for step in explanations {
        let (Some(&cause), Some(&effect)) = (places.get(step.cause), places.get(step.effect))
        else {
            continue;
        };
        // What was no circle between single findings may be one between those that unite them.
        if cause != effect && seen.insert((cause, effect)) && !leads_to(&kept, effect, cause) {
            kept.push(Explanation { cause, effect, because: step.because });
        }
    }
    kept
}

/// The thing that most of the findings share, if they are enough.
fn most_shared<'f>(findings: impl Iterator<Item = &'f Finding>) -> Option<(GroupKey, String)> {
    let mut counts: BTreeMap<&(GroupKey, String), usize> = BTreeMap::new();
    for finding in findings {
        for common in finding.group_by.iter().collect::<BTreeSet<_>>() {
            *counts.entry(common).or_default() += 1;
        }
    }
    let enough = counts.into_iter().filter(|((common, _), count)| *count >= common.least());
    enough
        .min_by_key(|(common, count)| (Reverse(*count), *common))
        .map(|(common, _)| common.clone())
}

/// The one finding that stands for all of `members`; None when there are none.
fn unite(common: &(GroupKey, String), mut members: Vec<Finding>, meta: &Meta) -> Option<Finding> {
    members.sort_by_cached_key(|one| (Reverse(one.severity), one.since.is_none(), one.since));
    let mut subjects: Vec<_> = members.iter().map(|one| one.subject.clone()).collect();
    subjects.sort();
    subjects.dedup();
    let since = members.iter().filter_map(|one| one.since).min();
    let certainty = members.iter().map(|one| one.certainty).max();
    let group_by = members.iter().map(|one| one.group_by.clone()).reduce(|mut all, one| {
        all.retain(|common| one.contains(common));
        all
    });
    let mut rest = members.into_iter();
    let mut lead = rest.next()?;
    for (at, other) in rest.enumerate() {
        if at < SHOWN {
            lead.evidence.extend(other.evidence.into_iter().next());
        }
        for line in other.keywords.lines() {
            if !lead.keywords.lines().any(|known| known == line) {
                lead.keywords.push('\n');
                lead.keywords.push_str(line);
            }
        }
        for effect in other.explains {
            if !lead.explains.contains(&effect) {
                lead.explains.push(effect);
            }
        }
    }
    let (noun, name) = common;
    let phrase = noun.phrase(name);
    let named: Vec<_> = subjects.iter().take(NAMED).map(ToString::to_string).collect();
    let more = match subjects.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    lead.summary = format!(
        "{}, {} times, each {phrase}: {}{more}",
        meta.title,
        subjects.len(),
        named.join(", ")
    );
    lead.why = format!("What happens {phrase} so often has one cause. {}", lead.why);
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
    use crate::engine::evidence::Evidence;

    fn finding(name: &str, group_by: &[(GroupKey, &str)]) -> Finding {
        let subject = Subject::namespaced("Pod", "x", name);
        let searched = Searched { path: String::new(), objects: 1, sentinels: Vec::new() };
        let evidence = Evidence::missing(subject.clone(), &searched);
        let made = Finding::new(subject, name, evidence).keywords(name);
        group_by.iter().fold(made, |made, (common, name)| made.group_by(*common, *name))
    }

    fn folded(findings: Vec<Finding>) -> (Vec<Finding>, Vec<usize>) {
        aggregate(findings, catalog::all()[0].meta)
    }

    fn names(findings: &[Finding]) -> Vec<(&str, usize)> {
        findings.iter().map(|one| (one.subject.name.as_str(), one.members.len())).collect()
    }

    #[test]
    fn two_images_of_one_registry_are_one_finding_about_it() {
        let registry = [(GroupKey::Registry, "r.example.net")];
        let (made, places) =
            folded(vec![finding("a", &registry), finding("b", &[]), finding("c", &registry)]);
        assert_eq!(names(&made), [("b", 0), ("r.example.net", 2)]);
        assert_eq!(places, [1, 0, 1]);
        assert_eq!(made[1].keywords, "a\nc");
        assert_eq!(made[1].evidence.len(), 2);
    }

    #[test]
    fn two_faults_on_one_node_are_a_coincidence_and_three_are_not() {
        let node = [(GroupKey::Node, "worker-1")];
        let (made, _) = folded(vec![finding("a", &node), finding("b", &node)]);
        assert_eq!(names(&made), [("a", 0), ("b", 0)]);
        let (made, _) = folded(vec![finding("a", &node), finding("b", &node), finding("c", &node)]);
        assert_eq!(names(&made), [("worker-1", 3)]);
    }

    #[test]
    fn what_most_share_comes_first() {
        let both = [(GroupKey::Image, "i"), (GroupKey::Node, "n")];
        let node = [(GroupKey::Node, "n")];
        let (made, _) = folded(vec![
            finding("a", &both),
            finding("b", &both),
            finding("c", &node),
            finding("d", &node),
        ]);
        assert_eq!(names(&made), [("n", 4)]);
    }

    #[test]
    fn no_circle_comes_of_uniting() {
        let step = |cause, effect| Explanation { cause, effect, because: "x" };
        // 0 and 1 become 0; 2 becomes 1.
        let kept = remap(vec![step(0, 2), step(2, 1), step(0, 1), step(1, 2)], &[0, 0, 1]);
        assert_eq!(kept, [step(0, 1)]);
    }
}
