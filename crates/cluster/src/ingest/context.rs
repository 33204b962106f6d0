//! What all threads that read an input share: the interest, the limits, and the collector for their
//! records.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mustknow_archive::{Budget, Limits};
use mustknow_yaml::ParseBuffers;

use crate::certs::CertificateCache;
use crate::ingest::document::{self, DocumentJob};
use crate::limits::LARGE_DOCUMENT;
use crate::logs::Scanner;
use crate::merge::collector::Collector;
use crate::merge::record::Record;
use crate::model::interest::Interest;

/// What all threads that read an input share.
#[derive(Clone, Copy)]
pub(crate) struct IngestContext<'d> {
    pub(crate) interest: &'d Interest,
    pub(crate) scanner: &'d Scanner,
    pub(crate) collector: &'d Mutex<Collector>,
    pub(crate) certificates: &'d CertificateCache,
    pub(crate) limits: Limits,
    pub(crate) budget: &'d Budget,
    /// Whether the timeout was reached before all documents were parsed.
    pub(crate) timed_out: &'d AtomicBool,
    /// Held while a large document is read.
    pub(crate) large_document: &'d Mutex<()>,
}

impl<'d> IngestContext<'d> {
    /// Parses one document. A panic of the parser is recorded as damage of that document.
    pub(crate) fn parse(self, job: DocumentJob, spare: &mut ParseBuffers) {
        let number = job.number;
        let (root, path, origin) = (job.root.clone(), job.path.clone(), job.origin.clone());
        if let Err(why) = self.budget.in_time() {
            self.timed_out.store(true, Ordering::Relaxed);
            return self.add_all(number, Record::unreadable(root, path, origin, why));
        }
        let records = catch_unwind(AssertUnwindSafe(|| {
            document::parse(job, self.interest, self.certificates, spare)
        }));
        self.add_all(
            number,
            records.unwrap_or_else(|_| {
                let why = "parser failed".to_owned();
                Record::unreadable(root, path, origin, why)
            }),
        );
    }

    /// Waits until no other large document is read, if the file is large or its size is unknown.
    pub(crate) fn lock_if_large(self, size: Option<u64>) -> Option<MutexGuard<'d, ()>> {
        let is_small = size.is_some_and(|size| size <= LARGE_DOCUMENT);
        (!is_small).then(|| self.large_document.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a record of the file at position `number` of the stream.
    pub(crate) fn add(self, number: u64, record: Record) {
        self.add_all(number, vec![record]);
    }

    /// Adds the records of the file at position `number` of the stream.
    pub(crate) fn add_all(self, number: u64, records: Vec<Record>) {
        let mut collector = self.collector.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            collector.add(number, record);
        }
    }
}
