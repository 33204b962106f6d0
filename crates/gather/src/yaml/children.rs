//! Walks over what a collection holds: the elements of a sequence, the keys and values of a mapping.

use std::borrow::Cow;

use super::tape::NodeId;
use super::tree::Tree;
use super::value::Value;

/// The nodes directly under a collection.
#[derive(Clone)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Children<'t> {
    pub(super) fn new(tree: &'t Tree, next: u32, end: u32) -> Self {
        Self { tree, next, end }
    }

    pub(super) fn pair(&mut self) -> Option<(Value<'t>, Value<'t>)> {
        Some((self.next()?, self.next()?))
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let value = Value::new(self.tree, NodeId(self.next));
        // A size is at least 1 in a finished tree; the floor keeps a mistake from becoming a loop.
        self.next = self.next.saturating_add(value.raw()?.size.max(1));
        Some(value)
    }
}

/// The elements of a sequence.
#[derive(Clone)]
pub struct Items<'t>(Children<'t>);

impl<'t> Items<'t> {
    pub(super) fn new(children: Children<'t>) -> Self {
        Self(children)
    }
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// The keys and values of a mapping.
#[derive(Clone)]
pub struct Entries<'t>(Children<'t>);

impl<'t> Entries<'t> {
    pub(super) fn new(children: Children<'t>) -> Self {
        Self(children)
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = (Cow<'t, str>, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.pair()?;
        Some((key.decoded(), value))
    }
}
