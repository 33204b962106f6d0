//! Objects by what they are called, of several copies one.
//!
//! There are many, so they are told apart in steps: a step compares one word, and only with those
//! that share the words before it. What is kept beside the objects themselves is a pointer to each.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::kind::Kind;
use crate::model::resource::{Key, Resource};

/// Objects by kind, namespace and name. Few kinds are there, so they are looked for one by one.
#[derive(Default)]
pub(crate) struct Resources(Vec<(&'static Kind, OfKind)>);

/// The objects of one kind by their namespaces.
pub(crate) type OfKind = BTreeMap<Arc<str>, Beside>;

/// The objects of one kind and namespace, in the order of their names.
#[derive(Default)]
pub(crate) struct Beside(BTreeSet<Named>);

/// An object that stands for its name.
struct Named(Resource);

impl Borrow<str> for Named {
    fn borrow(&self) -> &str {
        self.0.name()
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for Named {}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name().cmp(other.0.name())
    }
}

impl Resources {
    /// Adds an object, or puts it together with the copy that is there; says how much memory that
    /// saved.
    pub(crate) fn add(&mut self, resource: Resource) -> usize {
        let Key { kind, namespace, .. } = resource.key();
        let mut kinds = self.0.iter_mut();
        let Some((_, of_kind)) = kinds.find(|(known, _)| known == kind) else {
            self.0.push((kind, OfKind::default()));
            return self.add(resource);
        };
        if let Some(beside) = of_kind.get_mut(namespace) {
            return beside.add(resource);
        }
        of_kind.entry(Arc::clone(namespace)).or_default().add(resource)
    }

    /// Adds what another collection holds.
    pub(crate) fn merge(&mut self, more: Self) {
        if self.0.is_empty() {
            *self = more;
            return;
        }
        for (_, of_kind) in more.0 {
            for Named(resource) in of_kind.into_values().flat_map(|beside| beside.0) {
                self.add(resource);
            }
        }
    }

    /// Adds the objects of another collection that are not there yet.
    pub(crate) fn fill(&mut self, more: Self) {
        let is_known = |resource: &Resource| {
            let Key { kind, namespace, name } = resource.key();
            let of_kind = self.0.iter().find(|(known, _)| known == kind);
            let beside = of_kind.and_then(|(_, of_kind)| of_kind.get(namespace));
            beside.is_some_and(|beside| beside.0.contains(&**name))
        };
        let all = more.0.into_iter().flat_map(|(_, of_kind)| of_kind.into_values());
        let all = all.flat_map(|beside| beside.0).map(|Named(resource)| resource);
        let missing: Vec<_> = all.filter(|resource| !is_known(resource)).collect();
        for resource in missing {
            self.add(resource);
        }
    }

    /// The objects of one kind.
    pub(crate) fn of_kind(&self, kind: &Kind) -> impl Iterator<Item = &Resource> {
        let of_kind = self.0.iter().find(|(known, _)| *known == kind);
        let all = of_kind.into_iter().flat_map(|(_, of_kind)| of_kind.values());
        all.flat_map(|beside| &beside.0).map(|Named(resource)| resource)
    }

    /// All there is, each kind once, in no order.
    pub(crate) fn into_kinds(self) -> impl Iterator<Item = (&'static Kind, OfKind)> {
        self.0.into_iter()
    }
}

impl Beside {
    fn add(&mut self, resource: Resource) -> usize {
        let Some(Named(mut known)) = self.0.take(resource.name()) else {
            self.0.insert(Named(resource));
            return 0;
        };
        let both = known.weight() + resource.weight();
        known.absorb(resource);
        let saved = both.saturating_sub(known.weight());
        self.0.insert(Named(known));
        saved
    }

    /// The objects in order.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = Resource> {
        self.0.into_iter().map(|Named(resource)| resource)
    }
}
