//! Where the objects with a key are in the list of their kind.
//!
//! A rule that looks for the events or pods of each of many objects would otherwise go through all
//! of them each time. The index holds positions and not objects, so that it can be kept in
//! [`Memo`](super::memo::Memo), and hashes and not keys, so that it takes 16 bytes for each object.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use mustknow_cluster::model::view::View;

use super::context::RuleContext;

/// The index named `I`, made once for a snapshot.
struct Index<I>(Positions, PhantomData<fn() -> I>);

/// The objects of a view that have a key, in order. `keys` says which keys an object has, `I` is a
/// type of the caller that names the index. Another key may have the same hash, so the caller
/// compares the objects themselves.
pub(crate) fn with_key<'s, I: 'static, V: View<'s>, K: Hash, Keys: IntoIterator<Item = K>>(
    cx: &RuleContext<'s>,
    key: &impl Hash,
    keys: impl Fn(V) -> Keys,
) -> Vec<V> {
    // Asserts that the rule declares the view, whichever rule derived the index.
    drop(cx.all::<V>());
    let Index(index, _) = cx.memo().get_or_derive(|| {
        let numbered = cx.all::<V>().enumerate();
        let keys =
            numbered.flat_map(|(at, object)| keys(object).into_iter().map(move |it| (it, at)));
        Index::<I>(Positions::new(keys), PhantomData)
    });
    let all = V::KINDS.first().map_or(&[][..], |kind| cx.snapshot().of_kind(kind));
    index.of(key).filter_map(|at| all.get(at).map(V::of)).collect()
}

/// Positions by the hash of a key.
#[derive(Debug)]
pub(crate) struct Positions(Box<[(u64, u32)]>);

impl Positions {
    /// The index of keys and positions; an object may have several keys.
    pub(crate) fn new<K: Hash>(keys: impl IntoIterator<Item = (K, usize)>) -> Self {
        let hashed = keys
            .into_iter()
            .filter_map(|(key, position)| Some((hash(&key), u32::try_from(position).ok()?)));
        let mut all: Vec<_> = hashed.collect();
        all.sort_unstable();
        all.dedup();
        Self(all.into())
    }

    /// The positions of the objects with that key, in order. Another key may have the same hash, so
    /// the caller compares the objects themselves.
    pub(crate) fn of<K: Hash>(&self, key: &K) -> impl Iterator<Item = usize> + use<'_, K> {
        let hash = hash(key);
        let start = self.0.partition_point(|(other, _)| *other < hash);
        let rest = self.0.get(start..).unwrap_or_default();
        rest.iter()
            .take_while(move |(other, _)| *other == hash)
            .filter_map(|(_, position)| usize::try_from(*position).ok())
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_a_key_are_in_order() {
        let index = Positions::new([(("a", "x"), 3), (("b", "x"), 1), (("a", "x"), 0)]);
        assert_eq!(index.of(&("a", "x")).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(index.of(&("b", "x")).collect::<Vec<_>>(), [1]);
        assert_eq!(index.of(&("c", "x")).count(), 0);
    }
}
