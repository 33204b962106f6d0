//! Snippets that are hard to parse, compared value by value with the library.

use proptest::prelude::*;
use serde_yaml::Value as Theirs;

use super::{Tree, compare, styles};

fn read(text: &str) -> Tree {
    Tree::parse(text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}

fn agrees(text: &str) -> Tree {
    let theirs: Theirs =
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("oracle: {error} in {text:?}"));
    let tree = read(text);
    match tree.documents().next() {
        Some(root) => assert_eq!(compare::difference(root, &theirs), None, "in {text:?}"),
        None => assert_eq!(theirs, Theirs::Null, "in {text:?}"),
    }
    assert!(tree.documents().count() <= 1, "in {text:?}");
    tree
}

const NATIVE: &[&str] = &[
    // No content.
    "",
    "\n\n",
    "# only a comment",
    "---\n",
    "--- # comment\n...\n",
    "~",
    // Scalars as roots.
    "plain",
    "plain\nover\n\n lines\n",
    "--- text",
    "--- |\n literal\n",
    "--- >-\n  folded\n  text\n",
    "'single'\n",
    "\"double\\n\"",
    "42",
    // Indentation of sequences.
    "a:\n- x\n- y\nb: 1\n",
    "a:\n  - x\n  - y\nb: 1\n",
    "a:\n-\n  k: v\n-\n- z\n",
    "a:\n- k: v\n  l:\n  - m: 1\n    n: 2\n  - o\nb: {}\n",
    "- - - x\n    - y\n  - z\n-   - w\n",
    "-   a: 1\n    b: 2\n-  - 3\n",
    "- a:\n  - 1\n  b:\n    - 2\n",
    "a:\n  b:\n    c: 1\nd: 2\n",
    "a:\n\n\n  b: 1\n\n  # comment\n\n  c: 2\n",
    // Absent values.
    "a:\nb:\nc: ~\nd: null\ne: \"null\"\nf: ''\ng: Null\nh: NULL\ni: nuLL\n",
    "- \n-\n- ~\n- # comment\n- x\n",
    "a: # comment\n  b # comment\nc: d#e\nf: '#'\ng: # x\n",
    "a:\n  b:\nc:\n",
    "a:",
    // Words that are not numbers, and numbers.
    "a: 1e685\nb: =\nc: 2024-01-01\nd: 0x1f\ne: 010\nf: yes\ng: 2026-10-02T03:04:05Z\nh: 1_000\n",
    "a: -1\nb: +1\nc: 1.5\nd: .5\ne: 1e3\nf: 18446744073709551615\ng: -9223372036854775808\n",
    "a: .inf\nb: -.inf\nc: .nan\nd: inf\ne: nan\nf: Infinity\ng: 0o17\nh: 0b11\ni: -0x1f\nj: 0xzz\n",
    "a: true\nb: True\nc: FALSE\nd: 'true'\ne: tRue\nf: on\ng: n\nh: \"1\"\n",
    "a: 1.0.0\nb: 10.0.0.1\nc: 1:30\nd: 4Gi\ne: 100m\nf: --flag\ng: ->\nh: 0\ni: -0\nj: 00\n",
    // Plain scalars with indicators inside.
    "a: b:c\nd: http://x/y?z=1&w=[2]#3\ne: a,b\nf: {}\ng: []\nh: a - b\ni: a ? b\nj: -x\nk: ?x\nl: :x\n",
    "a: it's \"so\"\nb: x!y@z%w`v|u>t*s\nc: a]b}c\nd: \\n\n",
    "k:{\"type\":\"Available\"}: 1\nf:metadata: {}\n.: {}\n\"*\": 1\n",
    // Plain scalars over lines.
    "a: one\n  two\n\n  three\n  \n\n  four # comment\nb: 1\n",
    "a:\n  one\n  two\nb:\n    three\n  four\n",
    "- one\n  two\n- three\n four\n",
    "a:\n- one two\n  three\n- four\n",
    "a: x\n  - y\n  - z\n",
    "a: b \t \n  c\t\n",
    // Single quotes.
    "a: 'it''s'\nb: ''''\nc: '''a'''\nd: 'x: y # z'\ne: 'a\n  b\n\n\n  c '\n",
    "a: 'one \n   two'\nb: '\n  x\n  '\nc: ' a'\n",
    // Double quotes.
    "a: \"x\\ty\\n\\\"z\\\"\\\\\"\nb: \"\\x41\\u00e9\\U0001F600\\0\\a\\b\\v\\f\\r\\e\\ \\/\\N\\_\\L\\P\"\n",
    "a: \"one\n  two\n\n  three\"\nb: \"one \\\n  two\"\nc: \"one\\\n  \\  two\"\nd: \"a\\tb\\t\n  c\"\n",
    "a: \"x\\\n\n\n  y\"\nb: \"\n\n  x\n\n\"\nc: \"\\\n  \"\nd: \"a  \n  b\"\n",
    // Quoted keys.
    "\"a b\": 1\n'c': 2\n\"d\\n\":\n  e: 3\n'f''g' : 4\n\"*\": [\"*\"]\n",
    "- \"a\": 1\n  \"b\": 2\n- 'c'\n- \"d\" # comment\n",
    // Literal blocks.
    "a: |\n  one\n   two\n\n  three\nb: 1\n",
    "a: |-\n  one\n  two\n\n\nb: |+\n  one\n\n\nc: |\n  one\n\n\n",
    "a: |2\n    indented\n  not\nb: |2-\n    x\nc: |-2\n    y\nd: |+1\n  z\n\n",
    "a: |\n\n\n  late\nb: |-\n\n  late\nc: |\n\nd: |-\n\ne: |+\n\n\nf: x\n",
    "- |\n  item\n- |-\n  item\n-   |\n    deep\n- k: |\n    v\n  l: |\n   w\n",
    "a:\n- |\n  same column\n- >-\n  x\n  y\nb: |\n # not a comment\n x: y\n - z\n",
    "a: |\n  no end of line",
    "a: |+\n  no end of line",
    "a: |",
    "a: |+",
    "a: |+\n\n",
    "a: |\n  x\n   \n    \n  y\n  ",
    "a: | # comment\n  x\nb: |-   \n  y\n",
    "a: |\n  tab\tinside\n  \tand in front\n",
    "a: |\n  x\n# comment\nb: |\n  y\n # comment\n",
    "|\n a\n",
    "- - |\n    x\n  - |-\n    y\n",
    // Folded blocks.
    "a: >\n  one\n  two\n\n  three\n\n\n  four\n    more\n    more\n  back\n\n\nb: 1\n",
    "a: >-\n  one\n   two\n  three\n\n   four\n\n  five\n",
    "a: >+\n\n  one\n\n  two\n\n\nb: >\n\n\nc: >+\n\n\nd: >2-\n   x\n  y\n",
    "a: >\n  x\n  \ty\n  z\n",
    "a: >+\n  one",
    "a: >-\n  one line\n",
    "a: >\n  one line\n",
    // Explicit keys.
    "? k:{\"very\":\"long\"}\n: .: {}\n  f:x: {}\n? \"two\"\n: 2\nc: 3\n",
    "a:\n  ? x\n  :\n    y: 1\n  ? z\n  : - 1\n    - 2\nb:\n  c",
    // Flow collections.
    "a: [1, two, 'three', \"four\"]\nb: {c: 1, \"d\": 2, 'e': [x, {y: z}]}\n",
    "a: [\n  x,\n  y, # comment\n  z\n]\nb: {\n  c: 1,\n}\n",
    "a: [ ]\nb: { }\nc: [[], {}, [[]]]\nd: [a b, c d ]\ne: {f, g: , h: ~}\n",
    "a: {\"b\":1,\"c\":[2,3],\"d\":\"x\"}\n",
    "[a, b]",
    "{a: b}\n",
    "--- [a, b]\n",
    "- [a]\n- {b: c}\n- []\n",
    "a: [http://x, a:b, -1, -x, x#y]\n",
    "a: ['it''s', \"a\\\"b\", 'x, y', \"]\"]\n",
    "a: [\"one\n  two\", 'three\n  four']\n",
    // Anchors and aliases.
    "a: &x 1\nb: *x\nc: &y\n  d: 2\n  e: *x\nf: *y\ng: [*x, *y]\nh: &z [1, 2]\ni: *z\n",
    "- &a x\n- *a\n- &b\n  k: v\n- *b\n- &c |\n  text\n- *c\n",
    "a: &n\nb: *n\nc: &l\n- 1\nd: *l\n",
    "base: &base\n  x: 1\nother:\n  <<: *base\n  y: 2\n",
    // Line ends and other bytes.
    "a: 1\r\nb:\r\n- x\r\n- 'y\r\n  z'\r\nc: |\r\n  one\r\n  two\r\nd: >\r\n  one\r\n  two\r\n\r\ne: x\r\n  y\r\n",
    "a: |-\r\n  one\r\nb: |\r\n  one\r\n\r\nc: \"x\\\r\n  y\"\r\n",
    "\u{feff}a: 1\n",
    "é: ü\n\"日本\": '語'\n",
    "a: x\u{a0}y\nb: \u{1f600}\nc: \u{a0}\n",
    "a:\tb\nc: \td\t\n",
];

/// Texts that are not YAML.
const MALFORMED: &[&str] = &[
    "a: 'x",
    "a: \"x",
    "a: \"x\\",
    "a: 'x\n---\nb: y'\n",
    "a: [1, 2",
    "a: {b: 1",
    "a: [1\n---\n",
    "a: b: c\n",
    "a: 1\n  b: 2\n",
    "a: 1\n b: 2\nc: 3\n",
    "  a: 1\nb: 2\n",
    "a:\n  - 1\n b: 2\n",
    "- 1\na: 2\n",
    "a: 1\n- 2\n",
    "a: 'x' y\n",
    "a: \"\\q\"\n",
    "a: \"\\xZZ\"\n",
    "a: *nothing\n",
    "a: |x\n  y\n",
    "a: @x\n",
    "a: `x\n",
    "a: %x\n",
    "a\nb: c\n",
    "a: ]\n",
    "a: - b\n",
    "a: [a, b]]\n",
    ": x\n",
    "a: x\n# comment\n  y\n",
    "'a\n  b': c\n",
];

#[test]
fn machine_written_yaml_is_read_natively_as_by_the_library() {
    for text in NATIVE {
        assert!(!agrees(text).used_fallback(), "{text:?}");
    }
}

#[test]
fn handwritten_yaml_is_left_to_the_library() {
    for text in [
        "a: !!str 1\nb: !tag {c: 2}\n",
        "? [1, 2]\n: x\n",
        "? - 1\n: x\n",
        "&a key: 1\nother: *a\n",
        "a: [b: c]\n",
        "a: [x\n  y]\n",
        "a: [&x 1, *x]\n",
        "%YAML 1.1\n---\na: 1\n",
        "a: x\u{2028}  y\nb: 'x\u{85}  y'\n",
        "a:\n  b: |\n    x\u{2029}    y\n",
        "a: x\r  y\rb: z\r",
        "a: {{ template }}\n",
        // A byte order mark at the start of a line.
        "\n\u{feff}",
        "--- # c\n\u{feff}b: 2\n",
        "a: [\n\u{feff}b]\n",
    ] {
        assert!(agrees(text).used_fallback(), "{text:?}");
    }
}

#[test]
fn text_that_the_library_refuses_is_refused() {
    for text in MALFORMED {
        assert!(serde_yaml::from_str::<Theirs>(text).is_err(), "oracle reads {text:?}");
        assert!(Tree::parse(*text).is_err(), "{text:?}");
    }
}

fn is_read_natively(text: &str) -> bool {
    Tree::parse(text).is_ok_and(|tree| !tree.used_fallback())
}

#[test]
fn most_yaml_in_any_style_is_read_natively() {
    let mut dice = 1_u64;
    let texts: Vec<_> = std::iter::repeat_with(|| {
        let bytes = std::iter::repeat_with(|| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            dice.to_be_bytes()[0]
        });
        styles::write(&bytes.take(60).collect::<Vec<_>>())
    })
    .take(1_000)
    .collect();
    let read: Vec<_> = texts.iter().filter(|text| compare::documents(text).is_some()).collect();
    let native = read.iter().filter(|text| is_read_natively(text)).count();
    assert!(read.len() > 500, "{}", read.len());
    assert!(native > read.len() / 2, "{native} of {}", read.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_style_means_the_same_as_to_the_library(
        dice in proptest::collection::vec(any::<u8>(), 0..160)
    ) {
        prop_assert_eq!(compare::disagreement(&styles::write(&dice)), None);
    }
}
