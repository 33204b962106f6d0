//! Copies one object out of its file, with only the text that is needed.
//!
//! The stored objects determine how much memory a scan needs, so an object is not stored with its
//! whole file: its lines and nodes are copied without the pruned parts, and the nodes are encoded
//! compactly. Gaps record how many lines are missing, so an offset still has its line number in
//! the file. In debug builds, and so in every test, a copy records which keys were omitted, and
//! reading one of them panics with a request to remove it from the pruned fields.

use memchr::{memchr, memchr_iter, memrchr};

use super::compact::{CompactEncoder, TextGap};
use super::extracted::ExtractedObject;
use super::skip::{PruneLevel, PruneStep, Skip};
use super::tape::{NodeId, NodeKind, TreeNode, narrow};
use super::tree::Tree;
use super::value::Value;

/// A line is copied completely if at most this much of it is outside the object.
const SLACK: usize = 120;

/// Copies objects out of a file in their order, reusing memory.
#[derive(Default)]
pub struct Extractor {
    lines: LineCount,
    nodes: Vec<TreeNode>,
    gaps: Vec<TextGap>,
    text: String,
    encoder: CompactEncoder,
}

/// Counts the lines of a file from one offset to a later one.
#[derive(Default)]
pub struct LineCount {
    at: usize,
    lines: usize,
}

impl LineCount {
    /// The number of line ends before an offset.
    pub fn before(&mut self, text: &str, offset: usize) -> usize {
        if offset < self.at {
            *self = Self::default();
        }
        self.lines += newlines(text, self.at, offset);
        self.at = offset;
        self.lines
    }
}

impl Tree {
    /// Copies one object of this file into a tree of its own, without what `skip` prunes.
    ///
    /// None if nodes and text are not in the same order: the library read part of the file, or it
    /// has aliases. Such a file is stored as it is.
    pub fn extract(
        &self,
        object: Value<'_>,
        skip: &Skip,
        extractor: &mut Extractor,
    ) -> Option<Self> {
        if self.used_fallback() || self.tape()?.has_aliases {
            return None;
        }
        let span = object.span();
        let (start, end) = (self.line_start(span.start), self.line_end(span.end));
        let Extractor { lines, nodes, gaps, text, encoder } = extractor;
        nodes.clear();
        text.clear();
        gaps.clear();
        gaps.push(TextGap { at: 0, lines: narrow(lines.before(self.text(), start)) });
        let mut copy = ObjectCopy {
            from: self,
            skip,
            text,
            nodes,
            gaps,
            omitted: Vec::new(),
            copied: start,
            removed: start,
        };
        copy.node(object.node(), PruneLevel::OBJECT);
        copy.text.push_str(self.text().get(copy.copied..end).unwrap_or_default());
        let omitted = copy.omitted;
        let compact = encoder.encode(nodes, gaps)?;
        let named = omitted.into_iter().filter_map(|(at, key)| Some((encoder.position(at)?, key)));
        let omitted = cfg!(debug_assertions).then(|| Box::new(named.collect()));
        Some(Self::of(ExtractedObject { text: text.as_str().into(), nodes: compact, omitted }))
    }

    /// The start of the line of an offset, or the offset itself if the line has too much text
    /// before it.
    fn line_start(&self, offset: usize) -> usize {
        let before = self.text().as_bytes().get(..offset).unwrap_or_default();
        let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
        if offset - start <= SLACK { start } else { offset }
    }

    /// The end of the line of an offset, including its line end, or the offset itself if too much
    /// text follows.
    fn line_end(&self, offset: usize) -> usize {
        let after = self.text().as_bytes().get(offset..).unwrap_or_default();
        let rest = after.get(..SLACK).unwrap_or(after);
        match memchr(b'\n', rest) {
            Some(length) => offset + length + 1,
            None if rest.len() == after.len() => offset + rest.len(),
            None => offset,
        }
    }
}

struct ObjectCopy<'t> {
    from: &'t Tree,
    skip: &'t Skip,
    text: &'t mut String,
    nodes: &'t mut Vec<TreeNode>,
    gaps: &'t mut Vec<TextGap>,
    /// Mappings by their index among the nodes, and the keys omitted from them.
    omitted: Vec<(usize, Box<str>)>,
    /// How much of the file's text has been copied or cut.
    copied: usize,
    /// How much of that text is not in the copy.
    removed: usize,
}

impl ObjectCopy<'_> {
    /// Copies a node and its descendants; returns where it starts.
    fn node(&mut self, id: NodeId, level: PruneLevel) -> u32 {
        let Some(node) = self.from.find(id) else { return u32::MAX };
        let made = self.nodes.len();
        let start = self.moved(node.start);
        self.nodes.push(TreeNode { start, end: self.moved(node.end), ..node });
        if !node.is_collection() {
            return start;
        }
        let value = Value::new(self.from, id);
        let below = match node.kind {
            NodeKind::Mapping => self.members(value, level),
            _ => value.items().map(|item| self.node(item.node(), level)).min(),
        };
        let (size, end) = (narrow(self.nodes.len() - made), self.moved(node.end));
        // If everything before this was cut, so was the line that it started on.
        let start = start.min(end).min(below.unwrap_or(end));
        if let Some(node) = self.nodes.get_mut(made) {
            (node.size, node.start, node.end) = (size, start, end);
        }
        start
    }

    /// Copies the members of a mapping that are not pruned; returns where the first of them
    /// starts.
    fn members(&mut self, mapping: Value<'_>, level: PruneLevel) -> Option<u32> {
        let made = self.nodes.len() - 1;
        let mut first = None;
        for (key, value) in mapping.members() {
            match (self.skip.step(level, key.unquoted().as_bytes()), value.raw()) {
                (PruneStep::Into(level), Some(raw)) if raw.kind != NodeKind::Skipped => {
                    let start = self.node(key.node(), PruneLevel::READ);
                    first.get_or_insert(start);
                    self.node(value.node(), level);
                }
                _ => {
                    if cfg!(debug_assertions) {
                        self.omitted.push((made, key.unquoted().into()));
                    }
                    self.cut(key.span().start, value.span().end);
                }
            }
        }
        first
    }

    /// Cuts a member's text, and the rest of its lines if nothing else is on them.
    fn cut(&mut self, start: usize, end: usize) {
        let bytes = self.from.text().as_bytes();
        let after = bytes.get(end..).unwrap_or_default();
        let blank = after.iter().take_while(|byte| matches!(byte, b' ' | b'\r' | b',')).count();
        let is_last = after.get(blank) == Some(&b'\n');
        let end = if is_last { end + blank + 1 } else { end };
        let before = bytes.get(self.copied..start).unwrap_or_default();
        // Dashes before a first member are cut with its line, so the rest keeps its columns.
        let is_indent = |byte: &u8| *byte == b' ' || (*byte == b'-' && is_last);
        let indent = before.iter().rev().take_while(|byte| is_indent(byte)).count();
        let start = match before.len().checked_sub(indent + 1).and_then(|at| before.get(at)) {
            Some(b'\n') | None => start - indent,
            Some(_) => start,
        };
        self.text.push_str(self.from.text().get(self.copied..start).unwrap_or_default());
        let at = narrow(self.text.len());
        let lines = narrow(newlines(self.from.text(), start, end));
        match self.gaps.last_mut() {
            Some(gap) if gap.at == at => gap.lines += lines,
            _ => self.gaps.push(TextGap { at, lines }),
        }
        self.removed += end - start;
        self.copied = end;
    }

    /// The offset in the copy of an offset of the file.
    fn moved(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        if offset < self.copied { narrow(self.text.len()) } else { narrow(offset - self.removed) }
    }
}

fn newlines(text: &str, start: usize, end: usize) -> usize {
    memchr_iter(b'\n', text.as_bytes().get(start..end).unwrap_or_default()).count()
}
