//! Stores objects by kind, namespace and name, with copies merged.
//!
//! There are many objects, so they are compared in steps: first the kind, then the namespace, then
//! the name. The only overhead per object is a pointer.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::kind::Kind;
use crate::model::resource::{ObjectKey, Resource};

/// Objects by kind, namespace and name. There are few kinds, so a linear search is fast.
#[derive(Default)]
pub(crate) struct Resources(Vec<(&'static Kind, KindObjects)>);

/// The objects of one kind by namespace.
pub(crate) type KindObjects = BTreeMap<Arc<str>, NamespaceObjects>;

/// The objects of one kind and namespace, sorted by name.
#[derive(Default)]
pub(crate) struct NamespaceObjects(BTreeSet<ByName>);

/// An object that is compared by its name.
struct ByName(Resource);

impl Borrow<str> for ByName {
    fn borrow(&self) -> &str {
        self.0.name()
    }
}

impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for ByName {}

impl PartialOrd for ByName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name().cmp(other.0.name())
    }
}

impl Resources {
    /// Adds an object, or merges it with the existing copy. Returns how much memory the merge
    /// saved, in bytes.
    pub(crate) fn add(&mut self, resource: Resource) -> usize {
        let ObjectKey { kind, namespace, .. } = resource.key();
        let mut kinds = self.0.iter_mut();
        let Some((_, of_kind)) = kinds.find(|(known, _)| known == kind) else {
            self.0.push((kind, KindObjects::default()));
            return self.add(resource);
        };
        if let Some(objects) = of_kind.get_mut(namespace) {
            return objects.add(resource);
        }
        of_kind.entry(Arc::clone(namespace)).or_default().add(resource)
    }

    /// Adds the objects of another collection.
    pub(crate) fn merge(&mut self, more: Self) {
        if self.0.is_empty() {
            *self = more;
            return;
        }
        for (_, of_kind) in more.0 {
            for ByName(resource) in of_kind.into_values().flat_map(|objects| objects.0) {
                self.add(resource);
            }
        }
    }

    /// Adds the objects of another collection that do not exist yet.
    pub(crate) fn fill(&mut self, more: Self) {
        let is_known = |resource: &Resource| {
            let ObjectKey { kind, namespace, name } = resource.key();
            let of_kind = self.0.iter().find(|(known, _)| known == kind);
            let objects = of_kind.and_then(|(_, of_kind)| of_kind.get(namespace));
            objects.is_some_and(|objects| objects.0.contains(&**name))
        };
        let all = more.0.into_iter().flat_map(|(_, of_kind)| of_kind.into_values());
        let all = all.flat_map(|objects| objects.0).map(|ByName(resource)| resource);
        let missing: Vec<_> = all.filter(|resource| !is_known(resource)).collect();
        for resource in missing {
            self.add(resource);
        }
    }

    /// The objects of one kind.
    pub(crate) fn of_kind(&self, kind: &Kind) -> impl Iterator<Item = &Resource> {
        let of_kind = self.0.iter().find(|(known, _)| *known == kind);
        let all = of_kind.into_iter().flat_map(|(_, of_kind)| of_kind.values());
        all.flat_map(|objects| &objects.0).map(|ByName(resource)| resource)
    }

    /// All objects by kind, in no particular order.
    pub(crate) fn into_kinds(self) -> impl Iterator<Item = (&'static Kind, KindObjects)> {
        self.0.into_iter()
    }
}

impl NamespaceObjects {
    fn add(&mut self, resource: Resource) -> usize {
        let Some(ByName(mut known)) = self.0.take(resource.name()) else {
            self.0.insert(ByName(resource));
            return 0;
        };
        let both = known.weight() + resource.weight();
        known.absorb(resource);
        let saved = both.saturating_sub(known.weight());
        self.0.insert(ByName(known));
        saved
    }

    /// The objects, sorted by name.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = Resource> {
        self.0.into_iter().map(|ByName(resource)| resource)
    }
}
