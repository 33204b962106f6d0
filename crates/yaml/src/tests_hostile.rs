//! Texts from strangers: soup, cuts, bombs, depth, odd bytes. Nothing may panic, hang or lie about spans.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::tests_oracle::compare;
use super::{Tree, Value, YamlError};

mod visit;

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

fn survives(text: &str) -> Result<Tree, YamlError> {
    let started = Instant::now();
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
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    result
}

#[test]
fn more_values_than_are_borne_are_refused_and_as_many_are_read() {
    const MOST: usize = 4 << 20;
    for (begin, value, end) in
        [("[0", ",0", "]"), ("a:\n", "-\n", ""), ("", "{}\n", ""), ("- [a", ",a", "]")]
    {
        let text = |values: usize| format!("{begin}{}{end}", value.repeat(values));
        assert!(survives(&text(MOST - 10)).is_ok(), "{value}");
        let refused = survives(&text(MOST + 10));
        assert!(matches!(refused, Err(YamlError::TooMany { .. })), "{value}");
    }
}

fn is_too_deep(text: &str) -> bool {
    matches!(survives(text), Err(YamlError::TooDeep { .. }))
}

/// Where a text that survives means something else than to the library.
fn disagreement(text: &str) -> Option<String> {
    let _ = survives(text);
    compare::disagreement(text)
}

/// Mappings in mappings, each on its own line and one column deeper.
fn stairs(levels: usize) -> String {
    let mut text = String::new();
    for depth in 0..levels {
        writeln!(text, "{:depth$}a:", "").unwrap();
    }
    text
}

/// A billion laughs: every level names the one before it ten times.
fn bomb(levels: usize, flow: bool) -> String {
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
fn reads_the_pod_that_the_cuts_are_made_of() {
    let tree = survives(POD).unwrap();
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
fn survives_a_cut_at_every_byte() {
    for end in (0..POD.len()).filter(|&end| POD.is_char_boundary(end)) {
        let (before, behind) = POD.split_at(end);
        let _ = survives(before);
        let _ = survives(behind);
    }
}

#[test]
fn says_too_deep_before_the_stack_or_the_clock_runs_out() {
    assert!(is_too_deep(&"[".repeat(100_000)));
    assert!(is_too_deep(&"{\"a\":".repeat(100_000)));
    assert!(is_too_deep(&"{a: ".repeat(100_000)));
    assert!(is_too_deep(&"- ".repeat(100_000)));
    assert!(is_too_deep(&format!("a: {}", "[".repeat(100_000))));
    assert!(is_too_deep(&"? ".repeat(100_000)) || survives(&"? ".repeat(100_000)).is_err());
    assert!(is_too_deep(&stairs(1_500)));
}

#[test]
fn guards_the_library_from_depth_behind_a_tag() {
    for nest in ["[", "{a: ", "[!x ", "\"]\", [", "[#]\n", "['{', "] {
        assert!(survives(&format!("a: !tag x\nb: {}", nest.repeat(100_000))).is_err());
    }
    assert!(is_too_deep(&format!("!tag\n{}", "- ".repeat(100_000))));
    assert!(is_too_deep(&format!("x: !tag y\n{}", stairs(1_000))));
}

#[test]
fn reads_as_deep_as_two_hundred_levels() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(survives(&nested(200)).is_ok());
    assert!(is_too_deep(&nested(201)));
    assert!(survives(&format!("x: {}", nested(199))).is_ok());
    assert!(survives(&stairs(200)).is_ok());
}

#[test]
fn no_alias_bomb_goes_off_in_either_reader() {
    for flow in [true, false] {
        assert!(survives(&bomb(4, flow)).is_ok());
        assert!(matches!(survives(&bomb(30, flow)), Err(YamlError::Syntax { .. })));
        let tagged = format!("{}\nx: !tag y\n", bomb(30, flow));
        assert!(matches!(survives(&tagged), Err(YamlError::Syntax { .. })));
    }
    // Wide instead of deep: as many aliases of as long a list.
    let list = "- x\n".repeat(5_000);
    let wide = format!("a: &a\n{list}b:\n{}", "- *a\n".repeat(5_000));
    assert!(matches!(survives(&wide), Err(YamlError::Syntax { .. })));
    assert!(survives(&format!("{wide}c: !tag x\n")).is_err());
    assert!(survives("a: &a [*a]\n").is_err());
    assert!(survives("a: &a\n  b: *a\n").is_err());
}

#[test]
fn text_with_control_characters_is_read() {
    let tree = survives("a: x\0y\u{7}\nb: |\n  \u{1b}[31mred\n  \0\n").unwrap();
    let root = tree.documents().next().unwrap();
    assert_eq!(root.get("a").unwrap().text().as_deref(), Some("x\0y\u{7}"));
    assert_eq!(root.get("b").unwrap().text().as_deref(), Some("\u{1b}[31mred\n\0\n"));
}

#[test]
fn a_redacted_value_does_not_cost_the_file() {
    let text = "a: ***HIDDEN***\n***HIDDEN***: ***HIDDEN***:10000\nb: [***HIDDEN***]\n";
    let tree = survives(text).unwrap();
    let root = tree.documents().next().unwrap();
    assert_eq!(root.text_at(&["a"]).as_deref(), Some("***HIDDEN***"));
    assert_eq!(root.text_at(&["***HIDDEN***"]).as_deref(), Some("***HIDDEN***:10000"));
    assert_eq!(root.get("b").unwrap().items().next().unwrap().text().unwrap(), "***HIDDEN***");
}

#[test]
fn says_where_malformed_text_stops_making_sense() {
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

fn soup() -> impl Strategy<Value = String> {
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
        let _ = survives(&text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn soup_means_what_the_library_says_it_means(text in soup()) {
        prop_assert_eq!(disagreement(&text), None);
    }

    #[test]
    fn a_pod_with_soup_in_it_means_what_the_library_says_it_means(
        (at, cut, text) in (0..POD.len(), 0..6_usize, soup())
    ) {
        let behind = (at + cut).min(POD.len());
        prop_assume!(POD.is_char_boundary(at) && POD.is_char_boundary(behind));
        let (before, behind) = (POD.split_at(at).0, POD.split_at(behind).1);
        prop_assert_eq!(disagreement(&format!("{before}{text}{behind}")), None);
    }
}
