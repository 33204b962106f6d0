//! What the archive holds of each kind and namespace, and what can therefore be said.
//!
//! A file that is absent proves nothing. Only a list that was collected whole proves that an
//! object is absent, and for that it must be there, parse, be complete, and hold what every such
//! list holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use mustknow_archive::Limit;

use crate::model::kind::Kind;

/// What was collected of one kind in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// So many objects are there.
    Collected(usize),
    /// A whole list is there and it is empty.
    Empty,
    /// No file of that kind is there.
    Absent,
    /// A file is there but cannot be read; why.
    Damaged(String),
    /// The list, or the archive before it, broke off.
    Truncated,
    /// Whoever cleaned the archive left the kind out.
    Redacted,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collected(n) => write!(f, "collected ({n})"),
            Self::Empty => f.write_str("collected, empty"),
            Self::Absent => f.write_str("not collected"),
            Self::Damaged(why) => write!(f, "damaged ({why})"),
            Self::Truncated => f.write_str("cut off"),
            Self::Redacted => f.write_str("left out when the archive was cleaned"),
        }
    }
}

/// A list file: every object of one resource in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The file.
    pub path: Arc<str>,
    /// Whether it can be read, and how many objects it holds.
    pub state: State,
}

/// A line of the collection's own log that says something was not collected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The log.
    pub path: Box<str>,
    /// Counted from 1.
    pub line: u64,
    /// The line; long lines are cut.
    pub text: String,
}

/// What was collected of one resource in one namespace.
#[derive(Clone, Debug, Default)]
struct CertificateRef {
    listing: Option<Listing>,
    /// How many objects were found one by one.
    singles: usize,
}

/// What was collected of one resource, by namespace.
type ByNamespace = BTreeMap<Box<str>, CertificateRef>;

/// What the archive holds, by kind and namespace.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// By group, resource and namespace.
    groups: BTreeMap<Box<str>, BTreeMap<Box<str>, ByNamespace>>,
    namespaces: BTreeSet<Box<str>>,
    refusals: Vec<Refusal>,
    truncated: bool,
    bounds: BTreeSet<Limit>,
    redacted: bool,
    masked: bool,
}

impl Coverage {
    /// What was collected of `kind` in `namespace` (empty for cluster scope).
    pub fn of(&self, kind: &Kind, namespace: &str) -> State {
        self.of_resource(kind.group, kind.plural, namespace)
    }

    /// The same for a resource that no rule reads.
    pub fn of_resource(&self, group: &str, resource: &str, namespace: &str) -> State {
        self.state(self.of_resources(group, resource).and_then(|all| all.get(namespace)))
    }

    fn of_resources(&self, group: &str, resource: &str) -> Option<&ByNamespace> {
        self.groups.get(group)?.get(resource)
    }

    fn state(&self, held: Option<&CertificateRef>) -> State {
        let singles = held.map_or(0, |held| held.singles);
        match held.and_then(|held| held.listing.as_ref()).map(|listing| &listing.state) {
            Some(State::Collected(n)) => State::Collected(singles.max(*n)),
            // Objects collected one by one outweigh a list that is empty or broken.
            _ if singles > 0 => State::Collected(singles),
            Some(state) => state.clone(),
            None if self.redacted => State::Redacted,
            None if self.truncated => State::Truncated,
            None => State::Absent,
        }
    }

    /// What was collected of `kind` anywhere.
    pub fn of_kind(&self, kind: &Kind) -> State {
        let mut sum = None;
        for held in
            self.of_resources(kind.group, kind.plural).into_iter().flat_map(BTreeMap::values)
        {
            sum = Some(match (sum, self.state(Some(held))) {
                (Some(State::Collected(a)), State::Collected(b)) => State::Collected(a + b),
                (Some(State::Collected(a)), _) | (_, State::Collected(a)) => State::Collected(a),
                (Some(State::Empty), _) | (_, State::Empty) => State::Empty,
                (_, other) => other,
            });
        }
        sum.unwrap_or_else(|| self.of(kind, ""))
    }

    /// The list of `kind` in `namespace`, when there is one.
    pub fn listing(&self, kind: &Kind, namespace: &str) -> Option<&Listing> {
        self.of_resources(kind.group, kind.plural)?.get(namespace)?.listing.as_ref()
    }

    /// Whether anything of that namespace was collected.
    pub fn has_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(namespace)
    }

    /// The namespaces of which anything was collected.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.namespaces.iter().map(|name| &**name)
    }

    /// Whether the archive broke off before its end, or was not read to it.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The limits that ended the reading of the archive, if it was not the archive that ended.
    pub fn bounds(&self) -> impl Iterator<Item = Limit> {
        self.bounds.iter().copied()
    }

    /// Whether the archive was cleaned of sensitive data.
    pub fn is_redacted(&self) -> bool {
        self.redacted
    }

    /// Whether values in it were replaced; kinds are all there.
    pub fn is_masked(&self) -> bool {
        self.masked
    }

    /// What the collection said it could not collect.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// The first line that says `kind` in `namespace` was refused or skipped.
    pub fn refusal(&self, kind: &Kind, namespace: &str) -> Option<&Refusal> {
        self.refusals.iter().find(|refusal| {
            let text = &refusal.text;
            let about_namespace = namespace.is_empty() || names(text, namespace);
            let whole_namespace = ["namespaces/", "namespace/", "ns/"].iter().any(|prefix| {
                !namespace.is_empty() && names(text, &format!("{prefix}{namespace}"))
            });
            about_namespace && (names(text, kind.plural) || whole_namespace)
        })
    }

    fn held(&mut self, (group, resource, namespace): (&str, &str, &str)) -> &mut CertificateRef {
        let resources = self.groups.entry(group.into()).or_default();
        resources.entry(resource.into()).or_default().entry(namespace.into()).or_default()
    }

    pub(crate) fn add_listing(&mut self, place: (&str, &str, &str), path: &Arc<str>, state: State) {
        let known = &mut self.held(place).listing;
        // Of two lists of the same place, the one that says more counts.
        if known.as_ref().is_none_or(|known| rank(&state) > rank(&known.state)) {
            *known = Some(Listing { path: Arc::clone(path), state });
        }
    }

    /// Adds objects that were found one by one.
    pub(crate) fn add_singles(&mut self, place: (&str, &str, &str), count: usize) {
        self.held(place).singles += count;
    }

    /// Notes that not all objects of that place were kept, among them one of the file at `path`.
    pub(crate) fn cut_listing(&mut self, place: (&str, &str, &str), path: &Arc<str>) {
        let none = || Listing { path: Arc::clone(path), state: State::Truncated };
        self.held(place).listing.get_or_insert_with(none).state = State::Truncated;
    }

    /// Notes that of no list it is known whether it is whole.
    pub(crate) fn doubt(&mut self) {
        let held = self.groups.values_mut().flat_map(BTreeMap::values_mut);
        for listing in held.flat_map(BTreeMap::values_mut).filter_map(|held| held.listing.as_mut())
        {
            listing.state = State::Truncated;
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

    /// Notes the limits that may have ended the reading.
    pub(crate) fn set_bounds(&mut self, bounds: &BTreeSet<Limit>) {
        self.bounds.clone_from(bounds);
    }

    pub(crate) fn set_redacted(&mut self) {
        self.redacted = true;
    }

    pub(crate) fn set_masked(&mut self) {
        self.masked = true;
    }

    /// Takes over what another collection of the same cluster holds.
    pub(crate) fn merge(&mut self, other: Self) {
        for (group, resources) in other.groups {
            for (resource, by_namespace) in resources {
                for (namespace, held) in by_namespace {
                    let place = (&*group, &*resource, &*namespace);
                    if let Some(Listing { path, state }) = held.listing {
                        self.add_listing(place, &path, state);
                    }
                    let known = &mut self.held(place).singles;
                    *known = (*known).max(held.singles);
                }
            }
        }
        self.namespaces.extend(other.namespaces);
        self.add_refusals(other.refusals);
        self.truncated |= other.truncated;
        self.bounds.extend(other.bounds);
        self.redacted |= other.redacted;
        self.masked |= other.masked;
    }
}

fn rank(state: &State) -> (u8, usize) {
    match state {
        State::Collected(n) => (4, *n),
        State::Empty => (3, 0),
        State::Truncated => (2, 0),
        State::Damaged(_) => (1, 0),
        State::Absent | State::Redacted => (0, 0),
    }
}

/// Whether `text` holds `word` and not as a part of a longer name.
fn names(text: &str, word: &str) -> bool {
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
    fn a_refusal_is_about_the_kind_and_the_namespace_it_names() {
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
    fn what_is_absent_from_a_cut_archive_may_only_be_cut_off() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.of(&POD, "x"), State::Absent);
        coverage.set_truncated();
        assert_eq!(coverage.of(&POD, "x"), State::Truncated);
    }

    #[test]
    fn objects_collected_one_by_one_outweigh_a_broken_list() {
        let mut coverage = Coverage::default();
        coverage.add_listing(
            ("", "pods", "x"),
            &"x/core/pods.yaml".into(),
            State::Damaged("y".into()),
        );
        assert_eq!(coverage.of(&POD, "x"), State::Damaged("y".into()));
        coverage.add_singles(("", "pods", "x"), 1);
        assert_eq!(coverage.of(&POD, "x"), State::Collected(1));
        assert_eq!(coverage.of_kind(&POD), State::Collected(1));
    }
}
