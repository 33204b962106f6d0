//! From a parsed document to the objects in it, and to what its lists say of their completeness.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use mustknow_archive::Damage;
use mustknow_yaml::{Tree, Value};

use crate::ingest::document::is_json;
use crate::merge::record::{ListPlace, ListShape, Record};
use crate::model::coverage::State;
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::{self, EVENT};
use crate::model::resource::Key;

/// What is said of a list without its end.
const HALF: &str = "it breaks off: its list does not say of what kind it is";

/// What a document holds.
pub(crate) struct Objects<'t> {
    /// What it says besides its objects.
    pub(crate) records: Vec<Record>,
    /// The objects, in their order.
    pub(crate) found: Vec<(Key, Value<'t>)>,
}

/// A list in a document.
struct List {
    /// The kind as it calls it; empty where it does not.
    name: String,
    kind: Option<&'static Kind>,
    state: State,
    namespaces: BTreeSet<Arc<str>>,
}

impl<'t> Objects<'t> {
    /// What the document at `path` holds.
    pub(crate) fn of(root: &Arc<str>, path: &Arc<str>, place: &ListPlace, tree: &'t Tree) -> Self {
        let mut objects = Self { records: Vec::new(), found: Vec::new() };
        let mut lists = Vec::new();
        for value in tree.documents() {
            if let Some(items) = items_of(value) {
                lists.push(objects.list(path, place, value, items, tree));
            } else {
                let before = objects.found.last();
                objects.found.extend(key_of(value, place.kind(), place, before));
            }
        }
        objects.conclude(root, path, place, lists);
        objects
    }

    /// Takes the items of one list.
    fn list(
        &mut self,
        path: &Arc<str>,
        place: &ListPlace,
        value: Value<'t>,
        items: Value<'t>,
        tree: &Tree,
    ) -> List {
        let name = value.text_at(&["kind"]).unwrap_or_default();
        let version = value.text_at(&["apiVersion"]).unwrap_or_default();
        let of_items = name
            .strip_suffix("List")
            .filter(|name| !name.is_empty())
            .and_then(|name| kinds::by_manifest(&version, name));
        // What a list says of itself goes before what its place says of it.
        let of_place = place.kind().filter(|_| !is_of_another_kind(&name, place));
        let kind = of_place.or(of_items);
        let before = self.found.len();
        for item in items.items() {
            self.found.extend(key_of(item, kind, place, self.found.last()));
        }
        // The kind is written behind the items, so half a file has none; but half a JSON does not
        // parse, and not every writer of JSON names the kind. An array has none in any case.
        let half = if value.is_sequence() {
            !is_json(tree) && !tree.text().ends_with('\n')
        } else {
            name.is_empty() && !is_json(tree)
        };
        if half {
            // Its last item is the one that lost a part.
            self.found.truncate(self.found.len().saturating_sub(1).max(before));
            let why = HALF.to_owned();
            self.records.push(Record::Damage(Damage { path: path.to_string(), why }));
        }
        let goes_on =
            value.text_at(&["metadata", "continue"]).is_some_and(|token| !token.is_empty());
        let of_list = self.found.get(before..).unwrap_or_default();
        let state = match of_list.len() {
            _ if is_of_another_kind(&name, place) => State::Damaged(format!("it holds a {name}")),
            _ if half || goes_on => State::Truncated,
            0 if items.is_empty() => State::Empty,
            0 => State::Damaged("none of its items can be read".to_owned()),
            n => State::Collected(n),
        };
        let first = of_list.first().map(|(key, _)| key.kind);
        let is_mixed = of_list.iter().any(|(key, _)| Some(key.kind) != first);
        let namespaces = of_list.iter().map(|(key, _)| Arc::clone(&key.namespace)).collect();
        List {
            name: name.into_owned(),
            kind: first.or(kind).filter(|_| !is_mixed),
            state,
            namespaces,
        }
    }

    /// What the lists prove, by what the path says of the file.
    fn conclude(&mut self, root: &Arc<str>, path: &Arc<str>, place: &ListPlace, lists: Vec<List>) {
        let listed = |place: ListPlace, state: State| {
            let (root, path) = (Arc::clone(root), Arc::clone(path));
            Record::Listed { root, path, place, state }
        };
        match place.shape {
            ListShape::List => {
                let broken = || {
                    let (root, path) = (Arc::clone(root), Arc::clone(path));
                    Record::broken(root, path, place.clone(), "it holds no list".to_owned())
                };
                let last = lists.into_iter().next_back();
                let listed = last.map(|list| vec![listed(place.clone(), list.state)]);
                self.records.extend(listed.unwrap_or_else(broken));
            }
            // A list of all namespaces may have been put where that of one is looked for.
            ListShape::Dumped if !place.namespace.is_empty() => {
                let is_of_place =
                    |list: &List| list.namespaces.iter().all(|it| **it == *place.namespace);
                let record = match lists.into_iter().next_back() {
                    Some(list) => is_of_place(&list).then(|| listed(place.clone(), list.state)),
                    None => Some(listed(place.clone(), State::Damaged("it holds no list".into()))),
                };
                self.records.extend(record);
            }
            // A list of cluster scope is every object there is; of namespaces nobody knows.
            ListShape::Dumped | ListShape::Loose | ListShape::Stream => {
                for list in &lists {
                    if let Some(kind) = list.kind.filter(|kind| !kind.namespaced) {
                        let place = ListPlace::list(kind.group, kind.plural, "");
                        self.records.push(listed(place, list.state.clone()));
                    }
                }
                if place.shape == ListShape::Stream {
                    let format = Format::ClusterInfoDump;
                    self.records.push(Record::Made { root: Arc::clone(root), format });
                    for (namespace, list, kind) in by_namespace(&lists) {
                        let place = ListPlace::list(kind.group, kind.plural, namespace);
                        self.records.push(listed(place, list.state.clone()));
                    }
                }
            }
            ListShape::Object | ListShape::KnownFile(_) => {}
        }
    }
}

/// The items of a value that is a list: of a kind, of no kind, or an array of objects.
fn items_of(value: Value<'_>) -> Option<Value<'_>> {
    if value.is_sequence() {
        return Some(value);
    }
    let kind = value.text_at(&["kind"]).unwrap_or_default();
    value
        .get("items")
        .filter(|items| items.is_sequence() || items.is_null())
        .filter(|_| kind.is_empty() || kind.ends_with("List"))
}

/// The lists of a dump that was printed to one stream, by namespace. Those of a namespace follow one
/// another, events first; an empty one does not say whose it is, but its neighbours do.
fn by_namespace(lists: &[List]) -> impl Iterator<Item = (&str, &List, &'static Kind)> {
    let starts_namespace = |list: &List| list.name.strip_suffix("List") == Some(EVENT.name);
    let groups = lists.chunk_by(move |_, next| !starts_namespace(next));
    groups.filter(move |group| group.first().is_some_and(starts_namespace)).flat_map(|group| {
        let named: BTreeSet<&str> =
            group.iter().flat_map(|list| &list.namespaces).map(|name| &**name).collect();
        let only = named.first().copied().filter(|_| named.len() == 1);
        group
            .iter()
            .filter_map(move |list| Some((only?, list, list.kind.filter(|kind| kind.namespaced)?)))
    })
}

/// Whether a list at this place names a kind that does not belong there.
fn is_of_another_kind(list: &str, place: &ListPlace) -> bool {
    let is_named = matches!(place.shape, ListShape::List | ListShape::Dumped);
    let Some(kind) = place.kind().filter(|_| is_named) else { return false };
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
        None if place.shape == ListShape::Dumped => Cow::Borrowed(""),
        None => Cow::Borrowed(&*place.namespace),
    };
    let namespace = match before {
        Some((key, _)) if *key.namespace == *namespace => Arc::clone(&key.namespace),
        _ => namespace.into(),
    };
    Some((Key { kind, namespace, name: name.into_owned().into() }, value))
}
