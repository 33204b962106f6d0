//! One object of the cluster, and the files of the archive that contain it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use mustknow_yaml::{NodeId, Tree, Value};

use super::certificate::CertificateRef;
use super::hidden::{self, Masked, Visible};
use super::kind::Kind;
use super::time::{self, Time};

/// Kind, namespace and name of an object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectKey {
    /// The kind.
    pub kind: &'static Kind,
    /// The namespace; empty for cluster-scoped objects. The objects of a file share the allocation.
    pub namespace: Arc<str>,
    /// The name.
    pub name: Box<str>,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind.name, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind.name, self.namespace, self.name)
        }
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A parsed file of the archive, or one object extracted from it.
pub struct Document {
    /// Path inside the archive.
    pub path: Arc<str>,
    /// Text and values of the file or the object.
    pub tree: Tree,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({})", self.path)
    }
}

/// One object: its key, its body and the file it was read from.
///
/// It is a pointer because there are many objects, and they are sorted more than once.
#[derive(Clone, Debug)]
pub struct Resource(Box<ResourceData>);

#[derive(Clone, Debug)]
struct ResourceData {
    key: ObjectKey,
    document: Arc<Document>,
    node: NodeId,
    version: u64,
    /// The position of its file in the stream.
    number: u64,
    also_in: Vec<Arc<str>>,
    /// The fields with certificates; None if certificates were not read.
    certificates: Option<Box<[CertificateRef]>>,
}

/// The overhead of the five allocations of an object, in bytes.
const OVERHEAD: usize = 5 * 16;

/// How many paths of further copies of an object are stored: the first ones in sort order.
const COPIES_LIMIT: usize = 1000;

impl Resource {
    /// An object with that `metadata.resourceVersion`, from the file at position `number` of the
    /// stream.
    pub(crate) fn new(
        key: ObjectKey,
        document: Arc<Document>,
        node: NodeId,
        version: u64,
        number: u64,
    ) -> Self {
        let also_in = Vec::new();
        let certificates = None;
        let data = ResourceData { key, document, node, version, number, also_in, certificates };
        Self(Box::new(data))
    }

    /// The same object with its certificates, if they were read.
    pub(crate) fn with_certificates(mut self, certificates: Option<Box<[CertificateRef]>>) -> Self {
        self.0.certificates = certificates;
        self
    }

    /// Merges another copy of the same object into this one. The higher resourceVersion wins, then
    /// the path that sorts first, in whatever order the copies are merged. The paths of the other
    /// copies are stored.
    pub(crate) fn absorb(&mut self, mut other: Self) {
        let rank = |one: &Self| {
            let path = Arc::clone(&one.0.document.path);
            (one.0.version, Reverse(path), Reverse(one.0.number))
        };
        if rank(&other) > rank(self) {
            std::mem::swap(self, &mut other);
        }
        let also_in = &mut self.0.also_in;
        let path = Arc::clone(&other.0.document.path);
        for path in std::mem::take(&mut other.0.also_in).into_iter().chain([path]) {
            if let Err(at) = also_in.binary_search(&path)
                && at < COPIES_LIMIT
            {
                also_in.insert(at, path);
                also_in.truncate(COPIES_LIMIT);
            }
        }
    }

    /// Approximate memory use in bytes, including all of a file that it shares with other objects.
    pub(crate) fn weight(&self) -> usize {
        let certificates: usize =
            self.0.certificates.iter().flatten().map(CertificateRef::weight).sum();
        size_of::<Self>()
            + size_of::<ResourceData>()
            + size_of::<Document>()
            + OVERHEAD
            + certificates
            + self.key().name.len()
            + self.0.document.tree.weight()
    }

    /// Kind, namespace and name.
    pub fn key(&self) -> &ObjectKey {
        &self.0.key
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0.key.name
    }

    /// The namespace; empty for cluster-scoped objects.
    pub fn namespace(&self) -> &str {
        &self.0.key.namespace
    }

    /// The file with the copy of the object that is used.
    pub fn document(&self) -> &Arc<Document> {
        &self.0.document
    }

    /// The files with other copies of the object.
    pub fn also_in(&self) -> impl Iterator<Item = &str> {
        self.0.also_in.iter().map(|path| &**path)
    }

    /// The object; None only if tree and node do not belong together.
    pub fn body(&self) -> Option<Value<'_>> {
        self.0.document.tree.value(self.0.node)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Value<'_>> {
        self.body()?.at(path)
    }

    /// The text at a path of keys; None if it is empty.
    pub fn text(&self, path: &[&str]) -> Option<Cow<'_, str>> {
        self.at(path)?.text().filter(|text| !text.is_empty())
    }

    /// The text at a path of keys for a comparison: None if it is absent or empty, and an error if it
    /// was masked.
    pub fn visible(&self, path: &[&str]) -> Visible<Cow<'_, str>> {
        self.visible_if(path, hidden::is_masked)
    }

    /// The same for an address, which can also be masked by another one.
    pub fn visible_address(&self, path: &[&str]) -> Visible<Cow<'_, str>> {
        self.visible_if(path, hidden::is_masked_address)
    }

    /// The texts of the list at a path of keys, for a comparison; an error if one was masked.
    pub fn visible_list(&self, path: &[&str]) -> Result<Vec<Cow<'_, str>>, Masked> {
        let texts = self.at(path).into_iter().flat_map(Value::items).filter_map(Value::text);
        texts.map(|text| self.unless_masked(path, text, hidden::is_masked)).collect()
    }

    /// The name for a comparison; an error if it was masked.
    pub fn visible_name(&self) -> Result<&str, Masked> {
        if hidden::is_masked(self.name()) {
            return Err(Masked::new(self.key().kind.name, &["metadata", "name"]));
        }
        Ok(self.name())
    }

    /// `text` of the field at `path`, unless `is_masked` says that it was masked.
    pub fn unless_masked<'t>(
        &self,
        path: &[&str],
        text: Cow<'t, str>,
        is_masked: fn(&str) -> bool,
    ) -> Result<Cow<'t, str>, Masked> {
        if is_masked(&text) { Err(Masked::new(self.key(), path)) } else { Ok(text) }
    }

    fn visible_if(&self, path: &[&str], is_masked: fn(&str) -> bool) -> Visible<Cow<'_, str>> {
        self.text(path).map(|text| self.unless_masked(path, text, is_masked)).transpose()
    }

    /// The time at a path of keys.
    pub fn time(&self, path: &[&str]) -> Option<Time> {
        time::rfc3339(&self.text(path)?)
    }

    /// The annotation of that name.
    pub fn annotation(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(&["metadata", "annotations", name])
    }

    /// The label of that name.
    pub fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(&["metadata", "labels", name])
    }

    /// The certificates in its fields, in file order.
    pub fn certificates(&self) -> &[CertificateRef] {
        debug_assert!(
            self.0.certificates.is_some(),
            "a rule reads the certificates of {} without declaring that it needs them",
            self.0.key.kind.name
        );
        self.0.certificates.as_deref().unwrap_or_default()
    }

    /// `metadata.creationTimestamp`.
    pub fn created(&self) -> Option<Time> {
        self.time(&["metadata", "creationTimestamp"])
    }

    /// The byte range of its name in the file: where evidence points if no field fits better.
    pub fn head_span(&self) -> Range<usize> {
        self.at(&["metadata"])
            .and_then(|metadata| metadata.entry_span("name"))
            .or_else(|| self.body().map(Value::span))
            .unwrap_or_default()
    }
}
