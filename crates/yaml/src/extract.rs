//! One value copied out of its file, with as little of the file's text as its reader needs.
//!
//! What is kept of an archive is what makes a scan large or small, so an object is not kept with
//! the file it came from: its lines and nodes are copied, without the parts that nobody reads, and the
//! nodes are packed. Gaps
//! remember how many lines are missing, so that an offset still knows its line in the file.
//! In debug builds, and so in every test, a copy remembers which keys it lacks, and who asks for one
//! of them is told to take it off the list of what is not read.

use std::collections::BTreeSet;

use memchr::{memchr, memchr_iter, memrchr};

use super::packed::{Gap, Packed, Packer};
use super::skip::{Level, Skip, Step};
use super::tape::{Kind, Node, NodeId, narrow};
use super::tree::Tree;
use super::value::Value;

/// A line is kept whole where no more than this of it lies outside the value.
const SLACK: usize = 120;

/// Mappings and the keys that they lack.
type LeftOut = BTreeSet<(u32, Box<str>)>;

/// What is kept of one object.
pub(super) struct Object {
    pub(super) text: Box<str>,
    pub(super) nodes: Packed,
    /// Only in builds that check who asks for a key that was left out.
    left_out: Option<Box<LeftOut>>,
}

impl Object {
    /// About how much memory it takes beside itself, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.text.len() + self.nodes.len()
    }

    pub(super) fn lacks(&self, mapping: NodeId, key: &str) -> bool {
        self.left_out.as_ref().is_some_and(|keys| keys.contains(&(mapping.at, key.into())))
    }
}

/// The way along a file while objects are copied out of it in their order, and the memory to do it in.
#[derive(Default)]
pub struct Extracts {
    lines: LineCount,
    nodes: Vec<Node>,
    gaps: Vec<Gap>,
    text: String,
    packer: Packer,
}

/// Counts the lines of a file from one offset to a later one.
#[derive(Default)]
pub struct LineCount {
    at: usize,
    lines: usize,
}

impl LineCount {
    /// The line ends before an offset.
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
    /// Copies one object of this file into a tree of its own, less what `skip` names.
    ///
    /// None where nodes and text do not lie side by side: the library had a part in reading the
    /// file, or an alias in writing it. Such a file is kept as it is.
    pub fn extract(&self, object: Value<'_>, skip: &Skip, extracts: &mut Extracts) -> Option<Self> {
        if self.used_fallback() || self.tape()?.has_aliases {
            return None;
        }
        let span = object.span();
        let (start, end) = (self.line_start(span.start), self.line_end(span.end));
        let Extracts { lines, nodes, gaps, text, packer } = extracts;
        nodes.clear();
        text.clear();
        gaps.clear();
        gaps.push(Gap { at: 0, lines: narrow(lines.before(self.text(), start)) });
        let mut copy = Copy {
            from: self,
            skip,
            text,
            nodes,
            gaps,
            left_out: Vec::new(),
            copied: start,
            removed: start,
        };
        copy.node(object.node(), Level::OBJECT);
        copy.text.push_str(self.text().get(copy.copied..end).unwrap_or_default());
        let left_out = copy.left_out;
        let packed = packer.pack(nodes, gaps)?;
        let named = left_out.into_iter().filter_map(|(at, key)| Some((packer.place(at)?, key)));
        let left_out = cfg!(debug_assertions).then(|| Box::new(named.collect()));
        Some(Self::of(Object { text: text.as_str().into(), nodes: packed, left_out }))
    }

    /// Where the line of an offset starts, if not too much stands before the offset.
    fn line_start(&self, offset: usize) -> usize {
        let before = self.text().as_bytes().get(..offset).unwrap_or_default();
        let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
        if offset - start <= SLACK { start } else { offset }
    }

    /// Where the line of an offset ends, its line end included, if not too much stands behind it.
    fn line_end(&self, offset: usize) -> usize {
        let behind = self.text().as_bytes().get(offset..).unwrap_or_default();
        let rest = behind.get(..SLACK).unwrap_or(behind);
        match memchr(b'\n', rest) {
            Some(length) => offset + length + 1,
            None if rest.len() == behind.len() => offset + rest.len(),
            None => offset,
        }
    }
}

struct Copy<'t> {
    from: &'t Tree,
    skip: &'t Skip,
    text: &'t mut String,
    nodes: &'t mut Vec<Node>,
    gaps: &'t mut Vec<Gap>,
    /// Mappings by their place among the nodes, and keys that they lack now.
    left_out: Vec<(usize, Box<str>)>,
    /// What of the file's text has been copied or cut.
    copied: usize,
    /// How much of the file's text before that is not in the copy.
    removed: usize,
}

impl Copy<'_> {
    /// Copies a node and what is below it; returns where it starts.
    fn node(&mut self, id: NodeId, level: Level) -> u32 {
        let Some(node) = self.from.find(id) else { return u32::MAX };
        let made = self.nodes.len();
        let start = self.moved(node.start);
        self.nodes.push(Node { start, end: self.moved(node.end), ..node });
        if !node.is_collection() {
            return start;
        }
        let value = Value::new(self.from, id);
        let below = match node.kind {
            Kind::Mapping => self.members(value, level),
            _ => value.items().map(|item| self.node(item.node(), level)).min(),
        };
        let (size, end) = (narrow(self.nodes.len() - made), self.moved(node.end));
        // Where all is lost of what stood first, the line is gone that it started on.
        let start = start.min(end).min(below.unwrap_or(end));
        if let Some(node) = self.nodes.get_mut(made) {
            (node.size, node.start, node.end) = (size, start, end);
        }
        start
    }

    /// Copies the members of a mapping that are read; returns where the first of them starts.
    fn members(&mut self, mapping: Value<'_>, level: Level) -> Option<u32> {
        let made = self.nodes.len() - 1;
        let mut first = None;
        for (key, value) in mapping.members() {
            match (self.skip.step(level, key.unquoted().as_bytes()), value.raw()) {
                (Step::Into(level), Some(raw)) if raw.kind != Kind::Skipped => {
                    let start = self.node(key.node(), Level::READ);
                    first.get_or_insert(start);
                    self.node(value.node(), level);
                }
                _ => {
                    if cfg!(debug_assertions) {
                        self.left_out.push((made, key.unquoted().into()));
                    }
                    self.cut(key.span().start, value.span().end);
                }
            }
        }
        first
    }

    /// Leaves a member's text out, and the rest of its lines where nothing else stands on them.
    fn cut(&mut self, start: usize, end: usize) {
        let bytes = self.from.text().as_bytes();
        let behind = bytes.get(end..).unwrap_or_default();
        let blank = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\r' | b',')).count();
        let is_last = behind.get(blank) == Some(&b'\n');
        let end = if is_last { end + blank + 1 } else { end };
        let before = bytes.get(self.copied..start).unwrap_or_default();
        // Dashes before a first member go with its line, so that what follows stands as in the file.
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
            _ => self.gaps.push(Gap { at, lines }),
        }
        self.removed += end - start;
        self.copied = end;
    }

    /// Where an offset of the file lies in the copy.
    fn moved(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        if offset < self.copied { narrow(self.text.len()) } else { narrow(offset - self.removed) }
    }
}

fn newlines(text: &str, start: usize, end: usize) -> usize {
    memchr_iter(b'\n', text.as_bytes().get(start..end).unwrap_or_default()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::skip::Unread;
    use super::*;

    const UNREAD: [Unread; 2] =
        [Unread::Value(&["metadata", "managedFields"]), Unread::AllBut(&["data"], &["kept"])];

    const LIST: &str = "\
apiVersion: v1
items:
- data:
    kept: |
      one
      two
    lost: |
      three

      four
    more: word
  metadata:
    managedFields:
    - manager: x
      operation: Update
    name: a
- metadata:
    name: b # the second
  status: done
kind: List
";

    /// Every object of a text on its own; skipped while reading, or only while copying.
    fn extract(text: &str, read: &Skip) -> Vec<Tree> {
        let tree = Tree::parse_but(text.to_owned(), read).unwrap();
        let mut extracts = Extracts::default();
        let items: Vec<_> = tree.documents().filter_map(|root| root.get("items")).collect();
        let items = items.iter().flat_map(|items| items.items());
        items.map(|item| tree.extract(item, &Skip::new(&UNREAD), &mut extracts).unwrap()).collect()
    }

    fn root(tree: &Tree) -> Value<'_> {
        tree.documents().next().unwrap()
    }

    #[test]
    fn an_object_is_kept_without_what_nobody_reads() {
        for read in [Skip::nothing(), Skip::new(&UNREAD)] {
            let found = extract(LIST, &read);
            assert_eq!(
                found[0].text(),
                "- data:\n    kept: |\n      one\n      two\n  metadata:\n    name: a\n"
            );
            assert_eq!(root(&found[0]).text_at(&["data", "kept"]).unwrap(), "one\ntwo\n");
            assert_eq!(root(&found[0]).text_at(&["metadata", "name"]).unwrap(), "a");
            assert_eq!(found[1].text(), "- metadata:\n    name: b # the second\n  status: done\n");
            assert_eq!(
                format!("{:?}", root(&found[0])),
                "{\"data\": {\"kept\": \"one\\ntwo\\n\"}, \"metadata\": {\"name\": \"a\"}}"
            );
        }
    }

    #[test]
    fn an_offset_knows_its_line_in_the_file() {
        let line_of = |words: &str| {
            1 + LIST.get(..LIST.find(words).unwrap()).unwrap().matches('\n').count() as u64
        };
        for read in [Skip::nothing(), Skip::new(&UNREAD)] {
            let found = extract(LIST, &read);
            let at =
                |tree: &Tree, path: &[&str]| tree.line(root(tree).at(path).unwrap().span().start);
            assert_eq!(at(&found[0], &["data", "kept"]), line_of("kept"));
            assert_eq!(at(&found[0], &["metadata", "name"]), line_of("name: a"));
            assert_eq!(at(&found[1], &["metadata", "name"]), line_of("name: b"));
            assert_eq!(at(&found[1], &["status"]), line_of("status: done"));
        }
    }

    #[test]
    fn the_lines_of_many_offsets_are_those_of_each() {
        let whole = Tree::parse(LIST).unwrap();
        for tree in extract(LIST, &Skip::nothing()).iter().chain([&whole]) {
            let offsets = (0..tree.text().len() + 3).flat_map(|at| [at, at]);
            let each: Vec<_> = offsets.clone().map(|at| tree.line(at)).collect();
            assert_eq!(tree.lines(offsets), each);
        }
    }

    #[test]
    fn what_is_quoted_ends_at_a_gap() {
        let found = extract(LIST, &Skip::nothing());
        let data = root(&found[0]).get("data").unwrap();
        let lent = found[0].lines_from(data.span().start);
        assert_eq!((lent.number, lent.is_cut), (4, true));
        assert_eq!(lent.text, "    kept: |\n      one\n      two\n");
    }

    #[test]
    fn objects_in_one_line_share_none_of_it() {
        let filler = "x".repeat(500);
        let item = |name: &str| {
            format!("{{\"metadata\": {{\"name\": \"{name}\", \"managedFields\": [\"{filler}\"]}}}}")
        };
        let text = format!("{{\"items\": [{}, {}]}}", item("a"), item("b"));
        let found = extract(&text, &Skip::nothing());
        assert_eq!(found[1].text(), "{\"metadata\": {\"name\": \"b\", }}]}");
        assert_eq!(root(&found[1]).text_at(&["metadata", "name"]).unwrap(), "b");
        assert_eq!(root(&found[1]).span(), 0..29);
    }

    #[test]
    fn a_line_is_cut_with_the_dash_of_its_item() {
        let text = "\
items:
- data:
    lost: x
  list:
  - - data: x
    - lost: y
    - z
";
        let unread = Skip::new(&[Unread::Value(&["data"]), Unread::AllBut(&["list"], &[])]);
        let tree = Tree::parse(text).unwrap();
        let item = root(&tree).get("items").unwrap().items().next().unwrap();
        let copy = tree.extract(item, &unread, &mut Extracts::default()).unwrap();
        assert_eq!(copy.text(), "  list:\n    - z\n");
        let list = root(&copy).get("list").unwrap().items().next().unwrap();
        let kept = list.items().last().unwrap();
        assert_eq!((copy.line(kept.span().start), copy.line(root(&copy).span().start)), (7, 4));
    }

    #[test]
    fn a_file_with_aliases_is_kept_as_it_is() {
        let tree = Tree::parse("items:\n- a: &x 1\n- a: *x\n").unwrap();
        let items = root(&tree).get("items").unwrap();
        let object = items.items().next().unwrap();
        assert!(tree.extract(object, &Skip::nothing(), &mut Extracts::default()).is_none());
    }

    /// Trees as YAML in block style, with words that the skip knows among the keys.
    fn mapping() -> impl Strategy<Value = serde_yaml::Value> {
        let scalar = prop_oneof!["[a-z]{0,8}", "[a-z ]{1,8}\n[a-z]{1,5}\n?", Just("1".to_owned())];
        let leaf = scalar.prop_map(serde_yaml::Value::String);
        leaf.prop_recursive(4, 40, 5, |inner| {
            let keys = prop_oneof!["metadata", "managedFields", "data", "kept", "[a-z]{1,4}"];
            let members = prop::collection::vec((keys, inner.clone()), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(serde_yaml::Value::Sequence),
                members.prop_map(|members| {
                    let members = members.into_iter().map(|(key, value)| (key.into(), value));
                    serde_yaml::Value::Mapping(members.collect())
                }),
            ]
        })
    }

    proptest! {
        /// Skipping while reading or only while copying leaves the same, and what is left is what
        /// reading everything gives.
        #[test]
        fn what_is_left_is_the_same(items in prop::collection::vec(mapping(), 1..4)) {
            let items = serde_yaml::to_string(&items).unwrap();
            let text = format!("items:\n{items}");
            let read_all = extract(&text, &Skip::nothing());
            let read_some = extract(&text, &Skip::new(&UNREAD));
            prop_assert_eq!(read_all.len(), read_some.len());
            for (one, other) in read_all.iter().zip(&read_some) {
                let (one, other) = (root(one), root(other));
                prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
            }
            let whole = Tree::parse(text).unwrap();
            let list = root(&whole).get("items").unwrap();
            for (left, all) in read_all.iter().zip(list.items()) {
                prop_assert!(is_left_of(root(left), all), "{:?} of {all:?}", root(left));
            }
        }
    }

    /// Every key and scalar of a value with its line in the file, in their order.
    fn words<'t>(tree: &'t Tree, value: Value<'t>) -> Vec<(u64, &'t str)> {
        let members = value.members().flat_map(|(key, value)| [key, value]);
        let below: Vec<_> = members.chain(value.items()).collect();
        if value.is_mapping() || value.is_sequence() {
            return below.into_iter().flat_map(|value| words(tree, value)).collect();
        }
        let span = value.span();
        vec![(tree.line(span.start), tree.text().get(span).unwrap())]
    }

    proptest! {
        #[test]
        fn a_copy_has_the_words_of_its_file_and_their_lines(
            items in prop::collection::vec(mapping(), 1..4),
            style in 0..3,
        ) {
            let items = match style {
                0 => format!("\n{}", serde_yaml::to_string(&items).unwrap()),
                1 => format!(" {}", serde_json::to_string(&items).unwrap()),
                _ => format!(" {}", serde_json::to_string_pretty(&items).unwrap()),
            };
            let text = format!("items:{items}");
            let whole = Tree::parse(text.as_str()).unwrap();
            let list = root(&whole).get("items").unwrap();
            for (copy, object) in extract(&text, &Skip::nothing()).iter().zip(list.items()) {
                let mut all = words(&whole, object).into_iter();
                for word in words(copy, root(copy)) {
                    prop_assert!(all.any(|other| other == word), "{word:?}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "managedFields")]
    fn who_reads_what_was_left_out_is_told() {
        let found = extract(LIST, &Skip::nothing());
        let _ = root(&found[0]).at(&["metadata", "managedFields"]);
    }

    /// Whether both hold the same, but for the members that are left out on the left.
    fn is_left_of(left: Value<'_>, all: Value<'_>) -> bool {
        let is_left_out = |key: &str| !left.entries().any(|(known, _)| known == key);
        left.text() == all.text()
            && left.is_mapping() == all.is_mapping()
            && left.items().count() == all.items().count()
            && left.items().zip(all.items()).all(|(left, all)| is_left_of(left, all))
            && all.entries().all(|(key, all)| {
                let mut kept = left.entries().filter(|(known, _)| *known == key);
                is_left_out(&key) || kept.any(|(_, left)| is_left_of(left, all))
            })
    }
}
