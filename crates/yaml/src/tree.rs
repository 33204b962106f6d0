//! One parsed file, or one object out of it: a text and the tape of its nodes.
//!
//! A file is read onto a tape that is quickly written; what is kept of it is packed. Both answer alike.
//! A tree owns its text, so a value is a tree and a number, and a snapshot can keep `(Arc<Tree>, NodeId)`
//! for years without a lifetime.

use std::fmt;

use memchr::{memchr_iter, memrchr};

use super::documents;
use super::error::YamlError;
use super::extract::Object;
use super::packed::Gap;
use super::skip::Skip;
use super::tape::{Node, NodeId, Tape};
use super::value::Value;

/// A parsed file: its text and a flat tape of nodes.
///
/// Mappings keep duplicate keys: [`Value::get`] answers with the last one, as Go and JSON do, and
/// [`Value::entries`] yields them all.
pub struct Tree(Form);

enum Form {
    /// As it was read.
    File(Box<File>),
    /// As it is kept.
    Object(Object),
}

struct File {
    text: String,
    tape: Tape,
    used_fallback: bool,
}

/// The memory of trees that are done with, for the next one to be read.
#[derive(Default)]
pub struct Spare {
    tape: Tape,
    text: String,
}

/// Beyond this, memory is given back rather than kept for the next file.
const SPARE_BYTES: usize = 16 << 20;

impl Spare {
    /// An empty buffer for the bytes of the next text.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        bytes
    }

    /// Takes back a buffer that no tree came of.
    pub fn put_buffer(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        if bytes.capacity() <= SPARE_BYTES {
            self.text = String::from_utf8(bytes).unwrap_or_default();
        }
    }

    /// Takes back the memory of a tree.
    pub fn put(&mut self, tree: Tree) {
        let Form::File(file) = tree.0 else { return };
        self.put_buffer(file.text.into_bytes());
        if file.tape.nodes.capacity() * size_of::<Node>() <= SPARE_BYTES {
            self.tape = file.tape;
        }
    }
}

/// Lines of a tree's text, for a reader who wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines<'t> {
    /// The number of the first one in the file, from 1.
    pub number: u64,
    /// Where it starts in [`Tree::text`].
    pub start: usize,
    /// The lines, up to where a part of the file is missing.
    pub text: &'t str,
    /// Whether a part of the file is missing behind them.
    pub is_cut: bool,
}

impl Tree {
    /// Reads YAML (one or many documents) or JSON (one value or several in a row), whichever the text is.
    ///
    /// Text that begins with `{` or `[` is tried as JSON first, then as YAML.
    pub fn parse(text: impl Into<String>) -> Result<Self, YamlError> {
        Self::parse_but(text.into(), &Skip::nothing())
    }

    /// Reads a text but for the parts that are to be skipped: of them only the keys are there.
    pub fn parse_but(text: String, skip: &Skip) -> Result<Self, YamlError> {
        Self::parse_in(&mut Spare::default(), text, skip).map(Self::shrunk)
    }

    /// Reads a text in the memory of an earlier tree, as [`Self::parse_but`] does in its own.
    pub fn parse_in(spare: &mut Spare, text: String, skip: &Skip) -> Result<Self, YamlError> {
        if u32::try_from(text.len()).is_err() {
            return Err(YamlError::TooLarge);
        }
        let tape = std::mem::take(&mut spare.tape);
        let (tape, used_fallback) = documents::read(&text, skip, tape)?;
        Ok(Self(Form::File(Box::new(File { text, tape, used_fallback }))))
    }

    /// A text that is neither YAML nor JSON, and holds no values.
    pub fn of_text(text: String) -> Self {
        Self(Form::File(Box::new(File { text, tape: Tape::default(), used_fallback: false })))
    }

    /// The same tree in no more memory than it needs.
    pub fn shrunk(mut self) -> Self {
        if let Form::File(file) = &mut self.0 {
            file.text.shrink_to_fit();
            file.tape.nodes.shrink_to_fit();
        }
        self
    }

    pub(super) fn of(object: Object) -> Self {
        Self(Form::Object(object))
    }

    /// The text: the file's as it was given, or what is kept of it.
    pub fn text(&self) -> &str {
        match &self.0 {
            Form::File(file) => &file.text,
            Form::Object(object) => &object.text,
        }
    }

    /// The line of the file that an offset of [`Self::text`] lies on, from 1.
    pub fn line(&self, offset: usize) -> u64 {
        let before = self.before(offset);
        let missing = self.gaps().take_while(|gap| gap.at as usize <= offset);
        let missing: u64 = missing.map(|gap| u64::from(gap.lines)).sum();
        1 + missing + memchr_iter(b'\n', before).count() as u64
    }

    /// The lines that several offsets lie on, each no lower than the one before, counted in one go.
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

    /// The lines from the one that holds an offset of [`Self::text`] on.
    pub fn lines_from(&self, offset: usize) -> Lines<'_> {
        let start = memrchr(b'\n', self.before(offset)).map_or(0, |at| at + 1);
        let gap = self.gaps().map(|gap| gap.at as usize).find(|at| *at > offset);
        let end = gap.unwrap_or(self.text().len());
        let text = self.text().get(start..end).unwrap_or_default();
        Lines { number: self.line(offset), start, text, is_cut: gap.is_some() }
    }

    /// About how much memory it takes beside its own few bytes.
    pub fn weight(&self) -> usize {
        match &self.0 {
            Form::File(file) => file.weight(),
            Form::Object(object) => object.weight(),
        }
    }

    /// The roots of the documents that hold anything, in the order of the file.
    pub fn documents(&self) -> impl Iterator<Item = Value<'_>> {
        let roots = match &self.0 {
            Form::File(file) => &*file.tape.roots,
            Form::Object(_) => &[0],
        };
        roots.iter().map(|&root| Value::new(self, NodeId::root(root)))
    }

    /// The value at a node that [`Value::node`] named; None when this tree has no such node.
    pub fn value(&self, node: NodeId) -> Option<Value<'_>> {
        self.find(node).map(|_| Value::new(self, node))
    }

    /// True when the library had to read some document of this text.
    ///
    /// Its spans are then found by searching, and numbers may be written differently than in the text.
    pub fn used_fallback(&self) -> bool {
        matches!(&self.0, Form::File(file) if file.used_fallback)
    }

    /// The tape as it was read; None of what is kept.
    pub(super) fn tape(&self) -> Option<&Tape> {
        match &self.0 {
            Form::File(file) => Some(&file.tape),
            Form::Object(_) => None,
        }
    }

    pub(super) fn find(&self, node: NodeId) -> Option<Node> {
        match &self.0 {
            Form::File(file) => file.tape.nodes.get(node.at as usize).copied(),
            Form::Object(object) => object.nodes.find(node),
        }
    }

    pub(super) fn owned(&self, node: NodeId) -> Option<&str> {
        let owned = &self.tape()?.owned;
        let found = owned.binary_search_by_key(&node.at, |(owner, _)| *owner).ok()?;
        owned.get(found).map(|(_, text)| &**text)
    }

    /// Whether a key was left out of that mapping, in builds that check who asks for it.
    pub(super) fn lacks(&self, mapping: NodeId, key: &str) -> bool {
        matches!(&self.0, Form::Object(object) if object.lacks(mapping, key))
    }

    fn before(&self, offset: usize) -> &[u8] {
        let text = self.text().as_bytes();
        text.get(..offset).unwrap_or(text)
    }

    fn gaps(&self) -> impl Iterator<Item = Gap> {
        let object = match &self.0 {
            Form::File(_) => None,
            Form::Object(object) => Some(object),
        };
        object.into_iter().flat_map(|object| object.nodes.gaps())
    }
}

impl File {
    fn weight(&self) -> usize {
        let owned: usize = self.tape.owned.iter().map(|(_, text)| text.len()).sum();
        let nodes = self.tape.nodes.capacity() * size_of::<Node>();
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
