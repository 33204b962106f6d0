//! Objects by what they are called, of several copies one.
//!
//! The set is large and knows its objects only by pointers and by the keys that they have anyway.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::resource::{Key, Resource};

/// Objects in the order of their keys.
#[derive(Default)]
pub(crate) struct Resources(BTreeSet<Named>);

/// An object that stands for its key.
struct Named(Resource);

impl Borrow<Key> for Named {
    fn borrow(&self) -> &Key {
        self.0.key()
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.key() == other.0.key()
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
        self.0.key().cmp(other.0.key())
    }
}

impl Resources {
    /// Adds an object, or puts it together with the copy that is there; returns how much memory that saved.
    pub(crate) fn add(&mut self, resource: Resource) -> usize {
        let Some(Named(mut known)) = self.0.take(resource.key()) else {
            self.0.insert(Named(resource));
            return 0;
        };
        let both = known.weight() + resource.weight();
        known.absorb(resource);
        let saved = both.saturating_sub(known.weight());
        self.0.insert(Named(known));
        saved
    }

    /// Adds what another set holds.
    pub(crate) fn unite(&mut self, more: Self) {
        if self.0.is_empty() {
            *self = more;
            return;
        }
        for Named(resource) in more.0 {
            self.add(resource);
        }
    }

    /// The objects in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.0.iter().map(|Named(resource)| resource)
    }

    /// The objects in order, for good.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = Resource> {
        self.0.into_iter().map(|Named(resource)| resource)
    }
}
