//! What the threads that read an input share: what is asked for, what it may cost, and where what they
//! find goes.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use mustknow_archive::{self, Budget, Entry, EntryBody, Limits};
use mustknow_yaml::ParseBuffers;

use crate::certs::CertificateCache;
use crate::ingest::document::{self, DocumentJob};
use crate::ingest::router::{File, Router};
use crate::limits::LARGE;
use crate::logs::Scanner;
use crate::merge::collection::Collections;
use crate::merge::record::Record;
use crate::model::interest::Interest;

/// How many documents may wait for a thread that parses them.
const QUEUE: usize = 16;

/// Where visitors come from.
pub(crate) type Visitors<'v, 'd> = &'v (dyn Fn() -> mustknow_archive::Visitor<'d> + Sync);

/// What every thread works with.
#[derive(Clone, Copy)]
pub(crate) struct IngestContext<'d> {
    pub(crate) interest: &'d Interest,
    pub(crate) scanner: &'d Scanner,
    pub(crate) collections: &'d Mutex<Collections>,
    pub(crate) known: &'d CertificateCache,
    pub(crate) limits: Limits,
    pub(crate) budget: &'d Budget,
    /// Whether there was no time left for something that was read.
    pub(crate) is_late: &'d AtomicBool,
    /// Held by whoever reads a large document.
    pub(crate) large: &'d Mutex<()>,
}

impl<'d> IngestContext<'d> {
    /// Reads a stream while other threads parse the documents in it.
    pub(crate) fn read_with_help(
        self,
        threads: usize,
        read: impl FnOnce(
            Visitors<'_, 'd>,
        ) -> Result<mustknow_archive::StreamEnd, mustknow_archive::SourceError>,
    ) -> Result<mustknow_archive::StreamEnd, mustknow_archive::SourceError> {
        let (send, receive) = sync_channel::<DocumentJob>(QUEUE);
        let receive = Mutex::new(receive);
        thread::scope(|scope| {
            // One thread decodes and one walks.
            for _ in 2..threads {
                scope.spawn(|| self.work(&receive));
            }
            // The queue closes with the only visitor of a stream.
            let send = Mutex::new(Some(send));
            let take = || send.lock().unwrap_or_else(PoisonError::into_inner).take();
            read(&|| self.visitor(take()))
        })
    }

    fn work(self, receive: &Mutex<Receiver<DocumentJob>>) {
        let mut spare = ParseBuffers::default();
        loop {
            let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match job {
                Ok(job) => self.read(job, &mut spare),
                Err(_) => return,
            }
        }
    }

    pub(crate) fn visitor(
        self,
        helpers: Option<SyncSender<DocumentJob>>,
    ) -> mustknow_archive::Visitor<'d> {
        let mut router = Router::new(self, helpers);
        Box::new(move |entry: Entry<'_>| {
            match entry.body {
                EntryBody::File(body) => {
                    let Entry { number, size, is_input, .. } = entry;
                    router.file(File { number, path: &entry.path, size, is_input }, body);
                }
                EntryBody::Other(_) => {}
            }
            ControlFlow::Continue(())
        })
    }

    /// Reads one document. Should the reader panic, that costs this document and no more.
    pub(crate) fn read(self, job: DocumentJob, spare: &mut ParseBuffers) {
        let number = job.number;
        let (root, path, place) = (job.root.clone(), job.path.clone(), job.place.clone());
        if let Err(why) = self.budget.in_time() {
            self.is_late.store(true, Ordering::Relaxed);
            return self.add_all(number, Record::broken(root, path, place, why));
        }
        let read = catch_unwind(AssertUnwindSafe(|| {
            document::read(job, self.interest, self.known, spare)
        }));
        self.add_all(
            number,
            read.unwrap_or_else(|_| {
                Record::broken(root, path, place, "the reader failed on it".to_owned())
            }),
        );
    }

    /// Waits for its turn where a file is large, or nobody knows.
    pub(crate) fn take_turn(self, size: Option<u64>) -> Option<MutexGuard<'d, ()>> {
        let is_small = size.is_some_and(|size| size <= LARGE);
        (!is_small).then(|| self.large.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn add(self, number: u64, record: Record) {
        self.add_all(number, vec![record]);
    }

    pub(crate) fn add_all(self, number: u64, records: Vec<Record>) {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            collections.add(number, record);
        }
    }
}
