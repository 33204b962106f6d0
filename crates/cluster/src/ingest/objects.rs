//! Finds the objects in a parsed document, and whether its lists are complete.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use mustknow_archive::Damage;
use mustknow_yaml::{Tree, Value};

use crate::merge::record::{DocumentOrigin, ExpectedContent, Record};
use crate::model::coverage::CoverageState;
use crate::model::custom_resource;
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::{self, CUSTOM_RESOURCE, EVENT};
use crate::model::platform::platform_group;
use crate::model::resource::ObjectKey;

/// The message for a truncated list.
const TRUNCATED_LIST: &str = "truncated: the list has no kind, which is written after its items";

/// The message for a file that should contain a list.
const NO_LIST: &str = "contains no list";

/// The objects and lists of a document.
pub(crate) struct ParsedObjects<'t> {
    /// Records other than objects.
    pub(crate) records: Vec<Record>,
    /// The objects in file order.
    pub(crate) objects: Vec<(ObjectKey, Value<'t>)>,
    /// Groups of the platform among the objects whose kind is not in the table of kinds.
    groups: BTreeSet<&'static str>,
}

/// A list in a document.
struct ParsedList {
    /// The `kind` of the list; empty if it has none.
    name: String,
    /// The kind of its items, if they have the same kind.
    kind: Option<&'static Kind>,
    state: CoverageState,
    namespaces: BTreeSet<Arc<str>>,
}

impl<'t> ParsedObjects<'t> {
    /// Finds the objects and lists of the document at `path`.
    pub(crate) fn of(
        root: &Arc<str>,
        path: &Arc<str>,
        origin: &DocumentOrigin,
        tree: &'t Tree,
    ) -> Self {
        let mut parsed = Self { records: Vec::new(), objects: Vec::new(), groups: BTreeSet::new() };
        let mut lists = Vec::new();
        for value in tree.documents() {
            if let Some(items) = items_of(value) {
                lists.push(parsed.list(path, origin, value, items, tree));
            } else {
                parsed.object(value, origin.kind(), origin);
            }
        }
        parsed.record_lists(root, path, origin, lists);
        let group = |group| Record::Group { root: Arc::clone(root), group };
        parsed.records.extend(std::mem::take(&mut parsed.groups).into_iter().map(group));
        parsed
    }

    /// Adds an object. Of a kind that is not in the table only the group is recorded, if it shows
    /// the platform.
    fn object(
        &mut self,
        value: Value<'t>,
        fallback: Option<&'static Kind>,
        origin: &DocumentOrigin,
    ) {
        let object = key_of(value, fallback, origin, self.objects.last());
        if object.as_ref().is_none_or(|(key, _)| *key.kind == CUSTOM_RESOURCE) {
            self.groups.extend(platform_group_of(value));
        }
        self.objects.extend(object);
    }

    /// Adds the items of one list.
    fn list(
        &mut self,
        path: &Arc<str>,
        origin: &DocumentOrigin,
        value: Value<'t>,
        items: Value<'t>,
        tree: &Tree,
    ) -> ParsedList {
        let name = value.text_at(&["kind"]).unwrap_or_default();
        let version = value.text_at(&["apiVersion"]).unwrap_or_default();
        let kind_by_list = name
            .strip_suffix("List")
            .filter(|name| !name.is_empty())
            .and_then(|name| kinds::by_manifest(&version, name));
        // The kind of the list overrides the kind of the path.
        let kind_by_path = origin.kind().filter(|_| !is_of_another_kind(&name, origin));
        let kind = kind_by_path.or(kind_by_list);
        let before = self.objects.len();
        for item in items.items() {
            self.object(item, kind, origin);
        }
        // Its items may have no group of their own.
        self.groups.extend(platform_group_of(value).filter(|_| kind.is_none()));
        // In YAML the kind follows the items, so a truncated list has no kind. Truncated JSON does
        // not parse, and some writers of JSON omit the kind. An array has no kind.
        let is_truncated = if value.is_sequence() {
            !is_json(tree) && !tree.text().ends_with('\n')
        } else {
            name.is_empty() && !is_json(tree)
        };
        if is_truncated {
            // The last item may be incomplete.
            self.objects.truncate(self.objects.len().saturating_sub(1).max(before));
            let why = TRUNCATED_LIST.to_owned();
            self.records.push(Record::Damage(Damage { path: path.to_string(), why }));
        }
        let nameless = |item: &Value<'_>| item.text_at(&["metadata", "name"]).is_none();
        let unread = items.items().filter(nameless).count();
        let is_incomplete = kind.is_some() && unread > 0 && self.objects.len() > before;
        if is_incomplete && !is_truncated {
            let why = format!("{unread} items of the list cannot be read: they have no name");
            self.records.push(Record::Damage(Damage { path: path.to_string(), why }));
        }
        let continues =
            value.text_at(&["metadata", "continue"]).is_some_and(|token| !token.is_empty());
        let of_list = self.objects.get(before..).unwrap_or_default();
        let state = match of_list.len() {
            _ if is_of_another_kind(&name, origin) => {
                CoverageState::Damaged(format!("contains a {name}"))
            }
            _ if is_truncated || is_incomplete || continues => CoverageState::Truncated,
            0 if items.is_empty() => CoverageState::Empty,
            _ if kind.is_none() && origin.content == ExpectedContent::List => {
                CoverageState::Collected(items.len())
            }
            0 => CoverageState::Damaged("no item of the list can be read".to_owned()),
            n => CoverageState::Collected(n),
        };
        // Of kinds that are not in the table, only the objects with a status are read.
        let first = of_list.first().map(|(key, _)| key.kind).filter(|it| **it != CUSTOM_RESOURCE);
        let is_mixed = of_list.iter().any(|(key, _)| Some(key.kind) != first);
        let namespaces = of_list.iter().map(|(key, _)| Arc::clone(&key.namespace)).collect();
        ParsedList {
            name: name.into_owned(),
            kind: first.or(kind).filter(|_| !is_mixed),
            state,
            namespaces,
        }
    }

    /// Records what the lists prove, depending on the path of the document.
    fn record_lists(
        &mut self,
        root: &Arc<str>,
        path: &Arc<str>,
        origin: &DocumentOrigin,
        lists: Vec<ParsedList>,
    ) {
        let listed = |origin: DocumentOrigin, state: CoverageState| {
            let (root, path) = (Arc::clone(root), Arc::clone(path));
            Record::Listed { root, path, origin, state }
        };
        match origin.content {
            ExpectedContent::List => {
                let unreadable = || {
                    let (root, path) = (Arc::clone(root), Arc::clone(path));
                    Record::unreadable(root, path, origin.clone(), NO_LIST.to_owned())
                };
                let last = lists.into_iter().next_back();
                let listed = last.map(|list| vec![listed(origin.clone(), list.state)]);
                self.records.extend(listed.unwrap_or_else(unreadable));
            }
            // The file may be a list of all namespaces in a folder that only looks like a
            // namespace.
            ExpectedContent::ClusterInfoList if !origin.namespace.is_empty() => {
                let is_of_namespace =
                    |list: &ParsedList| list.namespaces.iter().all(|it| **it == *origin.namespace);
                let record = match lists.into_iter().next_back() {
                    Some(list) => {
                        is_of_namespace(&list).then(|| listed(origin.clone(), list.state))
                    }
                    None => Some(listed(origin.clone(), CoverageState::Damaged(NO_LIST.into()))),
                };
                self.records.extend(record);
            }
            // A list of a cluster-scoped kind is complete; a list of a namespaced kind may be of
            // any namespaces.
            ExpectedContent::ClusterInfoList
            | ExpectedContent::Manifest
            | ExpectedContent::Stream => {
                for list in &lists {
                    if let Some(kind) = list.kind.filter(|kind| !kind.namespaced) {
                        let origin = DocumentOrigin::list(kind.group, kind.plural, "");
                        self.records.push(listed(origin, list.state.clone()));
                    }
                }
                if origin.content == ExpectedContent::Stream {
                    let format = Format::ClusterInfoDump;
                    self.records.push(Record::Format { root: Arc::clone(root), format });
                    for (namespace, list, kind) in by_namespace(&lists) {
                        let origin = DocumentOrigin::list(kind.group, kind.plural, namespace);
                        self.records.push(listed(origin, list.state.clone()));
                    }
                }
            }
            ExpectedContent::Object | ExpectedContent::KnownFile(_) => {}
        }
    }
}

/// Whether a document is JSON.
pub(crate) fn is_json(tree: &Tree) -> bool {
    tree.text().trim_start().starts_with(['{', '['])
}

/// The items of a value that is a list with or without a kind, or an array of objects.
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

/// The lists of a dump that was printed to one stream, with their namespaces. The lists of a
/// namespace follow one another, events first; the namespace of an empty list is that of its
/// neighbours.
fn by_namespace(lists: &[ParsedList]) -> impl Iterator<Item = (&str, &ParsedList, &'static Kind)> {
    let starts_namespace = |list: &ParsedList| list.name.strip_suffix("List") == Some(EVENT.name);
    let groups = lists.chunk_by(move |_, next| !starts_namespace(next));
    groups.filter(move |group| group.first().is_some_and(starts_namespace)).flat_map(|group| {
        let namespaces: BTreeSet<&str> =
            group.iter().flat_map(|list| &list.namespaces).map(|name| &**name).collect();
        let only = namespaces.first().copied().filter(|_| namespaces.len() == 1);
        group
            .iter()
            .filter_map(move |list| Some((only?, list, list.kind.filter(|kind| kind.namespaced)?)))
    })
}

/// The name of an object whose kind is not in the table of kinds; None if it shows nothing of how it
/// is.
fn custom_name(value: Value<'_>, name: &str) -> Option<String> {
    let version = value.text_at(&["apiVersion"])?;
    let (group, _) = version.split_once('/')?;
    let shows_state = value.get("status").is_some_and(|status| !status.is_empty())
        || value.at(&["metadata", "deletionTimestamp"]).is_some();
    if !shows_state {
        return None;
    }
    custom_resource::key_name(group, &value.text_at(&["kind"])?, name)
}

/// The group of the platform that an object or list belongs to.
fn platform_group_of(value: Value<'_>) -> Option<&'static str> {
    let version = value.text_at(&["apiVersion"])?;
    platform_group(version.split_once('/')?.0)
}

/// Whether a list has another kind than its path shows.
fn is_of_another_kind(list: &str, origin: &DocumentOrigin) -> bool {
    let is_list =
        matches!(origin.content, ExpectedContent::List | ExpectedContent::ClusterInfoList);
    let Some(kind) = origin.kind().filter(|_| is_list) else { return false };
    !matches!(list, "" | "List") && list.strip_suffix("List") != Some(kind.name)
}

/// The key of an object. `fallback` is the kind of items without a kind; `previous` is the previous
/// object, whose namespace is shared if it is the same.
fn key_of<'t>(
    value: Value<'t>,
    fallback: Option<&'static Kind>,
    origin: &DocumentOrigin,
    previous: Option<&(ObjectKey, Value<'_>)>,
) -> Option<(ObjectKey, Value<'t>)> {
    let name = value.text_at(&["metadata", "name"])?;
    let kind = match value.text_at(&["kind"]) {
        Some(kind) => match value.text_at(&["apiVersion"]) {
            Some(version) => fallback
                .filter(|known| known.is_called(&version, &kind))
                .or_else(|| kinds::by_manifest(&version, &kind)),
            None => fallback.or_else(|| kinds::by_unique_name(&kind)),
        },
        None => fallback,
    };
    let (kind, name) = match kind {
        Some(kind) => (kind, name),
        None => (&CUSTOM_RESOURCE, custom_name(value, &name)?.into()),
    };
    let namespace = match value.text_at(&["metadata", "namespace"]) {
        _ if !kind.namespaced => Cow::Borrowed(""),
        Some(namespace) => namespace,
        None if origin.content == ExpectedContent::ClusterInfoList => Cow::Borrowed(""),
        None => Cow::Borrowed(&*origin.namespace),
    };
    let namespace = match previous {
        Some((key, _)) if *key.namespace == *namespace => Arc::clone(&key.namespace),
        _ => namespace.into(),
    };
    Some((ObjectKey { kind, namespace, name: name.into_owned().into() }, value))
}
