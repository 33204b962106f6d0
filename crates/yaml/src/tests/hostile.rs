//! Hostile and broken texts: random fragments, truncation, alias bombs, deep nesting, unusual
//! bytes.
//!
//! Nothing may panic or return a span outside the text. Resource use is checked by counting nodes
//! and not by the clock.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{ParseBuffers, Skip, Tree, YamlError};
use super::{compare, visit};

const POD: &str = r#"---
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"v1","kind":"Pod"}
      note: 'it''s folded over
        two lines'
      ? a-key-that-is-longer-than-one-hundred-and-twenty-eight-characters
      : "x\ty\u00e9 \
        z"
    managedFields:
    - fieldsV1:
        f:status:
          k:{"type":"Ready"}:
            .: {}
    labels: {app: "é", tier: [a, 'b']}
  spec: &spec
    nodeName:
    args: ["--v=2", -x]
  status:
    message: >-
      back-off 5m0s
      restarting

    copy: *spec
    restartCount: 18446744073709551615
"#;

/// Parses a text and reads everything of the tree, or checks the offset of the error.
fn parse(text: &str) -> Result<Tree, YamlError> {
    let result = Tree::parse(text);
    match &result {
        Ok(tree) => visit::visit(tree),
        Err(
            YamlError::Syntax { offset, .. }
            | YamlError::TooDeep { offset }
            | YamlError::TooMany { offset },
        ) => {
            assert!(*offset <= text.len(), "{offset} of {}", text.len());
        }
        Err(YamlError::TooLarge) => panic!("{} bytes are not too large", text.len()),
    }
    result
}

#[test]
fn a_text_may_have_as_many_values_as_the_limit_and_no_more() {
    const LIMIT: usize = 1_000;
    for (start, value, end) in
        [("[0", ",0", "]"), ("a:\n", "-\n", ""), ("", "{}\n", ""), ("- [a", ",a", "]")]
    {
        let read = |values: usize| {
            let text = format!("{start}{}{end}", value.repeat(values));
            let mut buffers = ParseBuffers::with_max_nodes(LIMIT);
            Tree::parse_reusing(&mut buffers, text, &Skip::nothing())
        };
        visit::visit(&read(LIMIT - 10).unwrap());
        assert!(matches!(read(LIMIT + 10), Err(YamlError::TooMany { .. })), "{value}");
    }
}

#[test]
fn the_limit_of_values_holds_for_reused_buffers() {
    let mut buffers = ParseBuffers::with_max_nodes(10);
    let first = Tree::parse_reusing(&mut buffers, "[0]".into(), &Skip::nothing()).unwrap();
    buffers.put(first);
    let text = format!("[0{}]", ",0".repeat(20));
    let second = Tree::parse_reusing(&mut buffers, text, &Skip::nothing());
    assert!(matches!(second, Err(YamlError::TooMany { .. })));
}

fn is_too_deep(text: &str) -> bool {
    matches!(parse(text), Err(YamlError::TooDeep { .. }))
}

/// Where a text means something else than to the library.
fn disagreement(text: &str) -> Option<String> {
    let _ = parse(text);
    compare::disagreement(text)
}

/// Nested mappings, each on its own line and one column deeper.
fn nested_mappings(levels: usize) -> String {
    let mut text = String::new();
    for depth in 0..levels {
        writeln!(text, "{:depth$}a:", "").unwrap();
    }
    text
}

/// A billion laughs: every level names the one before it ten times.
fn alias_bomb(levels: usize, flow: bool) -> String {
    let mut text = "l0: &l0 [lol, lol]\n".to_owned();
    for level in 1..levels {
        let name = format!("*l{}", level - 1);
        if flow {
            writeln!(text, "l{level}: &l{level} [{}]", [name.as_str(); 10].join(", ")).unwrap();
        } else {
            writeln!(text, "l{level}: &l{level}").unwrap();
            for _ in 0..10 {
                writeln!(text, "- {name}").unwrap();
            }
        }
    }
    text
}

#[test]
fn the_pod_of_these_tests_is_read() {
    let tree = parse(POD).unwrap();
    let pod = tree.documents().next().unwrap().get("items").unwrap().items().next().unwrap();
    assert!(!tree.used_fallback());
    assert_eq!(
        pod.text_at(&["metadata", "annotations", "note"]).as_deref(),
        Some("it's folded over two lines")
    );
    assert_eq!(pod.text_at(&["status", "message"]).as_deref(), Some("back-off 5m0s restarting"));
    assert_eq!(pod.at(&["status", "restartCount"]).unwrap().as_u64(), Some(u64::MAX));
    assert_eq!(pod.at(&["status", "copy", "args"]).unwrap().len(), 2);
}

#[test]
fn a_text_cut_at_any_byte_causes_no_panic() {
    for end in (0..POD.len()).filter(|&end| POD.is_char_boundary(end)) {
        let (before, after) = POD.split_at(end);
        let _ = parse(before);
        let _ = parse(after);
    }
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    assert!(is_too_deep(&"[".repeat(100_000)));
    assert!(is_too_deep(&"{\"a\":".repeat(100_000)));
    assert!(is_too_deep(&"{a: ".repeat(100_000)));
    assert!(is_too_deep(&"- ".repeat(100_000)));
    assert!(is_too_deep(&format!("a: {}", "[".repeat(100_000))));
    assert!(is_too_deep(&"? ".repeat(100_000)) || parse(&"? ".repeat(100_000)).is_err());
    assert!(is_too_deep(&nested_mappings(1_500)));
}

#[test]
fn deep_nesting_after_a_tag_does_not_reach_the_library() {
    for nest in ["[", "{a: ", "[!x ", "\"]\", [", "[#]\n", "['{', "] {
        assert!(parse(&format!("a: !tag x\nb: {}", nest.repeat(100_000))).is_err());
    }
    assert!(is_too_deep(&format!("!tag\n{}", "- ".repeat(100_000))));
    assert!(is_too_deep(&format!("x: !tag y\n{}", nested_mappings(1_000))));
}

#[test]
fn two_hundred_levels_are_read() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(200)).is_ok());
    assert!(is_too_deep(&nested(201)));
    assert!(parse(&format!("x: {}", nested(199))).is_ok());
    assert!(parse(&nested_mappings(200)).is_ok());
}

#[test]
fn alias_bombs_are_refused_by_both_readers() {
    for flow in [true, false] {
        assert!(parse(&alias_bomb(4, flow)).is_ok());
        assert!(matches!(parse(&alias_bomb(30, flow)), Err(YamlError::Syntax { .. })));
        let tagged = format!("{}\nx: !tag y\n", alias_bomb(30, flow));
        assert!(matches!(parse(&tagged), Err(YamlError::Syntax { .. })));
    }
    // Wide instead of deep: many aliases of a long list.
    let list = "- x\n".repeat(5_000);
    let wide = format!("a: &a\n{list}b:\n{}", "- *a\n".repeat(5_000));
    assert!(matches!(parse(&wide), Err(YamlError::Syntax { .. })));
    assert!(parse(&format!("{wide}c: !tag x\n")).is_err());
    assert!(parse("a: &a [*a]\n").is_err());
    assert!(parse("a: &a\n  b: *a\n").is_err());
}

#[test]
fn text_with_control_characters_is_read() {
    let tree = parse("a: x\0y\u{7}\nb: |\n  \u{1b}[31mred\n  \0\n").unwrap();
    let root = tree.documents().next().unwrap();
    assert_eq!(root.get("a").unwrap().text().as_deref(), Some("x\0y\u{7}"));
    assert_eq!(root.get("b").unwrap().text().as_deref(), Some("\u{1b}[31mred\n\0\n"));
}

#[test]
fn a_redacted_value_does_not_lose_the_file() {
    let text = "a: ***HIDDEN***\n***HIDDEN***: ***HIDDEN***:10000\nb: [***HIDDEN***]\n";
    let tree = parse(text).unwrap();
    let root = tree.documents().next().unwrap();
    assert_eq!(root.text_at(&["a"]).as_deref(), Some("***HIDDEN***"));
    assert_eq!(root.text_at(&["***HIDDEN***"]).as_deref(), Some("***HIDDEN***:10000"));
    assert_eq!(root.get("b").unwrap().items().next().unwrap().text().unwrap(), "***HIDDEN***");
}

#[test]
fn errors_point_to_where_the_text_is_malformed() {
    let at = |text: &str| match Tree::parse(text) {
        Err(YamlError::Syntax { offset, .. }) => offset,
        other => panic!("{other:?}"),
    };
    assert_eq!(at("a: 1\nb: 'never closed\n"), 8);
    assert_eq!(at("é: [1,\n"), 4);
    assert_eq!(at("a: é\nb: @x\n"), 9);
    assert_eq!(at("{\"a\": [1, 2"), 11);
    assert_eq!(at("{\"a\": \"never closed"), 6);
}

fn fragments() -> impl Strategy<Value = String> {
    let words: &[&str] = &[
        "- ", ": ", ":", "\n", "\n  ", "\n    ", "\n- ", " ", "  ", "\"", "'", "''", "|", ">",
        "|-\n  ", ">+\n ", "[", "]", "{", "}", ", ", "#", " #", "&a ", "*a", "!t ", "\t", "\r\n",
        "\r", "é", "\u{2028}", "a", "b: ", "key:", "0", "true", "~", "\n---\n", "\n...\n", "? ",
        "%", "\\", "\\n", "\0", "\\u12", "日", "***",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..24)
        .prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn fragments_mean_the_same_as_to_the_library(text in fragments()) {
        prop_assert_eq!(disagreement(&text), None);
    }

    #[test]
    fn a_pod_with_fragments_in_it_means_the_same_as_to_the_library(
        (at, cut, text) in (0..POD.len(), 0..6_usize, fragments())
    ) {
        let after = (at + cut).min(POD.len());
        prop_assume!(POD.is_char_boundary(at) && POD.is_char_boundary(after));
        let (before, after) = (POD.split_at(at).0, POD.split_at(after).1);
        prop_assert_eq!(disagreement(&format!("{before}{text}{after}")), None);
    }
}
