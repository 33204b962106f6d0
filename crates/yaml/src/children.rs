//! Walks over what a collection holds: the elements of a sequence, the keys and values of a mapping.

use std::borrow::Cow;

use super::tape::{Node, NodeId};
use super::tree::Tree;
use super::value::Value;

/// The nodes directly under a collection.
#[derive(Clone)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
    end: u32,
}

impl<'t> Children<'t> {
    /// What stands on the tape of the tree from there to the end.
    pub(super) fn new(tree: &'t Tree, next: NodeId, end: u32) -> Self {
        Self { tree, next, end }
    }

    /// The next child, and what is known of it already.
    pub(super) fn seen(&mut self) -> Option<(Value<'t>, Node)> {
        if self.next.at >= self.end {
            return None;
        }
        let (value, node) = (Value::new(self.tree, self.next), self.tree.find(self.next)?);
        self.next = node.behind(self.next);
        Some((value, node))
    }

    pub(super) fn pair(&mut self) -> Option<(Value<'t>, Value<'t>)> {
        Some((self.next()?, self.next()?))
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.seen().map(|(value, _)| value)
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
