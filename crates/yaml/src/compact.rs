//! Encodes the nodes of a stored object in as few bytes as possible.
//!
//! Stored objects determine the memory of a scan, and most nodes are a short word a few bytes
//! after the one before. So an encoded node holds only its kind, its distance from the end of the
//! text before it, and its length: two bytes for most nodes. A collection adds the size of the
//! nodes below it. The end of the text before a node is known when the nodes are read in order,
//! and is part of its [`NodeId`]. The gaps of the text follow the nodes.

use std::slice::Iter;

use super::tape::{NodeId, NodeKind, TreeNode, narrow};

/// The kinds by their number in an encoded node.
const KINDS: [NodeKind; 13] = [
    NodeKind::Mapping,
    NodeKind::Sequence,
    NodeKind::Null,
    NodeKind::Plain,
    NodeKind::PlainFolded,
    NodeKind::Verbatim,
    NodeKind::Quoted,
    NodeKind::Single,
    NodeKind::Double,
    NodeKind::Block,
    NodeKind::Owned,
    NodeKind::OwnedPlain,
    NodeKind::Skipped,
];

/// The value in a first byte for a distance of this much or more.
const FAR: u32 = 15;

/// A gap: a position in a text where a part of the file is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextGap {
    /// The offset of the first byte after it.
    pub(super) at: u32,
    /// How many line ends are missing.
    pub(super) lines: u32,
}

/// The nodes of one document and the gaps in its text.
pub(super) struct CompactNodes(Box<[u8]>);

impl CompactNodes {
    /// The size in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The node with this id.
    pub(super) fn find(&self, id: NodeId) -> Option<TreeNode> {
        let mut rest = self.0.get(id.at as usize..)?.iter();
        let length = rest.len();
        let first = *rest.next()?;
        let kind = *KINDS.get(usize::from(first >> 4))?;
        let distance = match u32::from(first & 15) {
            FAR => number(&mut rest)?.saturating_add(FAR),
            near => near,
        };
        let start = id.from.saturating_add(distance);
        let end = start.saturating_add(number(&mut rest)?);
        let indent = if kind == NodeKind::Block { number(&mut rest)? } else { 0 };
        let below = if kind.is_collection() { number(&mut rest)? } else { 0 };
        let head = u8::try_from(length - rest.len()).ok()?;
        let size = below.saturating_add(u32::from(head));
        Some(TreeNode { start, end, size, indent: u16::try_from(indent).ok()?, kind, head })
    }

    /// The gaps in the order of the text.
    pub(super) fn gaps(&self) -> impl Iterator<Item = TextGap> {
        let end = self.find(NodeId::FIRST).map_or(0, |root| root.after(NodeId::FIRST).at);
        let mut rest = self.0.get(end as usize..).unwrap_or_default().iter();
        let mut before = 0_u32;
        std::iter::from_fn(move || {
            before = before.saturating_add(number(&mut rest)?);
            Some(TextGap { at: before, lines: number(&mut rest)? })
        })
    }
}

/// Encodes tapes one after the other, reusing memory.
#[derive(Default)]
pub(super) struct CompactEncoder {
    /// For each node first the end of the text before it, then the number of bytes of it and all
    /// nodes after it.
    marks: Vec<u32>,
    /// The nodes that enclose the current one: where each ends on the tape and in the text.
    around: Vec<(usize, u32)>,
    head: Vec<u8>,
    bytes: Vec<u8>,
}

impl CompactEncoder {
    /// Encodes the nodes of one root; None if they are not in the order of the text.
    pub(super) fn encode(&mut self, nodes: &[TreeNode], gaps: &[TextGap]) -> Option<CompactNodes> {
        self.mark(nodes)?;
        self.bytes.clear();
        // Nodes are written backwards, from the last to the first, because the size of a
        // collection's nodes must be known first.
        for (index, node) in nodes.iter().enumerate().rev() {
            let after = self.marks.get(index + node.size as usize).copied()?;
            let before = self.marks.get_mut(index)?;
            let below = narrow(self.bytes.len()).checked_sub(after)?;
            write(&mut self.head, *node, node.start - *before, below);
            self.bytes.extend(self.head.drain(..).rev());
            *before = narrow(self.bytes.len());
        }
        self.bytes.reverse();
        let mut before = 0;
        for gap in gaps {
            push(&mut self.bytes, gap.at.checked_sub(before)?);
            push(&mut self.bytes, gap.lines);
            before = gap.at;
        }
        Some(CompactNodes(self.bytes.as_slice().into()))
    }

    /// The position of a node of the last encoded tape among its bytes.
    pub(super) fn position(&self, index: usize) -> Option<u32> {
        self.marks.first()?.checked_sub(*self.marks.get(index)?)
    }

    /// Records for each node where the text before it ends; the mark after the last one is 0.
    fn mark(&mut self, nodes: &[TreeNode]) -> Option<()> {
        self.marks.clear();
        self.around.clear();
        let mut before = 0;
        for (index, node) in nodes.iter().enumerate() {
            while let Some((_, end)) = self.around.pop_if(|(last, _)| *last == index) {
                before = end;
            }
            if node.start < before || node.end < node.start {
                return None;
            }
            self.marks.push(before);
            before = node.end;
            if node.size > 1 {
                self.around.push((index + node.size as usize, node.end));
                before = node.start;
            }
        }
        self.marks.push(0);
        Some(())
    }
}

fn write(bytes: &mut Vec<u8>, node: TreeNode, distance: u32, below: u32) {
    let near = distance.min(FAR);
    bytes.push((node.kind as u8) << 4 | near.to_le_bytes()[0]);
    if near == FAR {
        push(bytes, distance - FAR);
    }
    push(bytes, node.end - node.start);
    if node.kind == NodeKind::Block {
        push(bytes, node.indent.into());
    }
    if node.kind.is_collection() {
        push(bytes, below);
    }
}

/// Writes a number with seven bits a byte, lowest first; the high bit means that more follow.
fn push(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Reads what [`push`] wrote.
fn number(bytes: &mut Iter<'_, u8>) -> Option<u32> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = *bytes.next()?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_kind_is_found_by_its_number() {
        assert!(KINDS.iter().enumerate().all(|(number, kind)| *kind as usize == number));
    }

    #[test]
    fn a_short_word_takes_two_bytes() {
        let word =
            TreeNode { start: 3, end: 8, size: 1, indent: 0, kind: NodeKind::Plain, head: 1 };
        let compact = CompactEncoder::default().encode(&[word], &[]).unwrap();
        assert_eq!(compact.len(), 2);
        assert_eq!(compact.find(NodeId::FIRST), Some(TreeNode { size: 2, head: 2, ..word }));
    }

    #[test]
    fn nodes_out_of_order_are_not_encoded() {
        let word = |start, end| TreeNode {
            start,
            end,
            size: 1,
            indent: 0,
            kind: NodeKind::Plain,
            head: 1,
        };
        let list = TreeNode { size: 3, kind: NodeKind::Sequence, ..word(0, 9) };
        let mut packer = CompactEncoder::default();
        assert!(packer.encode(&[list, word(1, 4), word(5, 9)], &[]).is_some());
        assert!(packer.encode(&[list, word(1, 4), word(3, 9)], &[]).is_none());
        assert!(packer.encode(&[list, word(1, 4), word(6, 5)], &[]).is_none());
    }

    proptest! {
        #[test]
        fn numbers_and_gaps_are_decoded_unchanged(gaps in prop::collection::vec((any::<u32>(), any::<u32>()), 0..5)) {
            let mut gaps: Vec<_> = gaps.into_iter().map(|(at, lines)| TextGap { at, lines }).collect();
            gaps.sort_by_key(|gap| gap.at);
            let word = TreeNode {
                start: 1 << 20, end: u32::MAX, size: 1, indent: 300, kind: NodeKind::Block, head: 1,
            };
            let compact = CompactEncoder::default().encode(&[word], &gaps).unwrap();
            let found = compact.find(NodeId::FIRST).unwrap();
            prop_assert_eq!((found.start, found.end, found.indent), (1 << 20, u32::MAX, 300));
            prop_assert_eq!(compact.gaps().collect::<Vec<_>>(), gaps);
        }
    }
}
