//! One value copied out of its file, with as little of the file's text as its reader needs.
//!
//! What is kept of an archive is what makes a scan large or small, so an object is not kept with
//! the file it came from: its lines and nodes are copied, without the parts that nobody reads. Gaps
//! remember how many lines are missing, so that an offset still knows its line in the file.
//! In debug builds, and so in every test, a copy remembers which keys it lacks, and who asks for one
//! of them is told to take it off the list of what is not read.

use memchr::{memchr, memchr_iter, memrchr};

use super::skip::{Level, Skip, Step};
use super::tape::{Kind, Node, NodeId, Tape, narrow};
use super::tree::Tree;
use super::value::Value;

/// A line is kept whole where no more than this of it lies outside the value.
const SLACK: usize = 120;

/// A place in a text where a part of the file is missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// The offset of the first byte behind it.
    pub(super) at: u32,
    /// How many line ends are missing there.
    pub(super) lines: u32,
}

/// Counts the lines of a file while values are copied out of it in their order.
#[derive(Debug, Default)]
pub(crate) struct LineCount {
    at: usize,
    lines: usize,
}

impl LineCount {
    /// The line ends before an offset.
    pub(crate) fn before(&mut self, text: &str, offset: usize) -> usize {
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
    pub(crate) fn extract(
        &self,
        object: Value<'_>,
        skip: &Skip,
        lines: &mut LineCount,
    ) -> Option<Self> {
        if self.used_fallback() || self.tape().has_aliases {
            return None;
        }
        let span = object.span();
        let (start, end) = (self.line_start(span.start), self.line_end(span.end));
        let mut copy = Copy {
            from: self,
            skip,
            text: String::with_capacity(end - start),
            tape: Tape::default(),
            gaps: vec![Gap { at: 0, lines: narrow(lines.before(self.text(), start)) }],
            copied: start,
            removed: start,
        };
        copy.tape.nodes.reserve_exact(object.raw()?.size as usize);
        copy.node(object.node(), Level::OBJECT);
        copy.text.push_str(self.text().get(copy.copied..end).unwrap_or_default());
        copy.text.shrink_to_fit();
        copy.tape.nodes.shrink_to_fit();
        copy.tape.roots = vec![0];
        Some(Self::from_parts(copy.text, copy.tape, copy.gaps.into()))
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
    text: String,
    tape: Tape,
    gaps: Vec<Gap>,
    /// What of the file's text has been copied or cut.
    copied: usize,
    /// How much of the file's text before that is not in the copy.
    removed: usize,
}

impl Copy<'_> {
    /// Copies a node and what is below it.
    fn node(&mut self, id: NodeId, level: Level) {
        let Some(node) = self.from.find(id) else { return };
        let made = self.tape.nodes.len();
        let start = self.moved(node.start);
        self.tape.nodes.push(Node { start, end: self.moved(node.end), ..node });
        if !node.is_collection() {
            return;
        }
        let value = Value::new(self.from, id);
        match node.kind {
            Kind::Mapping => self.members(value, level),
            _ => value.items().for_each(|item| self.node(item.node(), level)),
        }
        let (size, end) = (narrow(self.tape.nodes.len() - made), self.moved(node.end));
        if let Some(node) = self.tape.nodes.get_mut(made) {
            (node.size, node.end) = (size, end);
        }
    }

    fn members(&mut self, mapping: Value<'_>, level: Level) {
        let made = narrow(self.tape.nodes.len() - 1);
        for (key, value) in mapping.members() {
            match (self.skip.step(level, key.unquoted().as_bytes()), value.raw()) {
                (Step::Into(level), Some(raw)) if raw.kind != Kind::Skipped => {
                    self.node(key.node(), Level::READ);
                    self.node(value.node(), level);
                }
                _ => {
                    self.tape.lacks(made, key.unquoted());
                    self.cut(key.span().start, value.span().end);
                }
            }
        }
    }

    /// Leaves a member's text out, and the rest of its lines where nothing else stands on them.
    fn cut(&mut self, start: usize, end: usize) {
        let bytes = self.from.text().as_bytes();
        let before = bytes.get(self.copied..start).unwrap_or_default();
        let indent = before.iter().rev().take_while(|byte| **byte == b' ').count();
        let start = match before.len().checked_sub(indent + 1).and_then(|at| before.get(at)) {
            Some(b'\n') | None => start - indent,
            Some(_) => start,
        };
        let behind = bytes.get(end..).unwrap_or_default();
        let blank = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\r' | b',')).count();
        let end = if behind.get(blank) == Some(&b'\n') { end + blank + 1 } else { end };
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
        let mut lines = LineCount::default();
        let items: Vec<_> = tree.documents().filter_map(|root| root.get("items")).collect();
        let items = items.iter().flat_map(|items| items.items());
        items.map(|item| tree.extract(item, &Skip::new(&UNREAD), &mut lines).unwrap()).collect()
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
    fn a_file_with_aliases_is_kept_as_it_is() {
        let tree = Tree::parse("items:\n- a: &x 1\n- a: *x\n").unwrap();
        let items = root(&tree).get("items").unwrap();
        let object = items.items().next().unwrap();
        assert!(tree.extract(object, &Skip::nothing(), &mut LineCount::default()).is_none());
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
