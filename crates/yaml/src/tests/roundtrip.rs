//! Random Kubernetes-like values are written in every way that machines write, and read back
//! unchanged.

use proptest::prelude::*;
use serde_yaml::Value as Theirs;

use super::Tree;
use super::compare::difference;
use super::go_yaml::GoYaml;

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zA-Z0-9./_=+-]{1,12}",
        1 => proptest::sample::select(vec![
            "#", ":", "-", "'", "\"", "\\", "a:", ":b", "#c", "{", "}", "[", "]", ",", "*", "&x", "!t",
            "|", ">", "%", "@", "`", "?", "é", "日本", "\u{1f600}", "", "\t", "\u{1b}[0m", "\u{a0}",
            "1e685", "=", "010", "yes", "null", "~", "true", "0x1f", "2024-01-01", "---", "...",
        ]).prop_map(str::to_owned),
    ];
    let space = prop_oneof![8 => Just(" "), 1 => Just("\n"), 1 => Just("  "), 1 => Just("\n\n"), 1 => Just("")];
    let words = proptest::collection::vec((word, space), 0..24).prop_map(|words| {
        words.into_iter().flat_map(|(word, space)| [word, space.to_owned()]).collect()
    });
    prop_oneof![6 => words, 1 => any::<String>()]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z][a-zA-Z.]{0,12}",
        2 => "(f:|k:|\\.|\\*)[a-z{}\":]{0,8}",
        1 => "[a-z\":{} ]{120,150}",
        2 => text(),
    ]
}

fn leaf() -> impl Strategy<Value = Theirs> {
    prop_oneof![
        1 => Just(Theirs::Null),
        1 => any::<bool>().prop_map(Theirs::from),
        1 => any::<u64>().prop_map(Theirs::from),
        1 => any::<i64>().prop_map(Theirs::from),
        1 => proptest::num::f64::NORMAL.prop_map(Theirs::from),
        8 => text().prop_map(Theirs::from),
    ]
}

fn value() -> impl Strategy<Value = Theirs> {
    leaf().prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Theirs::Sequence),
            proptest::collection::vec((key().prop_map(Theirs::from), inner), 0..6)
                .prop_map(|members| Theirs::Mapping(members.into_iter().collect())),
        ]
    })
}

fn lost(text: &str, value: &Theirs, is_native: bool) -> Option<String> {
    let tree = match Tree::parse(text) {
        Ok(tree) => tree,
        Err(error) => return Some(format!("{error} in\n{text}")),
    };
    if is_native && tree.used_fallback() {
        return Some(format!("left to the library:\n{text}"));
    }
    let Some(root) = tree.documents().next() else { return Some(format!("nothing in {text:?}")) };
    difference(root, value).map(|difference| format!("{difference} in\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_go_writes_is_read_back(value in value(), dice in any::<u64>()) {
        prop_assert_eq!(lost(&GoYaml::write(&value, dice), &value, true), None);
    }

    #[test]
    fn what_go_writes_is_read_back_from_windows(value in value(), dice in any::<u64>()) {
        let text = GoYaml::write(&value, dice).replace('\n', "\r\n");
        prop_assert_eq!(lost(&text, &value, true), None);
    }

    #[test]
    fn the_emitter_of_these_tests_writes_yaml(value in value(), dice in any::<u64>()) {
        let text = GoYaml::write(&value, dice);
        let theirs: Theirs = serde_yaml::from_str(&text).map_err(|error| {
            TestCaseError::fail(format!("{error} in\n{text}"))
        })?;
        prop_assert_eq!(theirs, value, "in\n{}", text);
    }

    #[test]
    fn what_the_library_writes_is_read_back(value in value()) {
        prop_assert_eq!(lost(&serde_yaml::to_string(&value).unwrap(), &value, false), None);
    }

    #[test]
    fn json_is_read_back(value in value()) {
        prop_assert_eq!(lost(&serde_json::to_string(&value).unwrap(), &value, true), None);
        prop_assert_eq!(lost(&serde_json::to_string_pretty(&value).unwrap(), &value, true), None);
    }
}
