//! What was collected of each kind and namespace.
//!
//! A missing file proves nothing. Only a complete list proves that an object is absent: the list
//! was collected, parses, is not truncated, and contains the objects that exist in every such list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use mustknow_archive::Limit;

use crate::model::kind::Kind;

/// What was collected of one kind in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoverageState {
    /// This many objects were collected.
    Collected(usize),
    /// A complete list was collected, and it is empty.
    Empty,
    /// Nothing was collected.
    Absent,
    /// A file was collected and cannot be read; the reason.
    Damaged(String),
    /// The list is truncated, or the archive is and may have contained it.
    Truncated,
    /// must-gather-clean may have omitted it.
    Redacted,
}

impl fmt::Display for CoverageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collected(n) => write!(f, "collected ({n})"),
            Self::Empty => f.write_str("collected, empty"),
            Self::Absent => f.write_str("not collected"),
            Self::Damaged(why) => write!(f, "damaged ({why})"),
            Self::Truncated => f.write_str("truncated"),
            Self::Redacted => f.write_str("omitted by must-gather-clean"),
        }
    }
}

/// A list file: every object of one resource in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The file.
    pub path: Arc<str>,
    /// Whether it could be read, and how many objects it contains.
    pub state: CoverageState,
}

/// A line of the gather log that reports an object or resource that was not collected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The log.
    pub path: Box<str>,
    /// The line number, counted from 1.
    pub line: u64,
    /// The line; long lines are shortened.
    pub text: String,
}

/// What was collected of one resource in one namespace.
#[derive(Clone, Debug, Default)]
struct ResourceCoverage {
    listing: Option<Listing>,
    /// How many objects were collected one by one.
    singles: usize,
}

/// What was collected of one resource, by namespace.
type ByNamespace = BTreeMap<Box<str>, ResourceCoverage>;

/// What was collected, by kind and namespace.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// By group, resource and namespace.
    groups: BTreeMap<Box<str>, BTreeMap<Box<str>, ByNamespace>>,
    namespaces: BTreeSet<Box<str>>,
    refusals: Vec<Refusal>,
    truncated: bool,
    limits_reached: BTreeSet<Limit>,
    redacted: bool,
    masked: bool,
}

impl Coverage {
    /// What was collected of `kind` in `namespace` (empty for cluster-scoped kinds).
    pub fn of(&self, kind: &Kind, namespace: &str) -> CoverageState {
        self.of_resource(kind.group, kind.plural, namespace)
    }

    /// What was collected of a resource that may not be in the table of kinds.
    pub fn of_resource(&self, group: &str, resource: &str, namespace: &str) -> CoverageState {
        self.state(self.of_resources(group, resource).and_then(|all| all.get(namespace)))
    }

    fn of_resources(&self, group: &str, resource: &str) -> Option<&ByNamespace> {
        self.groups.get(group)?.get(resource)
    }

    fn state(&self, resource: Option<&ResourceCoverage>) -> CoverageState {
        let singles = resource.map_or(0, |resource| resource.singles);
        match resource.and_then(|resource| resource.listing.as_ref()).map(|listing| &listing.state)
        {
            Some(CoverageState::Collected(n)) => CoverageState::Collected(singles.max(*n)),
            // Objects that were collected one by one prove more than an empty or damaged list.
            _ if singles > 0 => CoverageState::Collected(singles),
            Some(state) => state.clone(),
            None if self.redacted => CoverageState::Redacted,
            None if self.truncated => CoverageState::Truncated,
            None => CoverageState::Absent,
        }
    }

    /// What was collected of `kind` in all namespaces.
    pub fn of_kind(&self, kind: &Kind) -> CoverageState {
        let mut sum = None;
        for resource in
            self.of_resources(kind.group, kind.plural).into_iter().flat_map(BTreeMap::values)
        {
            sum = Some(match (sum, self.state(Some(resource))) {
                (Some(CoverageState::Collected(a)), CoverageState::Collected(b)) => {
                    CoverageState::Collected(a + b)
                }
                (Some(CoverageState::Collected(a)), _) | (_, CoverageState::Collected(a)) => {
                    CoverageState::Collected(a)
                }
                (Some(CoverageState::Empty), _) | (_, CoverageState::Empty) => CoverageState::Empty,
                (_, other) => other,
            });
        }
        sum.unwrap_or_else(|| self.of(kind, ""))
    }

    /// The list of `kind` in `namespace`, if one was collected.
    pub fn listing(&self, kind: &Kind, namespace: &str) -> Option<&Listing> {
        self.of_resources(kind.group, kind.plural)?.get(namespace)?.listing.as_ref()
    }

    /// Whether anything was collected from that namespace.
    pub fn has_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(namespace)
    }

    /// The namespaces from which anything was collected.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.namespaces.iter().map(|name| &**name)
    }

    /// The API groups from which anything was collected; empty for the core group.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(|group| &**group)
    }

    /// Whether the archive is truncated, or was not read to its end.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The limits that stopped the reading of the archive; none if the archive itself is truncated.
    pub fn limits_reached(&self) -> impl Iterator<Item = Limit> {
        self.limits_reached.iter().copied()
    }

    /// Whether must-gather-clean processed the archive.
    pub fn is_redacted(&self) -> bool {
        self.redacted
    }

    /// Whether values were replaced by placeholders; no kinds are omitted.
    pub fn is_masked(&self) -> bool {
        self.masked
    }

    /// What the gather log reports as not collected.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// The first line that reports `kind` in `namespace` as refused or skipped.
    pub fn refusal(&self, kind: &Kind, namespace: &str) -> Option<&Refusal> {
        self.refusals.iter().find(|refusal| {
            let text = &refusal.text;
            let about_namespace = namespace.is_empty() || contains_name(text, namespace);
            let whole_namespace = ["namespaces/", "namespace/", "ns/"].iter().any(|prefix| {
                !namespace.is_empty() && contains_name(text, &format!("{prefix}{namespace}"))
            });
            about_namespace && (contains_name(text, kind.plural) || whole_namespace)
        })
    }

    /// Records an object of that group whose kind is not in the table of kinds.
    pub(crate) fn add_group(&mut self, group: &str) {
        if !self.groups.contains_key(group) {
            self.groups.insert(group.into(), BTreeMap::new());
        }
    }

    fn entry(&mut self, (group, resource, namespace): (&str, &str, &str)) -> &mut ResourceCoverage {
        let resources = self.groups.entry(group.into()).or_default();
        resources.entry(resource.into()).or_default().entry(namespace.into()).or_default()
    }

    pub(crate) fn add_listing(
        &mut self,
        place: (&str, &str, &str),
        path: &Arc<str>,
        state: CoverageState,
    ) {
        let known = &mut self.entry(place).listing;
        // Of two lists of the same resource and namespace, the more informative one counts.
        if known.as_ref().is_none_or(|known| rank(&state) > rank(&known.state)) {
            *known = Some(Listing { path: Arc::clone(path), state });
        }
    }

    /// Adds objects that were collected one by one.
    pub(crate) fn add_singles(&mut self, place: (&str, &str, &str), count: usize) {
        self.entry(place).singles += count;
    }

    /// Records that not all objects of that resource and namespace are stored; one of them is in
    /// the file at `path`.
    pub(crate) fn truncate_listing(&mut self, place: (&str, &str, &str), path: &Arc<str>) {
        let none = || Listing { path: Arc::clone(path), state: CoverageState::Truncated };
        self.entry(place).listing.get_or_insert_with(none).state = CoverageState::Truncated;
    }

    /// Records that no list is known to be complete.
    pub(crate) fn distrust_listings(&mut self) {
        let namespaces = self.groups.values_mut().flat_map(BTreeMap::values_mut);
        let resources = namespaces.flat_map(BTreeMap::values_mut);
        for listing in resources.filter_map(|resource| resource.listing.as_mut()) {
            listing.state = CoverageState::Truncated;
        }
    }

    pub(crate) fn add_namespace(&mut self, namespace: &str) {
        if !self.namespaces.contains(namespace) {
            self.namespaces.insert(namespace.into());
        }
    }

    pub(crate) fn add_refusals(&mut self, refusals: Vec<Refusal>) {
        self.refusals.extend(refusals);
        self.refusals.sort();
    }

    pub(crate) fn set_truncated(&mut self) {
        self.truncated = true;
    }

    /// Records the limits that may have stopped the reading.
    pub(crate) fn set_limits_reached(&mut self, limits: &BTreeSet<Limit>) {
        self.limits_reached.clone_from(limits);
    }

    pub(crate) fn set_redacted(&mut self) {
        self.redacted = true;
    }

    pub(crate) fn set_masked(&mut self) {
        self.masked = true;
    }

    /// Adds the coverage of another collection of the same cluster.
    pub(crate) fn merge(&mut self, other: Self) {
        for (group, resources) in other.groups {
            self.add_group(&group);
            for (resource, by_namespace) in resources {
                for (namespace, coverage) in by_namespace {
                    let place = (&*group, &*resource, &*namespace);
                    if let Some(Listing { path, state }) = coverage.listing {
                        self.add_listing(place, &path, state);
                    }
                    let singles = &mut self.entry(place).singles;
                    *singles = (*singles).max(coverage.singles);
                }
            }
        }
        self.namespaces.extend(other.namespaces);
        self.add_refusals(other.refusals);
        self.truncated |= other.truncated;
        self.limits_reached.extend(other.limits_reached);
        self.redacted |= other.redacted;
        self.masked |= other.masked;
    }
}

fn rank(state: &CoverageState) -> (u8, usize) {
    match state {
        CoverageState::Collected(n) => (4, *n),
        CoverageState::Empty => (3, 0),
        CoverageState::Truncated => (2, 0),
        CoverageState::Damaged(_) => (1, 0),
        CoverageState::Absent | CoverageState::Redacted => (0, 0),
    }
}

/// Whether `text` contains `word` as a name of its own, not as part of a longer name.
fn contains_name(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(|c| part_of_name(c) && c != '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kinds::{CONFIG_MAP, POD};

    fn refused(text: &str) -> Coverage {
        let mut coverage = Coverage::default();
        coverage.add_refusals(vec![Refusal { path: "l".into(), line: 1, text: text.to_owned() }]);
        coverage
    }

    #[test]
    fn a_refusal_applies_to_the_kind_and_namespace_it_names() {
        let line = "configmaps is forbidden: User \"x\" cannot list resource \"configmaps\" in API \
                    group \"\" in the namespace \"kube-system\"";
        let coverage = refused(line);
        assert!(coverage.refusal(&CONFIG_MAP, "kube-system").is_some());
        assert!(coverage.refusal(&CONFIG_MAP, "kube-system-x").is_none());
        assert!(coverage.refusal(&POD, "kube-system").is_none());
        let skipped = refused("skipping gathering namespaces/kube-system due to error: x");
        assert!(skipped.refusal(&CONFIG_MAP, "kube-system").is_some());
    }

    #[test]
    fn what_is_absent_from_a_truncated_archive_is_not_proved_absent() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.of(&POD, "x"), CoverageState::Absent);
        coverage.set_truncated();
        assert_eq!(coverage.of(&POD, "x"), CoverageState::Truncated);
    }

    #[test]
    fn single_objects_prove_more_than_a_damaged_list() {
        let mut coverage = Coverage::default();
        coverage.add_listing(
            ("", "pods", "x"),
            &"x/core/pods.yaml".into(),
            CoverageState::Damaged("y".into()),
        );
        assert_eq!(coverage.of(&POD, "x"), CoverageState::Damaged("y".into()));
        coverage.add_singles(("", "pods", "x"), 1);
        assert_eq!(coverage.of(&POD, "x"), CoverageState::Collected(1));
        assert_eq!(coverage.of_kind(&POD), CoverageState::Collected(1));
    }
}
