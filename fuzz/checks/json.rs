//! JSON objects and arrays, one or several in a row: our own reader reads what `serde_json` reads,
//! with the same result.

use mustknow_yaml::{Tree, Value};
use serde_json::{Deserializer, Value as Theirs};

/// Checks one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A text that starts otherwise is read as YAML.
    if !text.trim_start_matches([' ', '\n', '\r', '\t']).starts_with(['{', '[']) {
        return;
    }
    let all: Result<Vec<Theirs>, _> = Deserializer::from_str(text).into_iter().collect();
    let Ok(theirs) = all else { return };
    let tree = Tree::parse(text).expect("serde_json reads this text");
    assert!(!tree.used_fallback());
    let ours: Vec<_> = tree.documents().collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(&theirs) {
        compare(ours, theirs);
    }
}

fn compare(ours: Value<'_>, theirs: &Theirs) {
    match theirs {
        Theirs::Null => assert!(ours.is_null()),
        Theirs::Bool(truth) => assert_eq!(ours.as_bool(), Some(*truth)),
        Theirs::Number(number) if number.is_u64() => assert_eq!(ours.as_u64(), number.as_u64()),
        Theirs::Number(number) if number.is_i64() => assert_eq!(ours.as_i64(), number.as_i64()),
        Theirs::Number(number) => {
            assert_eq!(ours.as_f64().map(f64::to_bits), number.as_f64().map(f64::to_bits));
        }
        Theirs::String(text) => {
            assert_eq!(ours.text().as_deref(), Some(&**text));
            assert_eq!((ours.as_bool(), ours.is_null()), (None, false));
        }
        Theirs::Array(items) => {
            assert!(ours.is_sequence());
            assert_eq!(ours.len(), items.len());
            ours.items().zip(items).for_each(|(ours, theirs)| compare(ours, theirs));
        }
        Theirs::Object(members) => {
            assert!(ours.is_mapping());
            // Our tree keeps all members with the same key; the last one counts on both sides.
            assert!(ours.entries().all(|(key, _)| members.contains_key(&*key)));
            for (key, theirs) in members {
                compare(ours.get(key).expect("a member that serde_json sees"), theirs);
            }
        }
    }
}
