//! The threads that read an input: visitors of its files, and workers that parse documents.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use mustknow_archive::{self, Entry, EntryBody, SourceError, StreamEnd, Visitor};
use mustknow_yaml::ParseBuffers;

use crate::ingest::context::IngestContext;
use crate::ingest::document::DocumentJob;
use crate::ingest::router::{FileEntry, Router};

/// How many documents may wait for a worker.
const QUEUE: usize = 16;

/// Creates the visitor of a thread.
pub(crate) type NewVisitor<'v, 'd> = &'v (dyn Fn() -> Visitor<'d> + Sync);

/// Reads a stream while workers parse its documents.
pub(crate) fn read_with_workers<'d>(
    context: IngestContext<'d>,
    threads: usize,
    read: impl FnOnce(NewVisitor<'_, 'd>) -> Result<StreamEnd, SourceError>,
) -> Result<StreamEnd, SourceError> {
    let (send, receive) = sync_channel::<DocumentJob>(QUEUE);
    let receive = Mutex::new(receive);
    thread::scope(|scope| {
        // One thread decompresses, and one visits the files.
        for _ in 2..threads {
            scope.spawn(|| work(context, &receive));
        }
        // The queue closes when the only visitor of the stream is dropped.
        let send = Mutex::new(Some(send));
        let take_sender = || send.lock().unwrap_or_else(PoisonError::into_inner).take();
        read(&|| visitor(context, take_sender()))
    })
}

fn work(context: IngestContext<'_>, receive: &Mutex<Receiver<DocumentJob>>) {
    let mut spare = ParseBuffers::default();
    loop {
        let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => context.parse(job, &mut spare),
            Err(_) => return,
        }
    }
}

/// A visitor that sends documents to `workers`, or parses them itself if there are none.
pub(crate) fn visitor(
    context: IngestContext<'_>,
    workers: Option<SyncSender<DocumentJob>>,
) -> Visitor<'_> {
    let mut router = Router::new(context, workers);
    Box::new(move |entry: Entry<'_>| {
        match entry.body {
            EntryBody::File(body) => {
                let Entry { number, size, is_input, .. } = entry;
                router.file(FileEntry { number, path: &entry.path, size, is_input }, body);
            }
            EntryBody::Other(_) => {}
        }
        ControlFlow::Continue(())
    })
}
