//! What follows from a finding, as a tree that shows each step under the nearest one it follows from.

use std::collections::BTreeSet;

use crate::report::{Explained, Finding, Report};

/// The effects of `finding` that follow from none of its other effects, under which those are drawn.
pub(crate) fn direct<'r>(
    report: &'r Report,
    finding: &'r Finding,
) -> Vec<(&'r Explained, &'r Finding)> {
    let steps = || {
        let named = |step: &'r Explained| Some((step, report.finding(step.finding)?));
        finding.explains.iter().filter_map(named)
    };
    let through_others: BTreeSet<usize> = steps()
        .flat_map(|(_, other)| {
            let next = other.explains.iter().map(|step| step.finding);
            next.filter(|id| *id != other.id)
        })
        .collect();
    steps().filter(|(step, _)| !through_others.contains(&step.finding)).collect()
}
