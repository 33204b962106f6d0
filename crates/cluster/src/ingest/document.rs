//! From the bytes of one document to the objects in it.

use std::sync::Arc;

use memchr::memmem;
use mustknow_yaml::{Extractor, LineCount, NodeId, ParseBuffers, Skip, Tree, Value};

use crate::certs::{self, CertificateCache};
use crate::ingest::objects::Objects;
use crate::ingest::pruned;
use crate::layout::{HIDDEN, go_field_names};
use crate::merge::record::{ListPlace, ListShape, Record};
use crate::model::coverage::State;
use crate::model::interest::Interest;
use crate::model::resource::{Document, Key, Resource};

/// What is said of a file without the end of its last line.
const MID_LINE: &str = "it breaks off within a line";

/// What is said of a large file that is no text.
const NO_TEXT: &str = "it is large and not UTF-8";
/// How large a file may be whose bytes are not UTF-8: what stands for such a byte takes three.
const LOSSY_LIMIT: usize = 16 << 20;

/// A document to be read.
pub(crate) struct DocumentJob {
    /// Its place in the stream.
    pub(crate) number: u64,
    pub(crate) root: Arc<str>,
    pub(crate) path: Arc<str>,
    pub(crate) place: ListPlace,
    pub(crate) bytes: Vec<u8>,
}

/// Reads one document into the pieces it holds.
pub(crate) fn read(
    job: DocumentJob,
    interest: &Interest,
    known: &CertificateCache,
    spare: &mut ParseBuffers,
) -> Vec<Record> {
    let DocumentJob { number, root, path, place, bytes } = job;
    let is_wanted = match place.shape {
        ListShape::List | ListShape::Object => {
            place.kind().is_some_and(|kind| interest.kinds.contains(kind))
        }
        ListShape::Dumped | ListShape::Loose | ListShape::Stream | ListShape::KnownFile(_) => true,
    };
    if !is_wanted {
        let state = match place.shape {
            ListShape::List => count_items(&bytes),
            _ => State::Collected(1),
        };
        spare.return_buffer(bytes);
        return vec![Record::Counted { root, path, place, state }];
    }
    let is_stream = place.shape == ListShape::Stream;
    let bytes = if (is_stream || place.shape == ListShape::Dumped) && go_field_names::is(&bytes) {
        go_field_names::with_api_names(&bytes, is_stream)
    } else {
        bytes
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.as_bytes().len() > LOSSY_LIMIT => {
            return Record::broken(root, path, place, NO_TEXT.to_owned());
        }
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    if let ListShape::KnownFile(known_file) = place.shape
        && known_file.is_text()
    {
        let document = Arc::new(Document { path, tree: Tree::from_plain_text(text) });
        return vec![Record::KnownFile { root, known_file, document }];
    }
    let skip = match place.shape {
        ListShape::KnownFile(known_file) => pruned::of_known_file(known_file),
        _ => pruned::in_file(place.sure_kind(), interest),
    };
    let tree = match Tree::parse_reusing(spare, text, skip) {
        Ok(tree) => tree,
        Err(error) => return Record::broken(root, path, place, error.to_string()),
    };
    if let ListShape::KnownFile(known_file) = place.shape {
        let copy = copy_of(&tree, skip);
        let document = Arc::new(Document { path, tree: copy.unwrap_or_else(|| tree.shrunk()) });
        return vec![Record::KnownFile { root, known_file, document }];
    }
    if place.shape == ListShape::Object && is_cut(&tree) {
        return Record::broken(root, path, place, MID_LINE.to_owned());
    }
    let of_place = place.kind();
    let is_masked =
        place.format.may_hide_values() && memmem::find(tree.text().as_bytes(), HIDDEN).is_some();
    let Objects { mut records, found } = Objects::of(&root, &path, &place, &tree);
    if is_masked {
        records.push(Record::Masked { root: Arc::clone(&root) });
    }
    // What a path names is wanted, or the file would not have been read.
    let is_wanted = |kind| of_place == Some(kind) || interest.kinds.contains(kind);
    let found = found.into_iter().filter(|(key, _)| is_wanted(key.kind)).collect();
    let found = if interest.history { found } else { pruned::without_routine(found) };
    let mut lines = LineCount::default();
    let held: Vec<_> = found
        .iter()
        .map(|(key, value)| {
            certs::reads_certificates(key.kind, &interest.certificates)
                .then(|| certs::certificates_in(key, *value, &tree, &mut lines, known))
        })
        .collect();
    let resources = match kept(&tree, &path, found, number, interest) {
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
        records.push(Record::Objects { root, resources });
    }
    records
}

/// A file of one document without what nobody reads; None where it cannot be copied so.
fn copy_of(tree: &Tree, skip: &Skip) -> Option<Tree> {
    let mut documents = tree.documents();
    let only = documents.next().filter(|_| documents.next().is_none())?;
    tree.extract(only, skip, &mut Extractor::default())
}

/// Each object on its own, without what nobody reads; the same objects by their nodes where they
/// cannot be told from the rest of the file.
fn kept(
    tree: &Tree,
    path: &Arc<str>,
    found: Vec<(Key, Value<'_>)>,
    number: u64,
    interest: &Interest,
) -> Result<Vec<Resource>, Vec<(Key, NodeId, u64)>> {
    let mut extracts = Extractor::default();
    let copy = |(key, value): &(Key, Value<'_>)| {
        let tree = tree.extract(*value, pruned::of_object(key, *value, interest), &mut extracts)?;
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

pub(crate) fn is_json(tree: &Tree) -> bool {
    tree.text().trim_start().starts_with(['{', '['])
}

/// Counts the items of a list that nobody wants to read: lines that begin with a dash at the
/// margin, which is how `oc` writes them. In JSON each has its metadata, and the list has too.
fn count_items(bytes: &[u8]) -> State {
    let items = if bytes.trim_ascii_start().starts_with(b"{") {
        memmem::find_iter(bytes, b"\"metadata\"").count().saturating_sub(1)
    } else {
        memmem::find_iter(bytes, b"\n- ").count()
    };
    if items == 0 { State::Empty } else { State::Collected(items) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_of(text: &str) -> Option<State> {
        let interest = Interest::everything();
        let job = DocumentJob {
            number: 1,
            root: "".into(),
            path: "namespaces/x/core/configmaps.yaml".into(),
            place: ListPlace::list("", "configmaps", "x"),
            bytes: text.as_bytes().to_vec(),
        };
        read(job, &interest, &CertificateCache::within(0), &mut ParseBuffers::default())
            .into_iter()
            .find_map(|record| match record {
                Record::Listed { state, .. } | Record::Broken { state, .. } => Some(state),
                _ => None,
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
