//! From the bytes of one document to the objects in it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::certificate::{self, Known};
use crate::coverage::State;
use crate::kinds::{self, unread};
use crate::piece::{ListPlace, Piece, Shape};
use crate::resource::{Document, Key, Kind, Resource};
use crate::source::Damage;
use crate::wanted::Wanted;
use crate::yaml::{Extracts, LineCount, NodeId, Skip, Spare, Tree, Value};

/// What is said of a file without the end of its last line.
const MID_LINE: &str = "it breaks off within a line";
/// What is said of a list without its end.
const HALF: &str = "it breaks off: its list does not say of what kind it is";

/// A document to be read.
pub(crate) struct Job {
    /// Its place in the stream.
    pub(crate) number: u64,
    pub(crate) root: Arc<str>,
    pub(crate) path: Arc<str>,
    pub(crate) place: ListPlace,
    pub(crate) bytes: Vec<u8>,
}

/// Reads one document into the pieces it holds.
pub(crate) fn read(job: Job, wanted: &Wanted, known: &Known, spare: &mut Spare) -> Vec<Piece> {
    let Job { number, root, path, place, bytes } = job;
    let is_wanted = match place.shape {
        Shape::List | Shape::Object => place.kind().is_some_and(|kind| wanted.kinds.contains(kind)),
        Shape::Loose | Shape::Special(_) => true,
    };
    if !is_wanted {
        let state = match place.shape {
            Shape::List => count_items(&bytes),
            _ => State::Collected(1),
        };
        spare.put_buffer(bytes);
        return vec![Piece::Counted { root, path, place, state }];
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let skip = match place.shape {
        Shape::Special(special) => unread::of_special(special),
        Shape::List | Shape::Object | Shape::Loose => unread::in_file(place.kind()),
    };
    let tree = match Tree::parse_in(spare, text, skip) {
        Ok(tree) => tree,
        Err(error) => return Piece::broken(root, path, place, error.to_string()),
    };
    if let Shape::Special(special) = place.shape {
        let copy = copy_of(&tree, skip);
        let document = Arc::new(Document { path, tree: copy.unwrap_or_else(|| tree.shrunk()) });
        return vec![Piece::Special { root, special, document }];
    }
    if place.shape == Shape::Object && is_cut(&tree) {
        return Piece::broken(root, path, place, MID_LINE.to_owned());
    }
    let of_place = place.kind();
    let (mut pieces, found) = objects(&root, &path, place, &tree);
    // What a path names is wanted, or the file would not have been read.
    let is_wanted = |kind| of_place == Some(kind) || wanted.kinds.contains(kind);
    let found = found.into_iter().filter(|(key, _)| is_wanted(key.kind)).collect();
    let found = unread::without_routine(found);
    let mut lines = LineCount::default();
    let held: Vec<_> = found
        .iter()
        .map(|(key, value)| {
            certificate::is_read(key.kind, &wanted.certificates)
                .then(|| certificate::held_by(key, *value, &tree, &mut lines, known))
        })
        .collect();
    let resources = match kept(&tree, &path, found, number, wanted) {
        Ok(resources) => {
            spare.put(tree);
            resources
        }
        Err(found) => {
            let document = Arc::new(Document { path, tree: tree.shrunk() });
            let resource = |(key, node, version)| {
                Resource::new(key, Arc::clone(&document), node, version, number)
            };
            found.into_iter().map(resource).collect()
        }
    };
    let holding = |(resource, held): (Resource, _)| resource.holding(held);
    let resources: Vec<_> = resources.into_iter().zip(held).map(holding).collect();
    if !resources.is_empty() {
        pieces.push(Piece::Objects { root, resources });
    }
    pieces
}

/// A file of one document without what nobody reads; None where it cannot be copied so.
fn copy_of(tree: &Tree, skip: &Skip) -> Option<Tree> {
    let mut documents = tree.documents();
    let only = documents.next().filter(|_| documents.next().is_none())?;
    tree.extract(only, skip, &mut Extracts::default())
}

/// Each object on its own, without what nobody reads; the same objects by their nodes where they
/// cannot be told from the rest of the file.
fn kept(
    tree: &Tree,
    path: &Arc<str>,
    found: Vec<(Key, Value<'_>)>,
    number: u64,
    wanted: &Wanted,
) -> Result<Vec<Resource>, Vec<(Key, NodeId, u64)>> {
    let mut extracts = Extracts::default();
    let copy = |(key, value): &(Key, Value<'_>)| {
        let tree = tree.extract(*value, unread::of_object(key, *value, wanted), &mut extracts)?;
        let document = Arc::new(Document { path: Arc::clone(path), tree });
        let node = document.tree.documents().next()?.node();
        Some(Resource::new(key.clone(), document, node, version_of(*value), number))
    };
    let copies: Option<Vec<_>> = found.iter().map(copy).collect();
    copies.ok_or_else(|| {
        let whole = |(key, value): (Key, Value<'_>)| (key, value.node(), version_of(value));
        found.into_iter().map(whole).collect()
    })
}

/// The version that the API server gave an object; 0 where it has none.
fn version_of(object: Value<'_>) -> u64 {
    object
        .text_at(&["metadata", "resourceVersion"])
        .and_then(|version| version.parse().ok())
        .unwrap_or(0)
}

/// Whether a YAML of a collector breaks off within a line. Such a half parses, and every field it
/// lost would count as absent; a half JSON does not parse.
fn is_cut(tree: &Tree) -> bool {
    !tree.text().ends_with('\n') && !is_json(tree)
}

fn is_json(tree: &Tree) -> bool {
    tree.text().trim_start().starts_with(['{', '['])
}

/// The objects of a document, and what its list says of its completeness.
fn objects<'t>(
    root: &Arc<str>,
    path: &Arc<str>,
    place: ListPlace,
    tree: &'t Tree,
) -> (Vec<Piece>, Vec<(Key, Value<'t>)>) {
    let mut pieces = Vec::new();
    let mut found = Vec::new();
    let mut state = None;
    let mut list_kind = place.kind();
    for value in tree.documents() {
        let kind_name = value.text_at(&["kind"]).unwrap_or_default();
        let version = value.text_at(&["apiVersion"]).unwrap_or_default();
        let items = value.get("items").filter(|items| items.is_sequence() || items.is_null());
        match items {
            Some(items) if kind_name.is_empty() || kind_name.ends_with("List") => {
                let of_items = kind_name
                    .strip_suffix("List")
                    .filter(|name| !name.is_empty())
                    .and_then(|name| kinds::by_manifest(&version, name));
                list_kind = list_kind.or(of_items);
                let before = found.len();
                for item in items.items() {
                    found.extend(key_of(item, list_kind, &place, found.last()));
                }
                // The kind is written behind the items, so half a file has none; but half a JSON
                // does not parse, and not every writer of JSON names the kind.
                let half = kind_name.is_empty() && !is_json(tree);
                if half {
                    // Its last item is the one that lost a part.
                    found.truncate(found.len().saturating_sub(1).max(before));
                    pieces.push(Piece::Damage(Damage { path: path.to_string(), why: HALF.into() }));
                }
                let cut = half
                    || value
                        .text_at(&["metadata", "continue"])
                        .is_some_and(|token| !token.is_empty());
                state = Some(match found.len() - before {
                    _ if is_of_another_kind(&kind_name, &place) => {
                        State::Damaged(format!("it holds a {kind_name}"))
                    }
                    _ if cut => State::Truncated,
                    0 if items.is_empty() => State::Empty,
                    0 => State::Damaged("none of its items can be read".to_owned()),
                    n => State::Collected(n),
                });
            }
            _ => found.extend(key_of(value, place.kind(), &place, found.last())),
        }
    }
    let path = Arc::clone(path);
    match (place.shape, state) {
        (Shape::List, Some(state)) => {
            pieces.push(Piece::Listed { root: Arc::clone(root), path, place, state });
        }
        (Shape::List, None) => {
            pieces.extend(Piece::broken(
                Arc::clone(root),
                path,
                place,
                "it holds no list".to_owned(),
            ));
        }
        // A loose list of cluster scope is every object there is; of namespaces nobody knows.
        (Shape::Loose, Some(state)) => {
            let first = found.first().map(|(key, _)| key.kind).or(list_kind);
            if let Some(kind) = first.filter(|kind| !kind.namespaced) {
                let place = ListPlace::list(kind.group, kind.plural, "");
                pieces.push(Piece::Listed { root: Arc::clone(root), path, place, state });
            }
        }
        _ => {}
    }
    (pieces, found)
}

/// Whether a list at this place names a kind that does not belong there.
fn is_of_another_kind(list: &str, place: &ListPlace) -> bool {
    let Some(kind) = place.kind().filter(|_| place.shape == Shape::List) else { return false };
    !matches!(list, "" | "List") && list.strip_suffix("List") != Some(kind.name)
}

/// The key of an object; `fallback` is the kind for items that do not say theirs, `before` the object
/// before, which most often is of the same namespace.
fn key_of<'t>(
    value: Value<'t>,
    fallback: Option<&'static Kind>,
    place: &ListPlace,
    before: Option<&(Key, Value<'_>)>,
) -> Option<(Key, Value<'t>)> {
    let name = value.text_at(&["metadata", "name"])?;
    let kind = match value.text_at(&["kind"]) {
        Some(kind) => match value.text_at(&["apiVersion"]) {
            Some(version) => fallback
                .filter(|known| known.is_called(&version, &kind))
                .or_else(|| kinds::by_manifest(&version, &kind)),
            None => fallback.or_else(|| kinds::by_bare_name(&kind)),
        },
        None => fallback,
    }?;
    let namespace = match value.text_at(&["metadata", "namespace"]) {
        _ if !kind.namespaced => Cow::Borrowed(""),
        Some(namespace) => namespace,
        None => Cow::Borrowed(&*place.namespace),
    };
    let namespace = match before {
        Some((key, _)) if *key.namespace == *namespace => Arc::clone(&key.namespace),
        _ => namespace.into(),
    };
    Some((Key { kind, namespace, name: name.into_owned().into() }, value))
}

/// Counts the items of a list that nobody wants to read: lines that begin with a dash at the
/// margin, which is how `oc` writes them.
fn count_items(bytes: &[u8]) -> State {
    let items = memchr::memmem::find_iter(bytes, b"\n- ").count();
    if items == 0 { State::Empty } else { State::Collected(items) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_of(text: &str) -> Option<State> {
        let wanted = Wanted::everything();
        let job = Job {
            number: 1,
            root: "".into(),
            path: "namespaces/x/core/configmaps.yaml".into(),
            place: ListPlace::list("", "configmaps", "x"),
            bytes: text.as_bytes().to_vec(),
        };
        read(job, &wanted, &Known::within(0), &mut Spare::default()).into_iter().find_map(|piece| {
            match piece {
                Piece::Listed { state, .. } | Piece::Broken { state, .. } => Some(state),
                _ => None,
            }
        })
    }

    #[test]
    fn half_a_list_proves_nothing() {
        let whole = "apiVersion: v1\nitems:\n- metadata:\n    name: a\nkind: ConfigMapList\n";
        assert_eq!(state_of(whole), Some(State::Collected(1)));
        let (half, _) = whole.split_once("kind").unwrap();
        assert_eq!(state_of(half), Some(State::Truncated));
        assert_eq!(state_of("apiVersion: v1\nitems:\n"), Some(State::Truncated));
        assert_eq!(state_of("items: []\nkind: ConfigMapList\n"), Some(State::Empty));
    }

    #[test]
    fn a_json_that_parses_is_whole() {
        let list = "{\"items\": [{\"metadata\": {\"name\": \"a\"}}]}";
        assert_eq!(state_of(list), Some(State::Collected(1)));
        assert!(matches!(state_of(list.trim_end_matches('}')), Some(State::Damaged(_))));
    }
}
