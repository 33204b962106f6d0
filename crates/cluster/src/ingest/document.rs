//! Parses one document into records.

use std::sync::Arc;

use memchr::memmem;
use mustknow_archive::Damage;
use mustknow_yaml::{Extractor, LineCount, NodeId, ParseBuffers, Skip, Tree, Value};

use crate::certs::{self, CertificateCache};
use crate::ingest::objects::{ParsedObjects, is_json};
use crate::ingest::{pruned_fields, record_times};
use crate::layout::{HIDDEN, foreign_lines, go_field_names};
use crate::merge::record::{DocumentOrigin, ExpectedContent, Record};
use crate::model::coverage::CoverageState;
use crate::model::custom_resource;
use crate::model::interest::Interest;
use crate::model::kind::Kind;
use crate::model::kinds::CUSTOM_RESOURCE;
use crate::model::resource::{Document, ObjectKey, Resource};

/// The message for a file without a line break at its end.
const TRUNCATED_LINE: &str = "truncated in the middle of a line";

/// The message for a large file that is not UTF-8.
const NOT_UTF8: &str = "not UTF-8, and too large to replace the invalid bytes";
/// The largest file whose invalid UTF-8 is replaced, in bytes; the replacement of a byte takes
/// three.
const LOSSY_LIMIT: usize = 16 << 20;

/// A document to parse.
pub(crate) struct DocumentJob {
    /// Its position in the stream.
    pub(crate) number: u64,
    pub(crate) root: Arc<str>,
    pub(crate) path: Arc<str>,
    pub(crate) origin: DocumentOrigin,
    pub(crate) bytes: Vec<u8>,
}

/// Parses one document into records.
pub(crate) fn parse(
    job: DocumentJob,
    interest: &Interest,
    certificates: &CertificateCache,
    spare: &mut ParseBuffers,
) -> Vec<Record> {
    let DocumentJob { number, root, path, origin, bytes } = job;
    let is_needed = match origin.content {
        ExpectedContent::List | ExpectedContent::Object => match origin.kind() {
            Some(kind) => interest.kinds.contains(kind),
            None => {
                interest.kinds.contains(&CUSTOM_RESOURCE)
                    && custom_resource::is_custom_group(&origin.group)
                    && may_show_trouble(&bytes)
            }
        },
        ExpectedContent::ClusterInfoList
        | ExpectedContent::Manifest
        | ExpectedContent::Stream
        | ExpectedContent::KnownFile(_) => true,
    };
    if !is_needed {
        let state = match origin.content {
            ExpectedContent::List => count_items(&bytes),
            _ => CoverageState::Collected(1),
        };
        spare.return_buffer(bytes);
        return vec![Record::Counted { root, path, origin, state }];
    }
    let (text, foreign) = match text_of(&origin, bytes) {
        Ok(read) => read,
        Err(why) => return Record::unreadable(root, path, origin, why),
    };
    if let ExpectedContent::KnownFile(known_file) = origin.content
        && known_file.is_text()
    {
        let document = Arc::new(Document { path, tree: Tree::from_plain_text(text) });
        return vec![Record::KnownFile { root, known_file, document }];
    }
    let skip = match origin.content {
        ExpectedContent::KnownFile(known_file) => pruned_fields::of_known_file(known_file),
        _ => pruned_fields::in_file(pruned_as(&origin), interest),
    };
    let tree = match Tree::parse_reusing(spare, text, skip) {
        Ok(tree) => tree,
        Err(error) => return Record::unreadable(root, path, origin, error.to_string()),
    };
    if let ExpectedContent::KnownFile(known_file) = origin.content {
        let copy = copy_of(&tree, skip);
        let document = Arc::new(Document { path, tree: copy.unwrap_or_else(|| tree.shrunk()) });
        return vec![Record::KnownFile { root, known_file, document }];
    }
    if origin.content == ExpectedContent::Object && ends_in_line(&tree) {
        return Record::unreadable(root, path, origin, TRUNCATED_LINE.to_owned());
    }
    let kind_by_path = origin.kind();
    let is_masked =
        origin.format.may_mask_values() && memmem::find(tree.text().as_bytes(), HIDDEN).is_some();
    let ParsedObjects { mut records, objects, .. } =
        ParsedObjects::of(&root, &path, &origin, &tree);
    if foreign > 0 {
        let path = path.to_string();
        let why = format!("lines that do not belong to its objects: {foreign}");
        records.push(Record::Damage(Damage { path, why }));
    }
    if is_masked {
        records.push(Record::Masked { root: Arc::clone(&root) });
    }
    let times = record_times::of_objects(&objects, &tree, origin.format);
    // The kind of the path is needed, or the document would only have been counted.
    // Of another kind at the path of a custom resource, fields that are read were skipped.
    let is_of_custom = pruned_as(&origin) == Some(&CUSTOM_RESOURCE);
    let is_whole = |kind: &Kind| !is_of_custom || *kind == CUSTOM_RESOURCE;
    let is_needed =
        |kind| is_whole(kind) && (kind_by_path == Some(kind) || interest.kinds.contains(kind));
    let objects = objects.into_iter().filter(|(key, _)| is_needed(key.kind)).collect();
    let objects =
        if interest.history { objects } else { pruned_fields::without_routine_events(objects) };
    let mut lines = LineCount::default();
    let certificates: Vec<_> = objects
        .iter()
        .map(|(key, value)| {
            certs::reads_certificates(key.kind, &interest.certificates)
                .then(|| certs::certificates_in(key, *value, &tree, &mut lines, certificates))
        })
        .collect();
    let resources = match extract_objects(&tree, &path, objects, number, interest) {
        Ok(resources) => {
            spare.put(tree);
            resources
        }
        Err(nodes) => {
            let document = Arc::new(Document { path, tree: tree.shrunk() });
            let resource = |(key, node, version)| {
                Resource::new(key, Arc::clone(&document), node, version, number)
            };
            nodes.into_iter().map(resource).collect()
        }
    };
    let resources: Vec<_> = resources
        .into_iter()
        .zip(certificates)
        .map(|(resource, certificates)| resource.with_certificates(certificates))
        .collect();
    if !resources.is_empty() {
        records.push(Record::Objects { root, resources, times });
    }
    records
}

/// The text of a document in the form of the API, and how many lines of it do not belong to its
/// objects; or why it cannot be read.
fn text_of(origin: &DocumentOrigin, bytes: Vec<u8>) -> Result<(String, usize), String> {
    let is_stream = origin.content == ExpectedContent::Stream;
    let is_of_dump = is_stream || origin.content == ExpectedContent::ClusterInfoList;
    let mut bytes = if is_of_dump && go_field_names::is_used_in(&bytes) {
        go_field_names::to_api_names(&bytes, is_stream)
    } else {
        bytes
    };
    let mut foreign = 0;
    if is_stream || origin.content == ExpectedContent::Manifest {
        foreign = foreign_lines::blank(&mut bytes);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, foreign)),
        Err(error) if error.as_bytes().len() > LOSSY_LIMIT => Err(NOT_UTF8.to_owned()),
        Err(error) => Ok((String::from_utf8_lossy(error.as_bytes()).into_owned(), foreign)),
    }
}

/// A file of one document without pruned fields; None if it cannot be extracted.
fn copy_of(tree: &Tree, skip: &Skip) -> Option<Tree> {
    let mut documents = tree.documents();
    let only = documents.next().filter(|_| documents.next().is_none())?;
    tree.extract(only, skip, &mut Extractor::default())
}

/// Extracts each object from the tree, without pruned fields. If an object cannot be extracted,
/// returns the nodes and resourceVersions of all objects instead.
fn extract_objects(
    tree: &Tree,
    path: &Arc<str>,
    objects: Vec<(ObjectKey, Value<'_>)>,
    number: u64,
    interest: &Interest,
) -> Result<Vec<Resource>, Vec<(ObjectKey, NodeId, u64)>> {
    let mut extracts = Extractor::default();
    let copy = |(key, value): &(ObjectKey, Value<'_>)| {
        let tree =
            tree.extract(*value, pruned_fields::of_object(key, *value, interest), &mut extracts)?;
        let document = Arc::new(Document { path: Arc::clone(path), tree });
        let node = document.tree.documents().next()?.node();
        Some(Resource::new(key.clone(), document, node, version_of(*value), number))
    };
    let copies: Option<Vec<_>> = objects.iter().map(copy).collect();
    copies.ok_or_else(|| {
        let node = |(key, value): (ObjectKey, Value<'_>)| (key, value.node(), version_of(value));
        objects.into_iter().map(node).collect()
    })
}

/// `metadata.resourceVersion`; 0 if it is missing or not a number.
fn version_of(object: Value<'_>) -> u64 {
    object
        .text_at(&["metadata", "resourceVersion"])
        .and_then(|version| version.parse().ok())
        .unwrap_or(0)
}

/// Whether a YAML file ends in the middle of a line. Truncated YAML may parse, and the missing
/// fields would count as absent; truncated JSON does not parse.
fn ends_in_line(tree: &Tree) -> bool {
    !tree.text().ends_with('\n') && !is_json(tree)
}

/// The kind whose fields are skipped in a document.
fn pruned_as(origin: &DocumentOrigin) -> Option<&'static Kind> {
    let is_of_one_kind = matches!(origin.content, ExpectedContent::List | ExpectedContent::Object);
    match origin.kind() {
        None if is_of_one_kind => Some(&CUSTOM_RESOURCE),
        _ => origin.proven_kind(),
    }
}

/// Whether a custom resource of the document can show whether it is well: it has a status, or is
/// being deleted. Most have neither, and are not parsed.
fn may_show_trouble(bytes: &[u8]) -> bool {
    ["status:", "\"status\"", "deletionTimestamp"]
        .iter()
        .any(|sign| memmem::find(bytes, sign.as_bytes()).is_some())
}

/// Counts the items of a list without parsing it. In YAML as `oc` writes it, each item begins with
/// a dash at the beginning of a line; in JSON each item has metadata, and so does the list.
fn count_items(bytes: &[u8]) -> CoverageState {
    let items = if bytes.trim_ascii_start().starts_with(b"{") {
        memmem::find_iter(bytes, b"\"metadata\"").count().saturating_sub(1)
    } else {
        memmem::find_iter(bytes, b"\n- ").count()
    };
    if items == 0 { CoverageState::Empty } else { CoverageState::Collected(items) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_of(text: &str) -> Option<CoverageState> {
        let interest = Interest::everything();
        let job = DocumentJob {
            number: 1,
            root: "".into(),
            path: "namespaces/x/core/configmaps.yaml".into(),
            origin: DocumentOrigin::list("", "configmaps", "x"),
            bytes: text.as_bytes().to_vec(),
        };
        parse(job, &interest, &CertificateCache::within(0), &mut ParseBuffers::default())
            .into_iter()
            .find_map(|record| match record {
                Record::Listed { state, .. } | Record::Unreadable { state, .. } => Some(state),
                _ => None,
            })
    }

    #[test]
    fn a_truncated_list_proves_nothing() {
        let whole = "apiVersion: v1\nitems:\n- metadata:\n    name: a\nkind: ConfigMapList\n";
        assert_eq!(state_of(whole), Some(CoverageState::Collected(1)));
        let (half, _) = whole.split_once("kind").unwrap();
        assert_eq!(state_of(half), Some(CoverageState::Truncated));
        assert_eq!(state_of("apiVersion: v1\nitems:\n"), Some(CoverageState::Truncated));
        assert_eq!(state_of("items: []\nkind: ConfigMapList\n"), Some(CoverageState::Empty));
    }

    #[test]
    fn a_list_with_an_item_that_cannot_be_read_proves_nothing() {
        let list = "items:\n- metadata:\n    name: a\n- metadata: {}\nkind: ConfigMapList\n";
        assert_eq!(state_of(list), Some(CoverageState::Truncated));
    }

    #[test]
    fn json_that_parses_is_complete() {
        let list = "{\"items\": [{\"metadata\": {\"name\": \"a\"}}]}";
        assert_eq!(state_of(list), Some(CoverageState::Collected(1)));
        assert!(matches!(state_of(list.trim_end_matches('}')), Some(CoverageState::Damaged(_))));
    }
}
