//! Objects that are copied out of their file: text, lines, gaps, pruned values.

use proptest::prelude::*;

use super::{Extractor, Pruned, Skip, Tree, Value};

const PRUNED: [Pruned; 2] =
    [Pruned::Value(&["metadata", "managedFields"]), Pruned::AllBut(&["data"], &["kept"])];

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

/// Every object of a text on its own; pruned while reading, or only while copying.
fn extract(text: &str, read: &Skip) -> Vec<Tree> {
    let tree = Tree::parse_skipping(text.to_owned(), read).unwrap();
    let mut extractor = Extractor::default();
    let items: Vec<_> = tree.documents().filter_map(|root| root.get("items")).collect();
    let items = items.iter().flat_map(|items| items.items());
    items.map(|item| tree.extract(item, &Skip::new(&PRUNED), &mut extractor).unwrap()).collect()
}

fn root(tree: &Tree) -> Value<'_> {
    tree.documents().next().unwrap()
}

#[test]
fn an_object_is_stored_without_pruned_parts() {
    for read in [Skip::nothing(), Skip::new(&PRUNED)] {
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
fn an_offset_has_its_line_in_the_file() {
    let line_of = |words: &str| {
        1 + LIST.get(..LIST.find(words).unwrap()).unwrap().matches('\n').count() as u64
    };
    for read in [Skip::nothing(), Skip::new(&PRUNED)] {
        let found = extract(LIST, &read);
        let at = |tree: &Tree, path: &[&str]| tree.line(root(tree).at(path).unwrap().span().start);
        assert_eq!(at(&found[0], &["data", "kept"]), line_of("kept"));
        assert_eq!(at(&found[0], &["metadata", "name"]), line_of("name: a"));
        assert_eq!(at(&found[1], &["metadata", "name"]), line_of("name: b"));
        assert_eq!(at(&found[1], &["status"]), line_of("status: done"));
    }
}

#[test]
fn the_lines_of_many_offsets_are_those_of_each() {
    let file = Tree::parse(LIST).unwrap();
    for tree in extract(LIST, &Skip::nothing()).iter().chain([&file]) {
        let offsets = (0..tree.text().len() + 3).flat_map(|at| [at, at]);
        let each: Vec<_> = offsets.clone().map(|at| tree.line(at)).collect();
        assert_eq!(tree.lines(offsets), each);
    }
}

#[test]
fn lines_end_at_a_gap() {
    let found = extract(LIST, &Skip::nothing());
    let data = root(&found[0]).get("data").unwrap();
    let lines = found[0].lines_from(data.span().start);
    assert_eq!((lines.number, lines.is_cut), (4, true));
    assert_eq!(lines.text, "    kept: |\n      one\n      two\n");
}

#[test]
fn objects_on_one_line_share_no_text() {
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
    let pruned = Skip::new(&[Pruned::Value(&["data"]), Pruned::AllBut(&["list"], &[])]);
    let tree = Tree::parse(text).unwrap();
    let item = root(&tree).get("items").unwrap().items().next().unwrap();
    let copy = tree.extract(item, &pruned, &mut Extractor::default()).unwrap();
    assert_eq!(copy.text(), "  list:\n    - z\n");
    let list = root(&copy).get("list").unwrap().items().next().unwrap();
    let kept = list.items().last().unwrap();
    assert_eq!((copy.line(kept.span().start), copy.line(root(&copy).span().start)), (7, 4));
}

#[test]
fn a_file_with_aliases_is_stored_as_it_is() {
    let tree = Tree::parse("items:\n- a: &x 1\n- a: *x\n").unwrap();
    let items = root(&tree).get("items").unwrap();
    let object = items.items().next().unwrap();
    assert!(tree.extract(object, &Skip::nothing(), &mut Extractor::default()).is_none());
}

/// Trees as YAML in block style, with pruned names among the keys.
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
    /// Pruning while reading or only while copying leaves the same, and what is left equals what
    /// reading everything gives.
    #[test]
    fn the_rest_is_the_same(items in prop::collection::vec(mapping(), 1..4)) {
        let items = serde_yaml::to_string(&items).unwrap();
        let text = format!("items:\n{items}");
        let read_all = extract(&text, &Skip::nothing());
        let read_some = extract(&text, &Skip::new(&PRUNED));
        prop_assert_eq!(read_all.len(), read_some.len());
        for (one, other) in read_all.iter().zip(&read_some) {
            let (one, other) = (root(one), root(other));
            prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
        }
        let file = Tree::parse(text).unwrap();
        let list = root(&file).get("items").unwrap();
        for (left, all) in read_all.iter().zip(list.items()) {
            prop_assert!(is_left_of(root(left), all), "{:?} of {all:?}", root(left));
        }
    }
}

/// Every key and scalar of a value with its line in the file, in order.
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
        let file = Tree::parse(text.as_str()).unwrap();
        let list = root(&file).get("items").unwrap();
        for (copy, object) in extract(&text, &Skip::nothing()).iter().zip(list.items()) {
            let mut all = words(&file, object).into_iter();
            for word in words(copy, root(copy)) {
                prop_assert!(all.any(|other| other == word), "{word:?}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "managedFields")]
fn reading_an_omitted_key_panics_in_tests() {
    let found = extract(LIST, &Skip::nothing());
    let _ = root(&found[0]).at(&["metadata", "managedFields"]);
}

/// Whether both hold the same, except for the members omitted on the left.
fn is_left_of(left: Value<'_>, all: Value<'_>) -> bool {
    let is_omitted = |key: &str| !left.entries().any(|(known, _)| known == key);
    left.text() == all.text()
        && left.is_mapping() == all.is_mapping()
        && left.items().count() == all.items().count()
        && left.items().zip(all.items()).all(|(left, all)| is_left_of(left, all))
        && all.entries().all(|(key, all)| {
            let mut kept = left.entries().filter(|(known, _)| *known == key);
            is_omitted(&key) || kept.any(|(_, left)| is_left_of(left, all))
        })
}
