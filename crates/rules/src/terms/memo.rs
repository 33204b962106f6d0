//! Values that several rules derive from the same snapshot. Each is computed once, on first use.

use std::any::{Any, TypeId};
use std::sync::OnceLock;

/// Values by type, each computed once for one snapshot, on whichever thread needs it first.
#[derive(Debug, Default)]
pub struct Memo {
    first: OnceLock<Box<Slot>>,
}

#[derive(Debug)]
struct Slot {
    of: TypeId,
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    next: OnceLock<Box<Self>>,
}

impl Memo {
    /// The value of type `T`; `derive` computes it on first use.
    pub fn get_or_derive<T: Send + Sync + 'static>(&self, derive: impl FnOnce() -> T) -> &T {
        let mut at = &self.first;
        loop {
            // The slot exists before `derive` runs, because `derive` may read other values.
            let slot = at.get_or_init(|| Box::new(Slot::of::<T>()));
            if slot.of == TypeId::of::<T>() {
                let value = slot.value.get_or_init(|| Box::new(derive()));
                let Some(value) = value.downcast_ref() else {
                    unreachable!("a slot holds a value of its own type");
                };
                return value;
            }
            at = &slot.next;
        }
    }
}

impl Slot {
    fn of<T: 'static>() -> Self {
        Self { of: TypeId::of::<T>(), value: OnceLock::new(), next: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sum(u32);

    #[derive(Debug, PartialEq)]
    struct Double(u32);

    #[test]
    fn a_value_is_computed_once_for_each_type() {
        let memo = Memo::default();
        assert_eq!(memo.get_or_derive(|| Sum(1)), &Sum(1));
        assert_eq!(memo.get_or_derive(|| Sum(2)), &Sum(1));
        assert_eq!(memo.get_or_derive(|| Double(3)), &Double(3));
        assert_eq!(memo.get_or_derive(|| Double(4)), &Double(3));
    }

    #[test]
    fn a_value_may_depend_on_another() {
        let memo = Memo::default();
        let double = memo.get_or_derive(|| Double(2 * memo.get_or_derive(|| Sum(4)).0));
        assert_eq!(double, &Double(8));
    }

    #[test]
    fn concurrent_threads_see_the_same_value() {
        let memo = Memo::default();
        let seen: Vec<u32> = std::thread::scope(|scope| {
            let read = |n| {
                scope.spawn({
                    let memo = &memo;
                    move || memo.get_or_derive(|| Sum(n)).0
                })
            };
            let all: Vec<_> = (0..8).map(read).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    }
}
