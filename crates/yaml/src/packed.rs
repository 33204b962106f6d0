//! The tape of what is kept, in as few bytes as it takes.
//!
//! A scan is as large as what it keeps, and most nodes are a short word a few bytes behind the one
//! before. So a packed node says no more than how it is to be understood, how far it starts behind the
//! text before it, and how long it is: two bytes for most. A collection adds how many bytes the
//! nodes below it take. Where the text before it ends is known to whoever walks there, and is part of
//! its [`NodeId`]. Behind the nodes come the gaps of the text.

use std::slice::Iter;

use super::tape::{Kind, Node, NodeId, narrow};

/// The kinds by the number that a packed node has for them.
const KINDS: [Kind; 13] = [
    Kind::Mapping,
    Kind::Sequence,
    Kind::Null,
    Kind::Plain,
    Kind::PlainFolded,
    Kind::Verbatim,
    Kind::Quoted,
    Kind::Single,
    Kind::Double,
    Kind::Block,
    Kind::Owned,
    Kind::OwnedPlain,
    Kind::Skipped,
];

/// Stands in a first byte for a start that is so far away, or farther.
const FAR: u32 = 15;

/// A place in a text where a part of the file is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The offset of the first byte behind it.
    pub(super) at: u32,
    /// How many line ends are missing there.
    pub(super) lines: u32,
}

/// The nodes of one document, and the gaps in its text.
pub(super) struct Packed(Box<[u8]>);

impl Packed {
    /// How many bytes it takes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The node of that name.
    pub(super) fn find(&self, id: NodeId) -> Option<Node> {
        let mut rest = self.0.get(id.at as usize..)?.iter();
        let length = rest.len();
        let first = *rest.next()?;
        let kind = *KINDS.get(usize::from(first >> 4))?;
        let away = match u32::from(first & 15) {
            FAR => number(&mut rest)?.saturating_add(FAR),
            near => near,
        };
        let start = id.from.saturating_add(away);
        let end = start.saturating_add(number(&mut rest)?);
        let indent = if kind == Kind::Block { number(&mut rest)? } else { 0 };
        let below = if kind.is_collection() { number(&mut rest)? } else { 0 };
        let head = u8::try_from(length - rest.len()).ok()?;
        let size = below.saturating_add(u32::from(head));
        Some(Node { start, end, size, indent: u16::try_from(indent).ok()?, kind, head })
    }

    /// The gaps in the order of the text.
    pub(super) fn gaps(&self) -> impl Iterator<Item = Gap> {
        let end = self.find(NodeId::FIRST).map_or(0, |root| root.behind(NodeId::FIRST).at);
        let mut rest = self.0.get(end as usize..).unwrap_or_default().iter();
        let mut before = 0_u32;
        std::iter::from_fn(move || {
            before = before.saturating_add(number(&mut rest)?);
            Some(Gap { at: before, lines: number(&mut rest)? })
        })
    }
}

/// Packs tapes, one after the other, in the same memory.
#[derive(Default)]
pub(super) struct Packer {
    /// Of each node where the text before it ends, and then how many bytes it and all behind it take.
    marks: Vec<u32>,
    /// The nodes that lie around the present one: where each ends on the tape and in the text.
    around: Vec<(usize, u32)>,
    head: Vec<u8>,
    bytes: Vec<u8>,
}

impl Packer {
    /// Packs the nodes of one root; None where they do not follow each other in the text.
    pub(super) fn pack(&mut self, nodes: &[Node], gaps: &[Gap]) -> Option<Packed> {
        self.mark(nodes)?;
        self.bytes.clear();
        // From the last to the first, and each backwards: the size of what is below is known then.
        for (index, node) in nodes.iter().enumerate().rev() {
            let behind = self.marks.get(index + node.size as usize).copied()?;
            let before = self.marks.get_mut(index)?;
            let below = narrow(self.bytes.len()).checked_sub(behind)?;
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
        Some(Packed(self.bytes.as_slice().into()))
    }

    /// Where a node of the tape that was packed last lies among its bytes.
    pub(super) fn place(&self, index: usize) -> Option<u32> {
        self.marks.first()?.checked_sub(*self.marks.get(index)?)
    }

    /// Notes of each node where the text before it ends; the mark behind the last one is 0.
    fn mark(&mut self, nodes: &[Node]) -> Option<()> {
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

fn write(bytes: &mut Vec<u8>, node: Node, away: u32, below: u32) {
    let near = away.min(FAR);
    bytes.push((node.kind as u8) << 4 | near.to_le_bytes()[0]);
    if near == FAR {
        push(bytes, away - FAR);
    }
    push(bytes, node.end - node.start);
    if node.kind == Kind::Block {
        push(bytes, node.indent.into());
    }
    if node.kind.is_collection() {
        push(bytes, below);
    }
}

/// Writes a number, seven bits to a byte, the lowest first; the high bit says that more follow.
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
        let word = Node { start: 3, end: 8, size: 1, indent: 0, kind: Kind::Plain, head: 1 };
        let packed = Packer::default().pack(&[word], &[]).unwrap();
        assert_eq!(packed.len(), 2);
        assert_eq!(packed.find(NodeId::FIRST), Some(Node { size: 2, head: 2, ..word }));
    }

    #[test]
    fn what_lies_before_the_text_before_it_is_not_packed() {
        let word = |start, end| Node { start, end, size: 1, indent: 0, kind: Kind::Plain, head: 1 };
        let list = Node { size: 3, kind: Kind::Sequence, ..word(0, 9) };
        let mut packer = Packer::default();
        assert!(packer.pack(&[list, word(1, 4), word(5, 9)], &[]).is_some());
        assert!(packer.pack(&[list, word(1, 4), word(3, 9)], &[]).is_none());
        assert!(packer.pack(&[list, word(1, 4), word(6, 5)], &[]).is_none());
    }

    proptest! {
        #[test]
        fn numbers_and_gaps_come_back(gaps in prop::collection::vec((any::<u32>(), any::<u32>()), 0..5)) {
            let mut gaps: Vec<_> = gaps.into_iter().map(|(at, lines)| Gap { at, lines }).collect();
            gaps.sort_by_key(|gap| gap.at);
            let word = Node {
                start: 1 << 20, end: u32::MAX, size: 1, indent: 300, kind: Kind::Block, head: 1,
            };
            let packed = Packer::default().pack(&[word], &gaps).unwrap();
            let found = packed.find(NodeId::FIRST).unwrap();
            prop_assert_eq!((found.start, found.end, found.indent), (1 << 20, u32::MAX, 300));
            prop_assert_eq!(packed.gaps().collect::<Vec<_>>(), gaps);
        }
    }
}
