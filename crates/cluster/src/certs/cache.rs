//! Stores each distinct certificate and bundle once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::parse::parse;
use super::{name, pem};
use crate::model::certificate::{Bundle, Certificate, DistinguishedName, Fingerprint};

/// How many certificates of one value are stored; the CA bundle of a distribution has 150.
const BUNDLE_LIMIT: usize = 500;

/// The certificates read so far, shared by all threads that read one input.
#[derive(Debug)]
pub(crate) struct CertificateCache {
    /// The memory limit in bytes.
    memory: usize,
    entries: Mutex<CacheEntries>,
}

#[derive(Debug, Default)]
struct CacheEntries {
    certificates: HashMap<Fingerprint, Arc<Certificate>>,
    /// The distinct names of subjects and issuers.
    names: HashMap<Fingerprint, Arc<DistinguishedName>>,
    bundles: HashMap<Fingerprint, Arc<Bundle>>,
    used: usize,
}

impl CertificateCache {
    /// A cache that uses at most `memory` bytes.
    pub(crate) fn within(memory: usize) -> Self {
        Self { memory, entries: Mutex::default() }
    }

    /// The certificates in a value, which is identified by its bytes `written`; `text` decodes its
    /// PEM text and is called only for a new value.
    pub(super) fn bundle<T: AsRef<[u8]>>(
        &self,
        written: &[u8],
        text: impl FnOnce() -> Option<T>,
    ) -> Arc<Bundle> {
        let id = Fingerprint::of(written);
        if let Some(known) = self.entries().bundles.get(&id) {
            return Arc::clone(known);
        }
        let made = Arc::new(text().map(|text| self.read(text.as_ref())).unwrap_or_default());
        let mut entries = self.entries();
        // Values without certificates are rare and seldom repeat.
        let weight = size_of::<Bundle>() + size_of_val(&*made.certificates);
        if !made.certificates.is_empty() && entries.reserve(self.memory, weight) {
            entries.bundles.insert(id, Arc::clone(&made));
        }
        made
    }

    fn read(&self, text: &[u8]) -> Bundle {
        let mut made = Bundle::default();
        let mut certificates = Vec::new();
        for block in pem::blocks(text) {
            if certificates.len() + made.unreadable == BUNDLE_LIMIT {
                made.is_cut = true;
                break;
            }
            match block.map(|der| self.certificate(&der)) {
                Some(ParseOutcome::Certificate(certificate)) => certificates.push(certificate),
                Some(ParseOutcome::CacheFull) => made.is_cut = true,
                Some(ParseOutcome::Invalid) | None => made.unreadable += 1,
            }
        }
        made.certificates = certificates.into();
        made
    }

    fn certificate(&self, der: &[u8]) -> ParseOutcome {
        let id = Fingerprint::of(der);
        if let Some(known) = self.entries().certificates.get(&id) {
            return ParseOutcome::Certificate(Arc::clone(known));
        }
        let name = |encoded: &[u8]| self.name(encoded);
        let Some(made) = parse(id, der, name) else { return ParseOutcome::Invalid };
        let mut entries = self.entries();
        if !entries.reserve(self.memory, made.weight()) {
            return ParseOutcome::CacheFull;
        }
        let made = Arc::new(made);
        entries.certificates.insert(id, Arc::clone(&made));
        ParseOutcome::Certificate(made)
    }

    /// The shared copy of an encoded name.
    fn name(&self, encoded: &[u8]) -> Option<Arc<DistinguishedName>> {
        let id = Fingerprint::of(encoded);
        if let Some(known) = self.entries().names.get(&id) {
            return Some(Arc::clone(known));
        }
        let made = DistinguishedName { label: name::label(encoded)?, id };
        let mut entries = self.entries();
        entries.used += size_of::<DistinguishedName>() + made.label.len();
        Some(Arc::clone(entries.names.entry(id).or_insert_with(|| Arc::new(made))))
    }

    fn entries(&self) -> MutexGuard<'_, CacheEntries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheEntries {
    /// Reserves `weight` bytes, if the total stays within `memory`.
    fn reserve(&mut self, memory: usize, weight: usize) -> bool {
        let fits = self.used + weight <= memory;
        if fits {
            self.used += weight;
        }
        fits
    }
}

enum ParseOutcome {
    Certificate(Arc<Certificate>),
    Invalid,
    CacheFull,
}
