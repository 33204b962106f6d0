//! Holds one parsed file, or one object extracted from it: a text and its nodes.
//!
//! A file is parsed onto a tape that is fast to write; what is stored of it is compact. Both are
//! read the same way. A tree owns its text, so a value is a tree and a number, and a snapshot can
//! store `(Arc<Tree>, NodeId)` without a lifetime.

use std::fmt;

use memchr::{memchr_iter, memrchr};

use super::compact::TextGap;
use super::documents;
use super::error::YamlError;
use super::extracted::ExtractedObject;

use super::skip::Skip;
use super::tape::{NodeId, Tape, TreeNode};

/// A parsed file or extracted object: its text and its nodes.
///
/// Mappings keep duplicate keys: [`Value::get`](super::Value::get) returns the last one, as Go and
/// JSON do, and [`Value::entries`](super::Value::entries) yields all of them.
pub struct Tree(TreeStorage);

enum TreeStorage {
    /// A whole file as it was parsed.
    Parsed(Box<ParsedFile>),
    /// One object as it is stored.
    Extracted(ExtractedObject),
}

struct ParsedFile {
    text: String,
    tape: Tape,
    used_fallback: bool,
}

/// The memory of earlier trees, reused to parse the next one.
#[derive(Default)]
pub struct ParseBuffers {
    tape: Tape,
    text: String,
}

/// Buffers larger than this are freed instead of reused.
const MAX_REUSED_BYTES: usize = 16 << 20;

impl ParseBuffers {
    /// Empty buffers for texts with at most this many nodes.
    #[cfg(test)]
    pub(super) fn with_max_nodes(max_nodes: usize) -> Self {
        Self { tape: Tape::with_max_nodes(max_nodes), text: String::new() }
    }

    /// An empty buffer for the bytes of the next text.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        bytes
    }

    /// Returns a buffer that was not used for a tree.
    pub fn return_buffer(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        if bytes.capacity() <= MAX_REUSED_BYTES {
            self.text = String::from_utf8(bytes).unwrap_or_default();
        }
    }

    /// Returns the memory of a tree.
    pub fn put(&mut self, tree: Tree) {
        let TreeStorage::Parsed(file) = tree.0 else { return };
        self.return_buffer(file.text.into_bytes());
        if file.tape.nodes.capacity() * size_of::<TreeNode>() <= MAX_REUSED_BYTES {
            self.tape = file.tape;
        }
    }
}

/// Lines of a tree's text, with their line numbers in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLines<'t> {
    /// The line number of the first line in the file, from 1.
    pub number: u64,
    /// The offset of the first line in [`Tree::text`].
    pub start: usize,
    /// The lines, up to the first gap in the text.
    pub text: &'t str,
    /// Whether the lines end at a gap.
    pub is_cut: bool,
}

impl Tree {
    /// Parses YAML (one or many documents) or JSON (one value or several in a row).
    ///
    /// Text that starts with `{` or `[` is tried as JSON first, then as YAML.
    pub fn parse(text: impl Into<String>) -> Result<Self, YamlError> {
        Self::parse_skipping(text.into(), &Skip::nothing())
    }

    /// Parses a text without the pruned parts: only their keys are in the tree.
    pub fn parse_skipping(text: String, skip: &Skip) -> Result<Self, YamlError> {
        Self::parse_reusing(&mut ParseBuffers::default(), text, skip).map(Self::shrunk)
    }

    /// Parses like [`Self::parse_skipping`], in the memory of an earlier tree.
    pub fn parse_reusing(
        buffers: &mut ParseBuffers,
        text: String,
        skip: &Skip,
    ) -> Result<Self, YamlError> {
        if u32::try_from(text.len()).is_err() {
            return Err(YamlError::TooLarge);
        }
        let tape = std::mem::take(&mut buffers.tape);
        let (tape, used_fallback) = documents::read(&text, skip, tape)?;
        Ok(Self(TreeStorage::Parsed(Box::new(ParsedFile { text, tape, used_fallback }))))
    }

    /// A text that is neither YAML nor JSON and holds no values.
    pub fn from_plain_text(text: String) -> Self {
        Self(TreeStorage::Parsed(Box::new(ParsedFile {
            text,
            tape: Tape::default(),
            used_fallback: false,
        })))
    }

    /// The same tree with unused memory freed.
    #[must_use]
    pub fn shrunk(mut self) -> Self {
        if let TreeStorage::Parsed(file) = &mut self.0 {
            file.text.shrink_to_fit();
            file.tape.nodes.shrink_to_fit();
        }
        self
    }

    pub(super) fn of(object: ExtractedObject) -> Self {
        Self(TreeStorage::Extracted(object))
    }

    /// The text: the whole file, or what is stored of it.
    pub fn text(&self) -> &str {
        match &self.0 {
            TreeStorage::Parsed(file) => &file.text,
            TreeStorage::Extracted(object) => &object.text,
        }
    }

    /// The line number in the file of an offset of [`Self::text`], from 1.
    pub fn line(&self, offset: usize) -> u64 {
        let before = self.before(offset);
        let missing = self.gaps().take_while(|gap| gap.at as usize <= offset);
        let missing: u64 = missing.map(|gap| u64::from(gap.lines)).sum();
        1 + missing + memchr_iter(b'\n', before).count() as u64
    }

    /// The line numbers of several offsets in ascending order, counted in one pass.
    pub fn lines(&self, offsets: impl IntoIterator<Item = usize>) -> Vec<u64> {
        let (mut at, mut line) = (0, 1);
        let mut gaps = self.gaps().peekable();
        let on = |offset: usize| {
            let between = self.before(offset).get(at..).unwrap_or_default();
            line += memchr_iter(b'\n', between).count() as u64;
            at = at.max(offset);
            while let Some(gap) = gaps.next_if(|gap| gap.at as usize <= offset) {
                line += u64::from(gap.lines);
            }
            line
        };
        offsets.into_iter().map(on).collect()
    }

    /// The lines from the one that holds an offset of [`Self::text`].
    pub fn lines_from(&self, offset: usize) -> SourceLines<'_> {
        let start = memrchr(b'\n', self.before(offset)).map_or(0, |at| at + 1);
        let gap = self.gaps().map(|gap| gap.at as usize).find(|at| *at > offset);
        let end = gap.unwrap_or(self.text().len());
        let text = self.text().get(start..end).unwrap_or_default();
        SourceLines { number: self.line(offset), start, text, is_cut: gap.is_some() }
    }

    /// About how much memory it uses in addition to its own size, in bytes.
    pub fn weight(&self) -> usize {
        match &self.0 {
            TreeStorage::Parsed(file) => file.weight(),
            TreeStorage::Extracted(object) => object.weight(),
        }
    }

    /// The root nodes of the documents that are not empty.
    pub(super) fn roots(&self) -> &[u32] {
        match &self.0 {
            TreeStorage::Parsed(file) => &file.tape.roots,
            TreeStorage::Extracted(_) => &[0],
        }
    }

    /// True if the library had to read some document of this text.
    ///
    /// Its spans are then found by searching, and numbers may be written differently than in the
    /// text.
    pub fn used_fallback(&self) -> bool {
        matches!(&self.0, TreeStorage::Parsed(file) if file.used_fallback)
    }

    /// The tape of a parsed file; None for an extracted object.
    pub(super) fn tape(&self) -> Option<&Tape> {
        match &self.0 {
            TreeStorage::Parsed(file) => Some(&file.tape),
            TreeStorage::Extracted(_) => None,
        }
    }

    pub(super) fn find(&self, node: NodeId) -> Option<TreeNode> {
        match &self.0 {
            TreeStorage::Parsed(file) => file.tape.nodes.get(node.at as usize).copied(),
            TreeStorage::Extracted(object) => object.nodes.find(node),
        }
    }

    pub(super) fn owned(&self, node: NodeId) -> Option<&str> {
        let owned = &self.tape()?.owned;
        let found = owned.binary_search_by_key(&node.at, |(owner, _)| *owner).ok()?;
        owned.get(found).map(|(_, text)| &**text)
    }

    /// Whether a key was omitted from that mapping, in builds that check this.
    pub(super) fn omits(&self, mapping: NodeId, key: &str) -> bool {
        matches!(&self.0, TreeStorage::Extracted(object) if object.omits(mapping, key))
    }

    fn before(&self, offset: usize) -> &[u8] {
        let text = self.text().as_bytes();
        text.get(..offset).unwrap_or(text)
    }

    fn gaps(&self) -> impl Iterator<Item = TextGap> {
        let object = match &self.0 {
            TreeStorage::Parsed(_) => None,
            TreeStorage::Extracted(object) => Some(object),
        };
        object.into_iter().flat_map(|object| object.nodes.gaps())
    }
}

impl ParsedFile {
    fn weight(&self) -> usize {
        let owned: usize = self.tape.owned.iter().map(|(_, text)| text.len()).sum();
        let nodes = self.tape.nodes.capacity() * size_of::<TreeNode>();
        size_of::<Self>() + self.text.capacity() + nodes + owned
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("bytes", &self.text().len())
            .field("is_file", &self.tape().is_some())
            .field("used_fallback", &self.used_fallback())
            .finish_non_exhaustive()
    }
}
