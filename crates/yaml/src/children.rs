//! Iterates over the nodes directly under a collection.

use super::tape::{NodeId, TreeNode};
use super::tree::Tree;

/// The nodes directly under a collection.
#[derive(Clone)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
    end: u32,
}

impl<'t> Children<'t> {
    /// The nodes on the tape of `tree` from `next` to `end`.
    pub(super) fn new(tree: &'t Tree, next: NodeId, end: u32) -> Self {
        Self { tree, next, end }
    }

    /// The tree that holds the nodes.
    pub(super) fn tree(&self) -> &'t Tree {
        self.tree
    }
}

impl Iterator for Children<'_> {
    type Item = (NodeId, TreeNode);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next.at >= self.end {
            return None;
        }
        let (id, node) = (self.next, self.tree.find(self.next)?);
        self.next = node.after(id);
        Some((id, node))
    }
}
