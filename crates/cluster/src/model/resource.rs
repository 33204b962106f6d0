//! One object of the cluster, and every place of the archive that holds it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use mustknow_yaml::{NodeId, Tree, Value};

use super::certificate::CertificateRef;
use super::kind::Kind;
use super::time::{self, Time};

/// What an object is called: kind, namespace and name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The kind.
    pub kind: &'static Kind,
    /// The namespace; empty for objects of cluster scope. The objects of a file share it.
    pub namespace: Arc<str>,
    /// The name.
    pub name: Box<str>,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind.name, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind.name, self.namespace, self.name)
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A parsed file of the archive, or one object out of it.
pub struct Document {
    /// Path inside the archive.
    pub path: Arc<str>,
    /// Its text and values, or what of them belongs to one object.
    pub tree: Tree,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({})", self.path)
    }
}

/// One object: its key, its body and where it was found.
///
/// It is a pointer, since there are many, and they are put in order more than once.
#[derive(Clone, Debug)]
pub struct Resource(Box<Found>);

#[derive(Clone, Debug)]
struct Found {
    key: Key,
    document: Arc<Document>,
    node: NodeId,
    version: u64,
    /// The place of its file in the stream.
    number: u64,
    also_in: Vec<Arc<str>>,
    /// The places that hold certificates; None where nobody looked.
    certificates: Option<Box<[CertificateRef]>>,
}

/// What the allocator adds to the five pieces that an object is kept in, in bytes.
const OVERHEAD: usize = 5 * 16;

/// How many further places of an object are remembered: the first ones by path.
const PLACES_LIMIT: usize = 1000;

impl Resource {
    /// An object whose `metadata.resourceVersion` is `version`, of the file at that place in the stream.
    pub(crate) fn new(
        key: Key,
        document: Arc<Document>,
        node: NodeId,
        version: u64,
        number: u64,
    ) -> Self {
        let also_in = Vec::new();
        let found = Found { key, document, node, version, number, also_in, certificates: None };
        Self(Box::new(found))
    }

    /// The same object with the places that hold certificates, if they were looked for.
    pub(crate) fn holding(mut self, certificates: Option<Box<[CertificateRef]>>) -> Self {
        self.0.certificates = certificates;
        self
    }

    /// Merges another copy of the same object into this one, whichever came first: the higher
    /// resourceVersion wins, then the path that sorts first; the other places are remembered.
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
                && at < PLACES_LIMIT
            {
                also_in.insert(at, path);
                also_in.truncate(PLACES_LIMIT);
            }
        }
    }

    /// About how much memory it takes, in bytes; of a file that it shares with others, all of it.
    pub(crate) fn weight(&self) -> usize {
        let certificates: usize =
            self.0.certificates.iter().flatten().map(CertificateRef::weight).sum();
        size_of::<Self>()
            + size_of::<Found>()
            + size_of::<Document>()
            + OVERHEAD
            + certificates
            + self.key().name.len()
            + self.0.document.tree.weight()
    }

    /// Kind, namespace and name.
    pub fn key(&self) -> &Key {
        &self.0.key
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0.key.name
    }

    /// The namespace; empty for objects of cluster scope.
    pub fn namespace(&self) -> &str {
        &self.0.key.namespace
    }

    /// The file whose copy of the object is used.
    pub fn document(&self) -> &Arc<Document> {
        &self.0.document
    }

    /// The files that hold other copies of the object.
    pub fn also_in(&self) -> impl Iterator<Item = &str> {
        self.0.also_in.iter().map(|path| &**path)
    }

    /// The whole object; None only if the tree and the node do not belong together.
    pub fn body(&self) -> Option<Value<'_>> {
        self.0.document.tree.value(self.0.node)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Value<'_>> {
        self.body()?.at(path)
    }

    /// The text at a path of keys; empty text is None.
    pub fn text(&self, path: &[&str]) -> Option<Cow<'_, str>> {
        self.at(path)?.text().filter(|text| !text.is_empty())
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

    /// The places of it that hold certificates, in the order of the file.
    pub fn certificates(&self) -> &[CertificateRef] {
        debug_assert!(
            self.0.certificates.is_some(),
            "the certificates of {} are asked for, which nobody declared to need",
            self.0.key.kind.name
        );
        self.0.certificates.as_deref().unwrap_or_default()
    }

    /// When the API server stored it first.
    pub fn created(&self) -> Option<Time> {
        self.time(&["metadata", "creationTimestamp"])
    }

    /// The bytes of its file that hold its name: where to point when no field is better.
    pub fn head_span(&self) -> Range<usize> {
        self.at(&["metadata"])
            .and_then(|metadata| metadata.entry_span("name"))
            .or_else(|| self.body().map(Value::span))
            .unwrap_or_default()
    }
}
