//! A cause is at least as severe as its worst effect, and began no later than the first of them.
//!
//! So a note that explains an error leads the report, and what it explains is never hidden behind
//! it.

use std::collections::BTreeMap;

use super::Explanation;
use crate::terms::finding::Finding;

/// Gives each cause the weight of its effects, over all steps of a chain, beginning with the effects
/// that are no causes; `findings` are in the order that the explanations count in.
pub(crate) fn weigh(findings: &mut [&mut Finding], explanations: &[Explanation]) {
    let mut causes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut open_effects: BTreeMap<usize, usize> = BTreeMap::new();
    for step in explanations {
        causes.entry(step.effect).or_default().push(step.cause);
        *open_effects.entry(step.cause).or_default() += 1;
    }
    let mut ready: Vec<usize> =
        causes.keys().filter(|effect| !open_effects.contains_key(effect)).copied().collect();
    while let Some(effect) = ready.pop() {
        let Some((severity, since)) = findings.get(effect).map(|one| (one.severity, one.since))
        else {
            continue;
        };
        for cause in causes.remove(&effect).unwrap_or_default() {
            if let Some(cause) = findings.get_mut(cause) {
                cause.severity = cause.severity.max(severity);
                cause.since = cause.since.map(|own| since.map_or(own, |since| own.min(since)));
            }
            if let Some(open) = open_effects.get_mut(&cause) {
                *open -= 1;
                if *open == 0 {
                    ready.push(cause);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::snapshot::Searched;
    use mustknow_cluster::model::time::{Time, rfc3339};

    use super::*;
    use crate::terms::evidence::{Evidence, Subject};
    use crate::terms::meta::Severity;

    fn finding(severity: Severity, since: Option<Time>) -> Finding {
        let subject = Subject::cluster("Thing", "a");
        let searched = Searched { path: String::new(), objects: 1, sentinels: Vec::new() };
        let evidence = Evidence::missing(subject.clone(), &searched);
        Finding::new(subject, "x", evidence).severity(severity).since(since)
    }

    #[test]
    fn a_cause_gets_the_weight_of_the_worst_effect_of_its_chain() {
        let [early, late] = ["2024-10-28T10:00:00Z", "2024-10-28T11:00:00Z"].map(rfc3339);
        let mut findings = [
            finding(Severity::Info, late),
            finding(Severity::Warning, None),
            finding(Severity::Critical, early),
            finding(Severity::Error, early),
        ];
        let step = |cause, effect| Explanation { cause, effect, mechanism: "x" };
        // A chain of 0, 1 and 2; 3 is apart.
        weigh(&mut findings.each_mut(), &[step(0, 1), step(1, 2), step(0, 2)]);
        let weights = findings.each_ref().map(|one| (one.severity.unwrap(), one.since));
        let grave = Severity::Critical;
        assert_eq!(
            weights,
            [(grave, early), (grave, None), (grave, early), (Severity::Error, early)]
        );
    }
}
