//! Opens an input: one pass over its bytes, then one immutable snapshot for each cluster in it.
//!
//! One thread walks the stream and scans logs as they pass; the others parse the documents it
//! hands them. Which thread parsed what leaves no trace: everything is put in order at the end.

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::collection::{Collections, Piece};
use crate::coverage::State;
use crate::document::{self, Job, ListPlace};
use crate::error::Error;
use crate::kinds;
use crate::layout::{self, Artifact, Placed, Special};
use crate::log::{LogPattern, Scanner};
use crate::resource::Kind;
use crate::snapshot::Snapshot;
use crate::source::{self, Body, Damage, Entry};

/// The most one document may hold; a larger one is damage.
const DOCUMENT_LIMIT: u64 = 512 << 20;
/// The most that is read of a text file that is no document.
const TEXT_LIMIT: u64 = 16 << 20;
/// How many documents may wait for a thread that parses them.
const QUEUE: usize = 32;

/// What the rules want to know; everything else is counted and passed by.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Kinds to parse.
    pub kinds: BTreeSet<&'static Kind>,
    /// Words to look for in logs.
    pub logs: BTreeSet<&'static LogPattern>,
    /// Files with a shape of their own.
    pub specials: BTreeSet<Special>,
}

impl Wanted {
    /// Everything there is to parse; no logs.
    pub fn everything() -> Self {
        Self {
            kinds: kinds::ALL.iter().copied().collect(),
            logs: BTreeSet::new(),
            specials: [
                Special::EtcdMembers,
                Special::EtcdHealth,
                Special::EtcdStatus,
                Special::EtcdAlarms,
                Special::Alerts,
            ]
            .into(),
        }
    }
}

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
        let mut parse = |job: Job| add(&collections, read(job, wanted));
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
    let seen = collections.describe();
    let snapshots = collections.freeze(end.damage, end.truncated);
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
            Ok(job) => add(collections, read(job, wanted)),
            Err(_) => return,
        }
    }
}

/// Reads one document. Should the reader panic, that costs this document and no more.
fn read(job: Job, wanted: &Wanted) -> Vec<Piece> {
    let path = job.path.to_string();
    catch_unwind(AssertUnwindSafe(|| document::read(job, wanted))).unwrap_or_else(|_| {
        vec![Piece::Damage(Damage { path, why: "the reader failed on it".to_owned() })]
    })
}

fn add(collections: &Mutex<Collections>, pieces: Vec<Piece>) {
    let mut collections = collections.lock().unwrap_or_else(PoisonError::into_inner);
    for piece in pieces {
        collections.add(piece);
    }
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
    let mut visit = |entry: Entry<'_>| {
        let placed = layout::place(&entry.path);
        match entry.body {
            Body::File(body) => {
                visit_file(&entry.path, placed, body, wanted, scanner, collections, parse);
            }
            Body::Other(_) => {}
        }
        ControlFlow::Continue(())
    };
    Ok(source::read(path, progress, &mut visit)?)
}

fn visit_file(
    path: &str,
    placed: Placed<'_>,
    body: &mut dyn Read,
    wanted: &Wanted,
    scanner: &Scanner,
    collections: &Mutex<Collections>,
    parse: &mut dyn FnMut(Job),
) {
    let root: Box<str> = placed.root.into();
    let seen = Piece::Seen { root: root.clone(), path: path.into() };
    add(collections, vec![seen]);
    let place = match placed.artifact {
        Artifact::List(at) => ListPlace::list(at.group, at.resource, at.namespace),
        Artifact::Object(at) => ListPlace::object(at.group, at.resource, at.namespace),
        Artifact::Loose => ListPlace::loose(),
        Artifact::Special(special) if wanted.specials.contains(&special) => {
            ListPlace::special(special)
        }
        Artifact::Log(log) => {
            if !scanner.wants(log) {
                return;
            }
            let (hits, ended) = scanner.scan(path, log, body);
            let damage = ended.err().map(|error| damage(path, &error));
            let (namespace, container) = (log.namespace.into(), log.container.into());
            add(collections, vec![Piece::Log { root, namespace, container, hits, damage }]);
            return;
        }
        Artifact::Timestamp | Artifact::GatherLog | Artifact::CleanReport => {
            let mut bytes = Vec::new();
            // What could be read of a log or a timestamp is worth having even if the rest is not.
            let ended = body.take(TEXT_LIMIT).read_to_end(&mut bytes).err();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let piece = Piece::text(root, path, placed.artifact, &text);
            add(
                collections,
                piece.into_iter().chain(ended.map(|e| Piece::Damage(damage(path, &e)))).collect(),
            );
            return;
        }
        Artifact::Special(_) | Artifact::Noise => return,
    };
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
    match broken {
        None => parse(Job { root, path: path.into(), place, bytes }),
        Some(why) => {
            let damage = Damage { path: path.to_owned(), why: why.clone() };
            let state = State::Damaged(why);
            add(
                collections,
                vec![
                    Piece::Broken { root, path: path.into(), place, state },
                    Piece::Damage(damage),
                ],
            );
        }
    }
}

fn damage(path: &str, error: &std::io::Error) -> Damage {
    Damage { path: path.to_owned(), why: error.to_string() }
}
