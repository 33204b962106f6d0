//! Opens an input: one pass over its bytes, then one immutable snapshot for each cluster in it.
//!
//! One thread walks the stream and scans logs as they pass; the others parse the documents it
//! hands them. Which thread parsed what leaves no trace: documents are numbered as they pass, and what
//! is in them is put together in that order.

use std::io::Read;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::collection::Collections;
use crate::document::{self, Job};
use crate::error::Error;
use crate::freeze;
use crate::layout::{self, Artifact, LogFile, Placed};
use crate::log::{Scanner, Scratch};
use crate::piece::{ListPlace, Piece};
use crate::snapshot::Snapshot;
use crate::source::{self, Body, Damage, Entry};
use crate::wanted::Wanted;

/// The most one document may hold; a larger one is damage.
const DOCUMENT_LIMIT: u64 = 512 << 20;
/// The most that is read of a text file that is no document.
const TEXT_LIMIT: u64 = 16 << 20;
/// How many documents may wait for a thread that parses them.
const QUEUE: usize = 32;

/// An input that was read, and the clusters in it.
#[derive(Debug)]
pub struct Archive {
    /// One snapshot for each cluster.
    pub snapshots: Vec<Snapshot>,
    /// Files, links and other entries seen.
    pub entries: u64,
    /// Bytes read, inflated.
    pub bytes: u64,
    /// Whether the input broke off before its end.
    pub truncated: bool,
}

/// Reads the input at `path` with `threads` threads, and tells `progress` how many bytes of it
/// were consumed.
pub fn open(
    path: &Path,
    wanted: &Wanted,
    threads: usize,
    progress: &dyn Fn(u64),
) -> Result<Archive, Error> {
    let scanner = Scanner::new(wanted.logs.iter().copied().collect())?;
    let collections = Mutex::new(Collections::default());
    let end = if threads <= 1 {
        let mut parse = |job: Job| settle(&collections, job.number, read(job, wanted));
        stream(path, wanted, &scanner, &collections, &mut parse, progress)?
    } else {
        let (send, receive) = sync_channel::<Job>(QUEUE);
        let receive = Mutex::new(receive);
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| work(&receive, &collections, wanted));
            }
            // The queue is read until it closes, so it never refuses a job; it closes with `send`.
            let mut parse = move |job: Job| drop(send.send(job));
            stream(path, wanted, &scanner, &collections, &mut parse, progress)
        })?
    };
    let collections = collections.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut seen = collections.describe();
    if let Some(Damage { path, why }) = end.damage.first() {
        seen.push_str(&format!("; {path}: {why}"));
    }
    let snapshots = freeze::freeze(collections, end.damage, end.truncated);
    if snapshots.is_empty() {
        let path = path.display().to_string();
        return Err(Error::NotADump { path, entries: end.entries, seen });
    }
    Ok(Archive { snapshots, entries: end.entries, bytes: end.bytes_read, truncated: end.truncated })
}

fn work(receive: &Mutex<Receiver<Job>>, collections: &Mutex<Collections>, wanted: &Wanted) {
    loop {
        let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => settle(collections, job.number, read(job, wanted)),
            Err(_) => return,
        }
    }
}

/// Reads one document. Should the reader panic, that costs this document and no more.
fn read(job: Job, wanted: &Wanted) -> Vec<Piece> {
    let (root, path, place) = (job.root.clone(), job.path.clone(), job.place.clone());
    catch_unwind(AssertUnwindSafe(|| document::read(job, wanted)))
        .unwrap_or_else(|_| Piece::broken(root, path, place, "the reader failed on it".to_owned()))
}

/// Adds what the document of that number holds.
fn settle(collections: &Mutex<Collections>, number: u64, pieces: Vec<Piece>) {
    collections.lock().unwrap_or_else(PoisonError::into_inner).add_document(number, pieces);
}

/// Walks the stream: hands documents to `parse`, scans logs, notes the rest.
fn stream(
    path: &Path,
    wanted: &Wanted,
    scanner: &Scanner,
    collections: &Mutex<Collections>,
    parse: &mut dyn FnMut(Job),
    progress: &dyn Fn(u64),
) -> Result<source::End, Error> {
    let mut walk =
        Walk { wanted, scanner, scratch: Scratch::default(), collections, parse, number: 0 };
    let mut visit = |entry: Entry<'_>| {
        match entry.body {
            Body::File(body) => walk.file(&entry.path, body),
            Body::Other(_) => {}
        }
        ControlFlow::Continue(())
    };
    Ok(source::read(path, progress, &mut visit)?)
}

struct Walk<'w> {
    wanted: &'w Wanted,
    scanner: &'w Scanner,
    scratch: Scratch,
    collections: &'w Mutex<Collections>,
    parse: &'w mut dyn FnMut(Job),
    /// How many files have passed.
    number: u64,
}

impl Walk<'_> {
    fn file(&mut self, path: &str, body: &mut dyn Read) {
        self.number += 1;
        let Placed { root, artifact } = layout::place(path);
        let root: Box<str> = root.into();
        self.add(Piece::Seen { root: root.clone(), path: path.into() });
        let place = match artifact {
            Artifact::List(at) => ListPlace::list(at.group, at.resource, at.namespace),
            Artifact::Object(at) => ListPlace::object(at.group, at.resource, at.namespace),
            Artifact::Loose => ListPlace::loose(),
            Artifact::Special(special) if self.wanted.specials.contains(&special) => {
                ListPlace::special(special)
            }
            Artifact::Log(log) => return self.log(root, path, log, body),
            Artifact::Timestamp | Artifact::GatherLog | Artifact::CleanReport => {
                return self.text(root, path, artifact, body);
            }
            Artifact::Special(_) | Artifact::Noise => return,
        };
        self.document(root, path, place, body);
    }

    fn log(&mut self, root: Box<str>, path: &str, log: LogFile<'_>, body: &mut dyn Read) {
        if !self.scanner.wants(log) {
            return;
        }
        let (hits, ended) = self.scanner.scan(&mut self.scratch, path, log, body);
        let damage = ended.err().map(|error| damage(path, &error));
        let (namespace, container) = (log.namespace.into(), log.container.into());
        self.add(Piece::Log { root, namespace, container, hits, damage });
    }

    fn text(&mut self, root: Box<str>, path: &str, artifact: Artifact<'_>, body: &mut dyn Read) {
        let mut bytes = Vec::new();
        // What could be read of a log or a timestamp is worth having even if the rest is not.
        let ended = body.take(TEXT_LIMIT).read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        if let Some(piece) = Piece::text(root, path, artifact, &text) {
            self.add(piece);
        }
        if let Err(error) = ended {
            self.add(Piece::Damage(damage(path, &error)));
        }
    }

    fn document(&mut self, root: Box<str>, path: &str, place: ListPlace, body: &mut dyn Read) {
        let mut bytes = Vec::new();
        let read = body.take(DOCUMENT_LIMIT + 1).read_to_end(&mut bytes);
        let broken = match read {
            Err(error) => Some(error.to_string()),
            Ok(_) if bytes.len() as u64 > DOCUMENT_LIMIT => {
                Some(format!("it is larger than {} MiB", DOCUMENT_LIMIT >> 20))
            }
            Ok(_) if bytes.is_empty() => Some("the file is empty".to_owned()),
            Ok(_) => None,
        };
        let path: Box<str> = path.into();
        let number = self.number;
        match broken {
            None => (self.parse)(Job { number, root, path, place, bytes }),
            Some(why) => settle(self.collections, number, Piece::broken(root, path, place, why)),
        }
    }

    fn add(&self, piece: Piece) {
        self.collections.lock().unwrap_or_else(PoisonError::into_inner).add(piece);
    }
}

fn damage(path: &str, error: &std::io::Error) -> Damage {
    Damage { path: path.to_owned(), why: error.to_string() }
}
