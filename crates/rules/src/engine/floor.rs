//! What the floor says: which objects that are not well no other rule has reported.
//!
//! The rules of `objects/` report every object that is not well by its own status. Here, after all
//! rules have answered, what another rule is already about is left out: the same object, or one that
//! its finding covers or shows as evidence. What is left are unexplained symptoms, unless causality
//! finds what explains them.

use std::collections::HashSet;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::kinds::CUSTOM_RESOURCE;

use crate::engine::outcome::RuleOutcome;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::meta::{Role, Severity};
use crate::terms::verdict::Verdict;

/// The area of the rules that report objects of any kind.
const AREA: &str = "objects/";

/// Leaves out what other rules are about. A rule of the floor that has nothing left has judged all
/// objects and found none that is not reported.
pub(crate) fn leave_out_reported(snapshot: &Snapshot, outcomes: &mut [RuleOutcome]) {
    let reported = reported(outcomes);
    for outcome in outcomes.iter_mut().filter(|outcome| is_floor(outcome)) {
        let Verdict::Found(findings) = &mut outcome.verdict else { continue };
        findings.retain(|finding| !reported.contains(&finding.subject));
        if findings.is_empty() {
            outcome.verdict = Verdict::Healthy { examined: judged_by(outcome, snapshot) };
        }
    }
}

/// How many objects the rule has judged.
fn judged_by(outcome: &RuleOutcome, snapshot: &Snapshot) -> usize {
    let custom = snapshot.of_kind(&CUSTOM_RESOURCE).len();
    let reads_custom = outcome.rule.meta.reads.iter().any(|it| it.kind() == Some(&CUSTOM_RESOURCE));
    if reads_custom { custom } else { snapshot.objects() - custom }
}

fn is_floor(outcome: &RuleOutcome) -> bool {
    outcome.rule.meta.id.starts_with(AREA)
}

/// What the findings of all other rules are about. Context is about an object without saying that it
/// is not well.
fn reported(outcomes: &[RuleOutcome]) -> HashSet<Subject> {
    let others = outcomes.iter().filter(|it| !is_floor(it) && it.rule.meta.role != Role::Context);
    let findings = others.filter_map(|outcome| match &outcome.verdict {
        Verdict::Found(findings) => Some(findings),
        _ => None,
    });
    findings
        .flatten()
        .flat_map(|finding| {
            let is_grave = finding.severity > Some(Severity::Info);
            let shown = finding.evidence.iter().filter(move |_| is_grave).map(Evidence::subject);
            let named = finding.members.iter().chain(&finding.covers).chain([&finding.subject]);
            named.chain(shown).cloned()
        })
        .collect()
}
