//! Opens an input: one pass over its bytes, then one immutable snapshot for each cluster in it.
//!
//! A thread decodes, another reads what comes out: it walks the archive, scans logs as they pass and
//! hands documents to whoever is free, or parses them itself where nobody else is. The files of a
//! directory are shared by all threads. Which thread read what leaves no trace: files are numbered,
//! and what is in them is put together in that order.

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::bodies::{nothing_behind, read_whole, too_large};
use crate::certificate::Known;
use crate::collection::Collections;
use crate::document::{self, Job};
use crate::dump::{self, Section};
use crate::error::Error;
use crate::freeze;
use crate::layout::loose::begins_like_objects;
use crate::layout::{self, Artifact, Format, LogFile, Placed};
use crate::limits::{Bound, CERTIFICATES_SHARE, LARGE, Limits};
use crate::log::{Scanner, Scratch};
use crate::packed;
use crate::piece::{ListPlace, Piece, Shape};
use crate::snapshot::Snapshot;
use crate::source::{self, Body, Budget, Damage, Entry};
use crate::wanted::Wanted;
use crate::yaml::Spare;

/// How much of a file whose name says nothing is looked at.
const HEAD: u64 = 512;
/// How many bits the places in one of several inputs take.
const NUMBERS: u32 = 32;
/// How many documents may wait for a thread that parses them.
const QUEUE: usize = 16;

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

/// Reads the input at `path` within `limits`, and tells `progress` how many bytes of it were consumed.
pub fn open(
    path: &Path,
    wanted: &Wanted,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let input = Input { path: path.display().to_string(), name: &name, is_stream: !path.is_dir() };
    input.open(wanted, limits, |budget, visitor| {
        source::read(path, budget, limits.threads, progress, &packed::may_be_opened, visitor)
    })
}

/// Reads the stream that is called `name`, as [`open`] reads a file.
pub fn open_stream(
    name: &str,
    stream: impl Read + Send,
    wanted: &Wanted,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let input = Input { path: name.to_owned(), name, is_stream: true };
    input.open(wanted, limits, |budget, visitor| {
        let (threads, may_open) = (limits.threads, &packed::may_be_opened);
        source::read_stream(name, stream, budget, threads, progress, may_open, visitor)
    })
}

/// Reads several files of text as one input: what somebody took out of one cluster command by command.
///
/// A file that cannot be read is damage. More than one snapshot comes of it if the files name more
/// than one cluster.
pub fn open_together(
    paths: &[PathBuf],
    wanted: &Wanted,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    let name = first.file_name().unwrap_or(first.as_os_str()).to_string_lossy();
    let input = Input { path: first.display().to_string(), name: &name, is_stream: false };
    input.open(wanted, limits, |budget, visitor| {
        let all = (1..).zip(paths).map(|(number, path)| {
            let name = name_among(path, paths);
            let named = || -> source::Visitor<'_> {
                let (mut visit, name) = (visitor(), name.clone());
                Box::new(move |mut entry| {
                    entry.number += number << NUMBERS;
                    entry.path = if entry.is_input {
                        name.clone()
                    } else {
                        format!("{name}/{}", entry.path)
                    };
                    visit(entry)
                })
            };
            source::read(path, budget, 1, progress, &packed::may_be_opened, &named).unwrap_or_else(
                |error| {
                    let damage = vec![Damage { path: name.clone(), why: error.to_string() }];
                    // Once a limit was met, what cannot be read may only not have been tried.
                    let truncated = !budget.met().is_empty();
                    let cuts = if truncated { vec![String::new()] } else { Vec::new() };
                    source::End { damage, cuts, truncated, ..source::End::default() }
                },
            )
        });
        Ok(all.fold(source::End::default(), source::End::and))
    })
}

/// What a file is called among others: its name, with its folder where two have the same.
fn name_among(path: &Path, paths: &[PathBuf]) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let is_only = paths.iter().filter(|other| other.file_name() == Some(name)).count() == 1;
    let name = name.to_string_lossy();
    match path.parent().and_then(Path::file_name).filter(|_| !is_only) {
        Some(folder) => format!("{}/{name}", folder.to_string_lossy()),
        None => name.into_owned(),
    }
}

/// Where visitors come from.
type Visitors<'v, 'd> = &'v (dyn Fn() -> source::Visitor<'d> + Sync);

/// What an input is called, and what it is.
struct Input<'i> {
    path: String,
    name: &'i str,
    /// Only one visitor sees it.
    is_stream: bool,
}

impl Input<'_> {
    fn open(
        self,
        wanted: &Wanted,
        limits: Limits,
        read: impl FnOnce(&Budget, Visitors<'_, '_>) -> Result<source::End, source::SourceError>,
    ) -> Result<Archive, Error> {
        let budget = Budget::new(limits);
        let desk = Desk {
            wanted,
            scanner: &Scanner::new(wanted.logs.iter().copied().collect())?,
            collections: &Mutex::new(Collections::within(limits.memory)),
            known: &Known::within(limits.memory / CERTIFICATES_SHARE),
            limits,
            budget: &budget,
            is_late: &AtomicBool::new(false),
            large: &Mutex::new(()),
        };
        let mut end = if limits.threads > 2 && self.is_stream {
            desk.read_with_help(limits.threads, |visitors| read(&budget, visitors))?
        } else {
            read(&budget, &|| desk.visitor(None))?
        };
        if desk.is_late.load(Ordering::Relaxed) {
            let why = budget.in_time().err().unwrap_or_default();
            end.cut(self.name, format!("{why}: part of what was read is not judged"));
        }
        let mut collections = desk.collections.lock().unwrap_or_else(PoisonError::into_inner);
        let collections = std::mem::take(&mut *collections);
        let mut seen = collections.describe();
        if let Some(Damage { path, why }) = end.damage.first() {
            seen.push_str(&format!("; {path}: {why}"));
        }
        let (entries, bytes, truncated) = (end.entries, end.bytes_read, end.truncated);
        let snapshots = freeze::freeze(self.name, collections, end, &budget.met());
        if snapshots.is_empty() {
            return Err(Error::NotADump { path: self.path, entries, seen });
        }
        Ok(Archive { snapshots, entries, bytes, truncated })
    }
}

/// What every thread works with.
#[derive(Clone, Copy)]
struct Desk<'d> {
    wanted: &'d Wanted,
    scanner: &'d Scanner,
    collections: &'d Mutex<Collections>,
    known: &'d Known,
    limits: Limits,
    budget: &'d Budget,
    /// Whether there was no time left for something that was read.
    is_late: &'d AtomicBool,
    /// Held by whoever reads a large document.
    large: &'d Mutex<()>,
}

impl<'d> Desk<'d> {
    /// Reads a stream while other threads parse the documents in it.
    fn read_with_help(
        self,
        threads: usize,
        read: impl FnOnce(Visitors<'_, 'd>) -> Result<source::End, source::SourceError>,
    ) -> Result<source::End, source::SourceError> {
        let (send, receive) = sync_channel::<Job>(QUEUE);
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

    fn work(self, receive: &Mutex<Receiver<Job>>) {
        let mut spare = Spare::default();
        loop {
            let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match job {
                Ok(job) => self.read(job, &mut spare),
                Err(_) => return,
            }
        }
    }

    fn visitor(self, helpers: Option<SyncSender<Job>>) -> source::Visitor<'d> {
        let mut walk = Walk {
            desk: self,
            helpers,
            spare: Spare::default(),
            scratch: Scratch::within(self.limits.of_logs()),
            root: Arc::default(),
        };
        Box::new(move |entry: Entry<'_>| {
            match entry.body {
                Body::File(body) => {
                    let Entry { number, size, is_input, .. } = entry;
                    walk.file(File { number, path: &entry.path, size, is_input }, body);
                }
                Body::Other(_) => {}
            }
            ControlFlow::Continue(())
        })
    }

    /// Reads one document. Should the reader panic, that costs this document and no more.
    fn read(self, job: Job, spare: &mut Spare) {
        let number = job.number;
        let (root, path, place) = (job.root.clone(), job.path.clone(), job.place.clone());
        if let Err(why) = self.budget.in_time() {
            self.is_late.store(true, Ordering::Relaxed);
            return self.add_all(number, Piece::broken(root, path, place, why));
        }
        let read =
            catch_unwind(AssertUnwindSafe(|| document::read(job, self.wanted, self.known, spare)));
        self.add_all(
            number,
            read.unwrap_or_else(|_| {
                Piece::broken(root, path, place, "the reader failed on it".to_owned())
            }),
        );
    }

    /// Waits for its turn where a file is large, or nobody knows.
    fn take_turn(self, size: Option<u64>) -> Option<MutexGuard<'d, ()>> {
        let is_small = size.is_some_and(|size| size <= LARGE);
        (!is_small).then(|| self.large.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(self, number: u64, piece: Piece) {
        self.add_all(number, vec![piece]);
    }

    fn add_all(self, number: u64, pieces: Vec<Piece>) {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in pieces {
            collections.add(number, piece);
        }
    }
}

/// One thread's way along the files.
struct Walk<'d> {
    desk: Desk<'d>,
    /// Where documents go to be parsed by others.
    helpers: Option<SyncSender<Job>>,
    spare: Spare,
    scratch: Scratch,
    /// The folder of the collection that the last file was in.
    root: Arc<str>,
}

/// What is known of a file before it is read.
#[derive(Clone, Copy)]
struct File<'f> {
    number: u64,
    path: &'f str,
    size: Option<u64>,
    /// It is the whole input, and its name says nothing.
    is_input: bool,
}

impl Walk<'_> {
    fn file(&mut self, file: File<'_>, body: &mut dyn Read) {
        let Placed { root, artifact, format } = layout::place(file.path);
        if *self.root != *root {
            self.root = root.into();
        }
        let root = Arc::clone(&self.root);
        self.desk.add(
            file.number,
            Piece::Seen {
                root: root.clone(),
                path: file.path.into(),
                format: Some(format).filter(|format| *format != Format::Objects),
            },
        );
        let place = match artifact {
            Artifact::List(at) => ListPlace::list(at.group, at.resource, at.namespace),
            Artifact::Object(at) => ListPlace::object(at.group, at.resource, at.namespace),
            Artifact::Dumped(at) => ListPlace::dumped(at.group, at.resource, at.namespace),
            Artifact::Loose => ListPlace::loose(),
            Artifact::Noise | Artifact::Nameless if file.is_input => ListPlace::loose(),
            Artifact::Nameless => return self.nameless(root, file, body),
            Artifact::PodLogs => return self.pod_logs(&root, file, body),
            Artifact::Special(special) if self.desk.wanted.specials.contains(&special) => {
                ListPlace::special(special)
            }
            Artifact::Log(log) => return self.log(root, file, log, false, body),
            Artifact::LogPart(log) => return self.log(root, file, log, true, body),
            Artifact::Timestamp | Artifact::GatherLog | Artifact::CleanReport => {
                return self.text(root, file, artifact, body);
            }
            Artifact::Special(_) | Artifact::Noise => return,
        };
        self.document(root, file, place.of(format), body);
    }

    /// Reads a file that may hold objects, if it begins like one that does.
    fn nameless(&mut self, root: Arc<str>, file: File<'_>, body: &mut dyn Read) {
        let mut head = Vec::new();
        let read = (&mut *body).take(HEAD).read_to_end(&mut head);
        if read.is_ok() && begins_like_objects(&head) {
            let mut body = Cursor::new(head).chain(body);
            self.document(root, file, ListPlace::loose(), &mut body);
        }
    }

    /// Scans the logs that stand in one file.
    fn pod_logs(&mut self, root: &Arc<str>, file: File<'_>, body: &mut dyn Read) {
        let _turn = self.desk.take_turn(file.size);
        let mut bytes = self.spare.take_buffer();
        let (limit, bound) = self.desk.limits.of_document();
        // What could be read of a log is worth having even if the rest is not.
        let ended = read_whole(body, limit, file.size.unwrap_or(0), &mut bytes);
        let ended = ended.and_then(|()| nothing_behind(limit, bound, body));
        for section in dump::sections(&bytes).0 {
            self.section(root, file, &section, ended.is_err());
        }
        self.spare.put_buffer(bytes);
        if let Err(error) = ended {
            self.desk.add(file.number, Piece::Damage(damage(file.path, &error)));
        }
    }

    fn section(&mut self, root: &Arc<str>, file: File<'_>, section: &Section<'_>, is_part: bool) {
        let (log, mut bytes) = (section.log, section.bytes);
        if bytes.is_empty() || !self.desk.scanner.wants(log) {
            return;
        }
        let scanner = self.desk.scanner;
        let (mut hits, _) = scanner.scan(&mut self.scratch, file.path, log, &mut bytes);
        for hits in &mut hits {
            hits.shift(section.lines_before);
        }
        let piece = Piece::Log {
            root: Arc::clone(root),
            namespace: log.namespace.into(),
            container: log.container.into(),
            hits,
            is_part,
            damage: None,
        };
        self.desk.add(file.number, piece);
    }

    fn log(
        &mut self,
        root: Arc<str>,
        file: File<'_>,
        log: LogFile<'_>,
        is_part: bool,
        body: &mut dyn Read,
    ) {
        if !self.desk.scanner.wants(log) {
            return;
        }
        let (hits, ended) = self.desk.scanner.scan(&mut self.scratch, file.path, log, body);
        if matches!(ended, Ok(0)) {
            // A log that could not be fetched is left empty: nothing was looked at.
            return;
        }
        let damage = ended.err().map(|error| damage(file.path, &error));
        let is_part = is_part || damage.is_some();
        let (namespace, container) = (log.namespace.into(), log.container.into());
        let piece = Piece::Log { root, namespace, container, hits, is_part, damage };
        self.desk.add(file.number, piece);
    }

    fn text(
        &mut self,
        root: Arc<str>,
        file: File<'_>,
        artifact: Artifact<'_>,
        body: &mut dyn Read,
    ) {
        let mut bytes = Vec::new();
        // What could be read of a log or a timestamp is worth having even if the rest is not.
        let limit = self.desk.limits.of_text();
        let ended = (&mut *body).take(limit).read_to_end(&mut bytes);
        let ended = ended.and_then(|_| nothing_behind(limit, Bound::Document, body));
        let text = String::from_utf8_lossy(&bytes);
        if let Some(piece) = Piece::text(root, file.path, artifact, &text) {
            self.desk.add(file.number, piece);
        }
        if let Err(error) = ended {
            self.desk.add(file.number, Piece::Damage(damage(file.path, &error)));
        }
    }

    fn document(&mut self, root: Arc<str>, file: File<'_>, place: ListPlace, body: &mut dyn Read) {
        let _turn = self.desk.take_turn(file.size);
        let (limit, bound) = self.desk.limits.of_document();
        let mut bytes = self.spare.take_buffer();
        let is_announced = file.size.is_some_and(|size| size > limit);
        let read = if is_announced {
            Ok(())
        } else {
            read_whole(body, limit.saturating_add(1), file.size.unwrap_or(0), &mut bytes)
        };
        let broken = match read {
            Err(error) => Some(error.to_string()),
            Ok(()) if is_announced || bytes.len() as u64 > limit => Some(too_large(limit, bound)),
            Ok(()) if bytes.is_empty() => Some("the file is empty".to_owned()),
            Ok(()) => None,
        };
        let path: Arc<str> = file.path.into();
        let number = file.number;
        let mut place = place;
        if place.shape == Shape::Loose && broken.is_none() && dump::has_logs(&bytes) {
            let (sections, rest) = dump::sections(&bytes);
            for section in &sections {
                self.section(&root, file, section, false);
            }
            bytes = rest;
            place = ListPlace::stream();
        }
        if let Some(why) = broken {
            self.spare.put_buffer(bytes);
            return self.desk.add_all(number, Piece::broken(root, path, place, why));
        }
        let job = Job { number, root, path, place, bytes };
        match &self.helpers {
            // The queue is read until it closes, so it never refuses a job.
            Some(helpers) if job.bytes.len() as u64 <= LARGE => drop(helpers.send(job)),
            _ => self.desk.read(job, &mut self.spare),
        }
    }
}

fn damage(path: &str, error: &io::Error) -> Damage {
    Damage { path: path.to_owned(), why: error.to_string() }
}
