//! Subtrees that nobody reads, and the way of the reader past them.
//!
//! They are known by the keys that lead to them from the root of an object; places in sequences do not
//! count, so `spec.containers.args` names the arguments of every container. The reader passes over their
//! lines without a node for anything in them, and [`Tree::extract`](super::Tree::extract) leaves
//! out their text as well.

use memchr::memchr;

use super::error::Stop;
use super::quoted;
use super::read::Reader;
use super::tape::Kind;

/// A part of an object that nobody reads.
#[derive(Clone, Copy, Debug)]
pub enum Unread {
    /// The value behind these keys.
    Value(&'static [&'static str]),
    /// Every member of the mapping behind these keys, but for those of these names.
    AllBut(&'static [&'static str], &'static [&'static str]),
}

/// What to skip in one text, as a walk from key to key.
#[derive(Clone, Debug)]
pub struct Skip {
    levels: Vec<Keys>,
}

/// The keys that matter in a mapping at some level, and what all the others are.
#[derive(Clone, Debug)]
struct Keys {
    known: Vec<(&'static str, Step)>,
    others: Step,
}

/// Where a mapping stands on the way to what is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level(usize);

impl Level {
    /// The root of a document, which is an object or a list of objects.
    pub(super) const DOCUMENT: Self = Self(0);
    /// The root of an object.
    pub(super) const OBJECT: Self = Self(1);
    /// Nothing below is skipped.
    pub(super) const READ: Self = Self(usize::MAX);
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A value to be read, in which these keys matter.
    Into(Level),
    /// A value that nobody reads.
    Skip,
}

impl Skip {
    /// Skips nothing.
    pub fn nothing() -> Self {
        Self::new(&[])
    }

    /// Skips what is named here, in a single object and in every item of a list.
    pub fn new(unread: &[Unread]) -> Self {
        let none = || Keys { known: Vec::new(), others: Step::Into(Level::READ) };
        let mut made = Self { levels: vec![none(), none()] };
        for part in unread {
            match part {
                Unread::Value(path) => {
                    let Some((last, above)) = path.split_last() else { continue };
                    let level = made.way(above);
                    made.set(level, last, Step::Skip);
                }
                Unread::AllBut(path, kept) => {
                    let level = made.way(path);
                    for key in *kept {
                        made.set(level, key, Step::Into(Level::READ));
                    }
                    if let Some(keys) = made.levels.get_mut(level.0) {
                        keys.others = Step::Skip;
                    }
                }
            }
        }
        // A document is an object, or its `items` are.
        let mut document = made.levels.get(1).cloned().unwrap_or_else(none);
        document.known.push(("items", Step::Into(Level::OBJECT)));
        if let Some(first) = made.levels.first_mut() {
            *first = document;
        }
        made
    }

    /// The level behind these keys, made where it is new.
    fn way(&mut self, path: &[&'static str]) -> Level {
        path.iter().fold(Level::OBJECT, |level, key| match self.step(level, key.as_bytes()) {
            Step::Into(next) if next != Level::READ => next,
            _ => {
                let next = Level(self.levels.len());
                let keys = Keys { known: Vec::new(), others: Step::Into(Level::READ) };
                self.levels.push(keys);
                self.set(level, key, Step::Into(next));
                next
            }
        })
    }

    fn set(&mut self, level: Level, key: &'static str, step: Step) {
        if let Some(keys) = self.levels.get_mut(level.0) {
            keys.known.push((key, step));
        }
    }

    /// What a key of a mapping at that level leads to.
    pub(super) fn step(&self, level: Level, key: &[u8]) -> Step {
        let Some(keys) = self.levels.get(level.0) else { return Step::Into(Level::READ) };
        let known = keys.known.iter().find(|(name, _)| name.as_bytes() == key);
        known.map_or(keys.others, |(_, step)| *step)
    }
}

impl Reader<'_> {
    /// Passes over the value of a key in that column; the reader stands behind the colon and its blanks.
    ///
    /// False, and nothing is passed, where the end of the value cannot be told from its lines alone.
    pub(super) fn skip_value(&mut self, column: usize) -> Result<bool, Stop> {
        let is_rest_empty = self.is_rest_empty();
        let start = if is_rest_empty { next_line(self.bytes, self.pos) } else { self.pos };
        match self.byte(self.pos) {
            b'&' | b'*' | b'!' | b'[' | b'{' => return Ok(false),
            b'"' | b'\'' => {
                let scalar = quoted::scan(self.bytes, self.pos)?;
                self.has_skipped = true;
                self.tape.push(Kind::Skipped, self.pos, scalar.end);
                self.want = None;
                self.pos = scalar.end;
                self.end_line()?;
                return Ok(true);
            }
            _ => {}
        }
        let mut line = next_line(self.bytes, self.pos);
        let mut end = if is_rest_empty { start } else { line_end(self.bytes, self.pos) };
        while line < self.bytes.len() {
            let content = self.skip_spaces(line);
            let indent = content - line;
            let first = self.byte(content);
            let is_blank = matches!(first, b'\n' | b'\r');
            let is_deeper = indent > column
                || (is_rest_empty
                    && indent == column
                    && first == b'-'
                    && self.byte(content + 1) == b' ');
            if !is_blank && !is_deeper {
                break;
            }
            if !is_blank {
                end = line_end(self.bytes, content);
            }
            line = next_line(self.bytes, content);
        }
        if end == start {
            return Ok(false);
        }
        self.has_skipped = true;
        self.tape.push(Kind::Skipped, start, self.trim(start, end));
        self.want = None;
        self.pos = line;
        self.next_content()?;
        Ok(true)
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr(b'\n', rest).unwrap_or(rest.len())
}

fn next_line(bytes: &[u8], at: usize) -> usize {
    (line_end(bytes, at) + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::*;

    const UNREAD: [Unread; 3] = [
        Unread::Value(&["metadata", "managedFields"]),
        Unread::Value(&["spec", "containers", "args"]),
        Unread::AllBut(&["data"], &["tls.crt"]),
    ];

    /// The members of the object that are left, read and skipped.
    fn shape(text: &str) -> String {
        let tree = Tree::parse_but(text.to_owned(), &Skip::new(&UNREAD)).unwrap();
        assert!(!tree.used_fallback());
        tree.documents().map(|root| format!("{root:?}")).collect()
    }

    #[test]
    fn what_is_named_is_passed_over_and_the_rest_is_read() {
        let text = "\
metadata:
  managedFields:
  - apiVersion: v1
    fieldsV1:
      f:data: {}

  name: a
spec:
  managedFields: 1
  containers:
  - args:
    - x
    - --y
    name: one
  - args: [x,
      y]
    name: two
";
        let whole = shape(text);
        assert_eq!(
            whole,
            "{\"metadata\": {\"managedFields\": (not read), \"name\": \"a\"}, \"spec\": \
             {\"managedFields\": \"1\", \"containers\": [{\"args\": (not read), \"name\": \"one\"}, \
             {\"args\": [\"x\", \"y\"], \"name\": \"two\"}]}}"
        );
        let list =
            format!("items:\n- {}kind: List\n", text.trim_end().replace('\n', "\n  ") + "\n");
        assert_eq!(shape(&list), format!("{{\"items\": [{whole}], \"kind\": \"List\"}}"));
    }

    #[test]
    fn scalars_of_every_style_are_passed_over() {
        let text = "\
data:
  a: |
    x: y

      z

  b: plain
    folded
  c: \"quoted
    folded\" # why
  tls.crt: kept
  d: ''
  e:
kind: Secret
";
        assert_eq!(
            shape(text),
            "{\"data\": {\"a\": (not read), \"b\": (not read), \"c\": (not read), \
             \"tls.crt\": \"kept\", \"d\": (not read), \"e\": null}, \"kind\": \"Secret\"}"
        );
    }

    #[test]
    fn json_is_skipped_too() {
        let text =
            "{\"data\": {\"a\": {\"b\": [1, \"}\"]}, \"tls.crt\": \"kept\"}, \"kind\": \"X\"}";
        let whole =
            "{\"data\": {\"a\": (not read), \"tls.crt\": \"kept\"}, \"kind\": \"X\"}".to_owned();
        assert_eq!(shape(text), whole);
        assert_eq!(shape(&format!("{{\"items\":[{text}]}}")), format!("{{\"items\": [{whole}]}}"));
    }

    #[test]
    fn an_anchor_in_what_is_skipped_is_found_again() {
        let text = "data:\n  a:\n    x: &x 1\nspec: *x\n";
        assert_eq!(shape(text), "{\"data\": {\"a\": {\"x\": \"1\"}}, \"spec\": \"1\"}");
    }

    #[test]
    fn a_comment_at_the_margin_ends_no_value() {
        let text = "data:\n  a:\n    x: 1\n# why\n    y: 2\nkind: X\n";
        assert_eq!(
            shape(text),
            "{\"data\": {\"a\": {\"x\": \"1\", \"y\": \"2\"}}, \"kind\": \"X\"}"
        );
    }

    #[test]
    fn damage_within_is_not_seen_and_costs_nothing() {
        let text = "data:\n  a:\n    x: [\n     @\nkind: X\n";
        assert_eq!(shape(text), "{\"data\": {\"a\": (not read)}, \"kind\": \"X\"}");
    }
}
