//! Finds where a text means something else here than to the library.
//!
//! The fuzz targets include this file too, so it uses only the public API.

use serde::Deserialize as _;
use serde_yaml::{Deserializer, Value as Theirs};

use super::{Tree, Value, YamlError};

/// Documents with more aliases than this may be refused without the library.
const ALIASES: usize = 8;

/// The documents that are not empty, as the library reads them; None if it refuses one.
///
/// A byte order mark is removed first: libyaml counts it as a column, so a `---` after it would be
/// text.
pub(crate) fn documents(text: &str) -> Option<Vec<Theirs>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all: Result<Vec<_>, _> = Deserializer::from_str(text).map(Theirs::deserialize).collect();
    Some(all.ok()?.into_iter().filter(|root| !is_nothing(root)).collect())
}

/// Where a text that the library reads means something else here; None if the library refuses it.
pub(crate) fn disagreement(text: &str) -> Option<String> {
    if is_split_differently(text) || has_an_anchor_twice(text) {
        return None;
    }
    let theirs = documents(text)?;
    let tree = match Tree::parse(text) {
        Ok(tree) => tree,
        Err(error) if is_limit(&error, text) => return None,
        Err(error) => return Some(format!("{error} in {text:?}")),
    };
    let ours: Vec<_> = tree.documents().filter(|root| !root.is_null()).collect();
    if ours.len() != theirs.len() {
        return Some(format!("ours {ours:?}, theirs {theirs:?} in {text:?}"));
    }
    let found =
        ours.into_iter().zip(&theirs).find_map(|(ours, theirs)| difference(ours, theirs))?;
    Some(format!("{found} in {text:?}"))
}

/// Where a value differs from the library's; scalars are read as the type that the library chose.
pub(crate) fn difference(ours: Value<'_>, theirs: &Theirs) -> Option<String> {
    let same = match theirs {
        Theirs::Null => ours.is_null() && ours.text().is_none(),
        Theirs::Bool(truth) => ours.as_bool() == Some(*truth),
        Theirs::Number(number) => is_number(ours, number),
        Theirs::String(text) => ours.text().as_deref() == Some(text) && ours.as_bool().is_none(),
        Theirs::Tagged(tagged) => return difference(ours, &tagged.value),
        Theirs::Sequence(items) if ours.is_sequence() && ours.len() == items.len() => {
            return ours.items().zip(items).find_map(|(ours, theirs)| difference(ours, theirs));
        }
        Theirs::Mapping(members) if ours.is_mapping() && ours.len() == members.len() => {
            return ours.entries().zip(members).find_map(|((key, ours), (their_key, theirs))| {
                if is_key(&key, their_key) {
                    difference(ours, theirs)
                } else {
                    Some(format!("key {key:?}, theirs {their_key:?}"))
                }
            });
        }
        _ => false,
    };
    (!same).then(|| format!("ours {ours:?}, theirs {theirs:?}"))
}

/// Keys are text as written here; the library parses them as values too.
fn is_key(key: &str, theirs: &Theirs) -> bool {
    match theirs {
        Theirs::String(text) => text == key,
        Theirs::Null => matches!(key, "" | "~" | "null" | "Null" | "NULL"),
        Theirs::Bool(_) | Theirs::Number(_) => Tree::parse(key).is_ok_and(|tree| {
            tree.documents().next().is_some_and(|root| difference(root, theirs).is_none())
        }),
        // Machines never write such keys, and they have no text to compare.
        Theirs::Sequence(_) | Theirs::Mapping(_) | Theirs::Tagged(_) => true,
    }
}

fn is_number(ours: Value<'_>, number: &serde_yaml::Number) -> bool {
    if let Some(theirs) = number.as_u64() {
        ours.as_u64() == Some(theirs)
    } else if let Some(theirs) = number.as_i64() {
        ours.as_i64() == Some(theirs)
    } else {
        let theirs = number.as_f64();
        ours.as_f64().zip(theirs).is_some_and(|(ours, theirs)| ours.total_cmp(&theirs).is_eq())
    }
}

fn is_nothing(value: &Theirs) -> bool {
    match value {
        Theirs::Tagged(tagged) => is_nothing(&tagged.value),
        other => other.is_null(),
    }
}

/// True for an intended refusal: depth, size and aliases are limited here, whatever the library
/// does.
fn is_limit(error: &YamlError, text: &str) -> bool {
    match error {
        YamlError::TooDeep { .. } | YamlError::TooMany { .. } | YamlError::TooLarge => true,
        YamlError::Syntax { .. } => text.contains('&') && text.matches('*').count() > ALIASES,
    }
}

/// True if unusual line ends or directives make the library see other documents.
///
/// JSON, which is tried first, treats such line ends as ordinary characters. Documents are split
/// before the library reads them, at markers that it may see within a document.
fn is_split_differently(text: &str) -> bool {
    let is_json = text
        .trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t', '\u{c}'])
        .starts_with(['{', '[']);
    let has_marker = ["---", "..."].iter().any(|marker| text.contains(marker));
    let is_unusual = |c: char| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\r');
    let has_unusual_line_ends = text.replace("\r\n", "\n").contains(is_unusual);
    let has_directive = text.lines().any(|line| line.starts_with('%'));
    (has_unusual_line_ends && (is_json || has_marker)) || (has_directive && has_marker)
}

/// True if the library mixes up anchors: it numbers them by how many names there are.
fn has_an_anchor_twice(text: &str) -> bool {
    let ends_name = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    let mut names: Vec<_> =
        text.split('&').skip(1).map(|rest| rest.split(ends_name).next()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    text.contains('*') && names.len() < all
}
