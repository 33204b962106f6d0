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

impl Default for Keys {
    fn default() -> Self {
        Self { known: Vec::new(), others: Step::Into(Level::READ) }
    }
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
        let mut made = Self { levels: vec![Keys::default(), Keys::default()] };
        // A document is an object, or its `items` are. Whether it is a list shows late, and a list has
        // fields of its own, so what is not named is read there.
        made.set(Level::DOCUMENT, "items", Step::Into(Level::OBJECT));
        for part in unread {
            match part {
                Unread::Value(path) => {
                    let Some((last, above)) = path.split_last() else { continue };
                    for root in [Level::DOCUMENT, Level::OBJECT] {
                        let level = made.way(root, above);
                        made.set(level, last, Step::Skip);
                    }
                }
                Unread::AllBut(path, kept) => {
                    let level = made.way(Level::OBJECT, path);
                    for key in *kept {
                        if made.step(level, key.as_bytes()) == Step::Into(Level::READ) {
                            made.set(level, key, Step::Into(Level::READ));
                        }
                    }
                    if let Some(keys) = made.levels.get_mut(level.0) {
                        keys.others = Step::Skip;
                    }
                }
            }
        }
        made
    }

    /// The level behind these keys, made where it is new.
    fn way(&mut self, root: Level, path: &[&'static str]) -> Level {
        path.iter().fold(root, |level, key| match self.step(level, key.as_bytes()) {
            Step::Into(next) if next != Level::READ => next,
            _ => {
                let next = Level(self.levels.len());
                self.levels.push(Keys::default());
                self.set(level, key, Step::Into(next));
                next
            }
        })
    }

    fn set(&mut self, level: Level, key: &'static str, step: Step) {
        if let Some(keys) = self.levels.get_mut(level.0) {
            keys.known.retain(|(known, _)| *known != key);
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
        let roots: Vec<_> = tree.documents().map(|root| format!("{root:?}")).collect();
        roots.concat()
    }

    /// The same of an object in a list.
    fn shape_in_list(object: &str) -> String {
        let indented = object.trim_end().replace("\n# ", "\n\0").replace('\n', "\n  ");
        let whole = shape(&format!("items:\n- {}\n", indented.replace("  \0", "# ")));
        whole.strip_prefix("{\"items\": [").and_then(|s| s.strip_suffix("]}")).unwrap().to_owned()
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
        let left = "{\"metadata\": {\"managedFields\": (not read), \"name\": \"a\"}, \"spec\": \
                    {\"managedFields\": \"1\", \"containers\": [{\"args\": (not read), \"name\": \
                    \"one\"}, {\"args\": [\"x\", \"y\"], \"name\": \"two\"}]}}";
        assert_eq!(shape(text), left);
        assert_eq!(shape_in_list(text), left);
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
            shape_in_list(text),
            "{\"data\": {\"a\": (not read), \"b\": (not read), \"c\": (not read), \
             \"tls.crt\": \"kept\", \"d\": (not read), \"e\": null}, \"kind\": \"Secret\"}"
        );
    }

    #[test]
    fn json_is_skipped_too() {
        let text = "{\"items\":[{\"data\": {\"a\": {\"b\": [1, \"}\"]}, \"tls.crt\": \"kept\"}}]}";
        let left = "{\"items\": [{\"data\": {\"a\": (not read), \"tls.crt\": \"kept\"}}]}";
        assert_eq!(shape(text), left);
        let text = "{\"metadata\": {\"managedFields\": [{}], \"name\": \"a\"}}";
        let left = "{\"metadata\": {\"managedFields\": (not read), \"name\": \"a\"}}";
        assert_eq!(shape(text), left);
    }

    #[test]
    fn a_list_keeps_its_own_fields() {
        let text = "items: []\nkind: List\nmetadata:\n  continue: x\n";
        let unread = [Unread::AllBut(&[], &["metadata"]), Unread::AllBut(&["metadata"], &[])];
        let tree = Tree::parse_but(text.to_owned(), &Skip::new(&unread)).unwrap();
        let root = tree.documents().next().unwrap();
        assert_eq!(root.text_at(&["kind"]).as_deref(), Some("List"));
        assert_eq!(root.text_at(&["metadata", "continue"]).as_deref(), Some("x"));
    }

    #[test]
    fn an_anchor_in_what_is_skipped_is_found_again() {
        let text = "data:\n  a:\n    x: &x 1\nspec: *x\n";
        assert_eq!(shape_in_list(text), "{\"data\": {\"a\": {\"x\": \"1\"}}, \"spec\": \"1\"}");
    }

    #[test]
    fn a_comment_at_the_margin_ends_no_value() {
        let text = "data:\n  a:\n    x: 1\n# why\n    y: 2\nkind: X\n";
        let read = "{\"data\": {\"a\": {\"x\": \"1\", \"y\": \"2\"}}, \"kind\": \"X\"}";
        assert_eq!(shape_in_list(text), read);
    }

    #[test]
    fn damage_within_is_not_seen_and_costs_nothing() {
        let text = "data:\n  a:\n    x: [\n     @\nkind: X\n";
        assert_eq!(shape_in_list(text), "{\"data\": {\"a\": (not read)}, \"kind\": \"X\"}");
    }
}
