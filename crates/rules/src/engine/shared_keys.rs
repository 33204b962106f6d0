//! Which keys the findings of one rule share, and which of them most findings share.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::terms::finding::{Finding, GroupKey};

/// A key and its name.
type Key = (GroupKey, String);

/// The keys of findings that are not merged yet.
pub(super) struct SharedKeys {
    /// Each key with the findings that have it, by key.
    keys: Vec<(Key, Vec<usize>)>,
    /// The positions in `keys` of the keys of each finding; none once it is taken.
    of_finding: Vec<Vec<usize>>,
    /// How many findings that are not taken have the key.
    counts: Vec<usize>,
    /// The keys that enough findings share, the most shared first, then by key.
    order: BTreeSet<(Reverse<usize>, usize)>,
}

impl SharedKeys {
    /// The keys of `findings`.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            for key in finding.group_by.iter().collect::<BTreeSet<_>>() {
                by_key.entry(key).or_default().push(at);
            }
        }
        let keys: Vec<_> = by_key.into_iter().map(|(key, having)| (key.clone(), having)).collect();
        let mut of_finding = vec![Vec::new(); findings.len()];
        for (number, (_, having)) in keys.iter().enumerate() {
            for at in having {
                of_finding.get_mut(*at).into_iter().for_each(|keys| keys.push(number));
            }
        }
        let counts: Vec<_> = keys.iter().map(|(_, having)| having.len()).collect();
        let mut shared = Self { keys, of_finding, counts, order: BTreeSet::new() };
        for number in 0..shared.keys.len() {
            shared.order.extend(shared.rank(number));
        }
        shared
    }

    /// Takes the findings that share the key that most of them share, in order; None when no key is
    /// shared by enough of them.
    pub(super) fn take_most_shared(&mut self) -> Option<(Key, Vec<usize>)> {
        let (_, number) = *self.order.first()?;
        let (key, having) = self.keys.get(number)?;
        let key = key.clone();
        let is_left = |at: &usize| self.of_finding.get(*at).is_some_and(|keys| !keys.is_empty());
        let taken: Vec<_> = having.iter().copied().filter(is_left).collect();
        for at in &taken {
            for number in self.of_finding.get_mut(*at).map(std::mem::take).unwrap_or_default() {
                self.count_down(number);
            }
        }
        Some((key, taken))
    }

    fn count_down(&mut self, number: usize) {
        if let Some(rank) = self.rank(number) {
            self.order.remove(&rank);
        }
        if let Some(count) = self.counts.get_mut(number) {
            *count -= 1;
        }
        self.order.extend(self.rank(number));
    }

    /// The place of a key in the order; None if too few findings share it.
    fn rank(&self, number: usize) -> Option<(Reverse<usize>, usize)> {
        let ((key, _), _) = self.keys.get(number)?;
        let count = *self.counts.get(number)?;
        (count >= key.min_members()).then_some((Reverse(count), number))
    }
}
