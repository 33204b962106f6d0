//! Which finding explains which, by position, so that no step is searched for.

use std::collections::BTreeSet;

use mustknow_rules::engine::causality::Explanation;

/// The steps from and to each finding of a judgement.
pub(super) struct Links<'j> {
    from: Vec<Vec<&'j Explanation>>,
    to: Vec<Vec<&'j Explanation>>,
}

impl<'j> Links<'j> {
    /// The steps of a judgement with `findings` findings.
    pub(super) fn of(explanations: &'j [Explanation], findings: usize) -> Self {
        let mut links = Self { from: vec![Vec::new(); findings], to: vec![Vec::new(); findings] };
        for step in explanations {
            if let Some(steps) = links.from.get_mut(step.cause) {
                steps.push(step);
            }
            if let Some(steps) = links.to.get_mut(step.effect) {
                steps.push(step);
            }
        }
        links
    }

    /// The steps to what follows from the finding at `at`.
    pub(super) fn from(&self, at: usize) -> &[&'j Explanation] {
        self.from.get(at).map_or(&[], Vec::as_slice)
    }

    /// The steps from what explains the finding at `at`.
    pub(super) fn to(&self, at: usize) -> &[&'j Explanation] {
        self.to.get(at).map_or(&[], Vec::as_slice)
    }

    /// How many findings follow from the one at `from`.
    pub(super) fn reach(&self, from: usize) -> usize {
        let mut seen = BTreeSet::from([from]);
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            next.extend(self.from(at).iter().map(|step| step.effect).filter(|it| seen.insert(*it)));
        }
        seen.len() - 1
    }
}
