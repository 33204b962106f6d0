//! The certificates that were seen so far, each once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::parse::parse;
use super::pem;
use crate::model::certificate::{Bundle, Certificate, DistinguishedName, Fingerprint};

/// How many certificates of one value are kept; the bundle of a distribution has 150.
const BUNDLE_LIMIT: usize = 500;

/// The certificates that were seen so far, for all threads that read one input.
#[derive(Debug)]
pub(crate) struct CertificateCache {
    /// How many bytes the records may take.
    memory: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    certificates: HashMap<Fingerprint, Arc<Certificate>>,
    /// What holders and issuers are called, which are few.
    names: HashMap<Fingerprint, Arc<DistinguishedName>>,
    bundles: HashMap<Fingerprint, Arc<Bundle>>,
    kept: usize,
}

impl CertificateCache {
    /// Keeps at most so many bytes.
    pub(crate) fn within(memory: usize) -> Self {
        Self { memory, seen: Mutex::default() }
    }

    /// The certificates of a value, by the bytes it is written with; `text` gives its PEM text, and
    /// is asked only for what was not seen yet.
    pub(super) fn bundle<T: AsRef<[u8]>>(
        &self,
        written: &[u8],
        text: impl FnOnce() -> Option<T>,
    ) -> Arc<Bundle> {
        let id = Fingerprint::of(written);
        if let Some(known) = self.seen().bundles.get(&id) {
            return Arc::clone(known);
        }
        let made = Arc::new(text().map(|text| self.read(text.as_ref())).unwrap_or_default());
        let mut seen = self.seen();
        // What cannot be read is rare, and seldom the same twice.
        let weight = size_of::<Bundle>() + size_of_val(&*made.certificates);
        if !made.certificates.is_empty() && seen.has_room(self.memory, weight) {
            seen.bundles.insert(id, Arc::clone(&made));
        }
        made
    }

    fn read(&self, text: &[u8]) -> Bundle {
        let mut made = Bundle::default();
        let mut kept = Vec::new();
        for block in pem::blocks(text) {
            if kept.len() + made.unreadable == BUNDLE_LIMIT {
                made.is_cut = true;
                break;
            }
            match block.map(|der| self.certificate(&der)) {
                Some(Parsed::Here(certificate)) => kept.push(certificate),
                Some(Parsed::NoRoom) => made.is_cut = true,
                Some(Parsed::None) | None => made.unreadable += 1,
            }
        }
        made.certificates = kept.into();
        made
    }

    fn certificate(&self, der: &[u8]) -> Parsed {
        let id = Fingerprint::of(der);
        if let Some(known) = self.seen().certificates.get(&id) {
            return Parsed::Here(Arc::clone(known));
        }
        let Some(mut made) = parse(der) else { return Parsed::None };
        let mut seen = self.seen();
        made.subject = seen.name(made.subject);
        made.issuer = seen.name(made.issuer);
        if !seen.has_room(self.memory, made.weight()) {
            return Parsed::NoRoom;
        }
        let made = Arc::new(made);
        seen.certificates.insert(id, Arc::clone(&made));
        Parsed::Here(made)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// The same name as it was seen first.
    fn name(&mut self, name: Arc<DistinguishedName>) -> Arc<DistinguishedName> {
        let known = self.names.entry(name.id).or_insert_with(|| {
            self.kept += size_of::<DistinguishedName>() + name.label.len();
            name
        });
        Arc::clone(known)
    }

    /// Takes so many bytes, if no more than `memory` are taken then.
    fn has_room(&mut self, memory: usize, weight: usize) -> bool {
        let is_room = self.kept + weight <= memory;
        if is_room {
            self.kept += weight;
        }
        is_room
    }
}

enum Parsed {
    Here(Arc<Certificate>),
    None,
    NoRoom,
}
