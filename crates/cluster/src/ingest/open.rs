//! Opens an input: reads its bytes once, and builds one immutable snapshot for each cluster in it.
//!
//! One thread decompresses an archive. Another visits its files: it scans logs and sends documents
//! to workers, or parses them itself if there are no workers. The files of a directory are shared
//! by all threads. Files are numbered, and their records are merged in that order, so the result
//! does not depend on the threads.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use mustknow_archive::{Budget, Damage, Deadline, Limits, SourceError, StreamEnd, Visitor};

use crate::certs::CertificateCache;
use crate::error::Error;
use crate::ingest::context::IngestContext;
use crate::ingest::workers::{NewVisitor, read_with_workers, visitor};
use crate::layout::nested_archives;
use crate::limits::CERTIFICATES_SHARE;
use crate::logs::Scanner;
use crate::merge::collector::Collector;
use crate::merge::snapshots::build_snapshots;
use crate::model::interest::Interest;
use crate::model::snapshot::Snapshot;

/// How many bits the file numbers within one of several inputs take.
const NUMBER_BITS: u32 = 32;

/// The clusters in an input, and how much was read.
#[derive(Debug)]
pub struct Archive {
    /// One snapshot for each cluster.
    pub snapshots: Vec<Snapshot>,
    /// How many files, links and other entries the input has.
    pub entries: u64,
    /// How many bytes were read, after decompression.
    pub bytes: u64,
    /// Whether the input is truncated or was not read to its end.
    pub truncated: bool,
    /// When judging must end.
    pub deadline: Deadline,
}

/// Reads the input at `path` within `limits`. Calls `progress` with the number of bytes consumed.
pub fn open(
    path: &Path,
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let input =
        InputSource { path: path.display().to_string(), name: &name, is_stream: !path.is_dir() };
    input.open(interest, limits, |budget, new_visitor| {
        mustknow_archive::read(
            path,
            budget,
            limits.threads,
            progress,
            &nested_archives::may_be_opened,
            new_visitor,
        )
    })
}

/// Reads a stream as [`open`] reads a file; `name` is its name in messages.
pub fn open_stream(
    name: &str,
    stream: impl Read + Send,
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let input = InputSource { path: name.to_owned(), name, is_stream: true };
    input.open(interest, limits, |budget, new_visitor| {
        let (threads, may_open) = (limits.threads, &nested_archives::may_be_opened);
        mustknow_archive::read_stream(
            name,
            stream,
            budget,
            threads,
            progress,
            may_open,
            new_visitor,
        )
    })
}

/// Reads several text files as one input, such as the output of several commands.
///
/// A file that cannot be read is recorded as damage. There are several snapshots if the files come
/// from several clusters.
pub fn open_together(
    paths: &[PathBuf],
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    let name = first.file_name().unwrap_or(first.as_os_str()).to_string_lossy();
    let input = InputSource { path: first.display().to_string(), name: &name, is_stream: false };
    input.open(interest, limits, |budget, new_visitor| {
        let all = (1..).zip(paths).map(|(number, path)| {
            let name = name_among(path, paths);
            let named_visitor = || -> Visitor<'_> {
                let (mut visit, name) = (new_visitor(), name.clone());
                Box::new(move |mut entry| {
                    entry.number += number << NUMBER_BITS;
                    entry.path = if entry.is_input {
                        name.clone()
                    } else {
                        format!("{name}/{}", entry.path)
                    };
                    visit(entry)
                })
            };
            mustknow_archive::read(
                path,
                budget,
                1,
                progress,
                &nested_archives::may_be_opened,
                &named_visitor,
            )
            .unwrap_or_else(|error| {
                let damage = vec![Damage { path: name.clone(), why: error.reason() }];
                // After a limit was reached, the file may not have been read for that reason.
                let truncated = !budget.limits_reached().is_empty();
                let truncated_paths = if truncated { vec![String::new()] } else { Vec::new() };
                StreamEnd { damage, truncated_paths, truncated, ..StreamEnd::default() }
            })
        });
        Ok(all.fold(StreamEnd::default(), StreamEnd::merge))
    })
}

/// The name of a file among others: its file name, with its folder if several files have the same
/// name.
fn name_among(path: &Path, paths: &[PathBuf]) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let is_only = paths.iter().filter(|other| other.file_name() == Some(name)).count() == 1;
    let name = name.to_string_lossy();
    match path.parent().and_then(Path::file_name).filter(|_| !is_only) {
        Some(folder) => format!("{}/{name}", folder.to_string_lossy()),
        None => name.into_owned(),
    }
}

/// The names of an input, and whether it is a stream.
struct InputSource<'i> {
    /// The path, for errors.
    path: String,
    /// The name, for damage.
    name: &'i str,
    /// Whether it has a single visitor.
    is_stream: bool,
}

impl InputSource<'_> {
    fn open(
        self,
        interest: &Interest,
        limits: Limits,
        read: impl FnOnce(&Budget, NewVisitor<'_, '_>) -> Result<StreamEnd, SourceError>,
    ) -> Result<Archive, Error> {
        let budget = Budget::new(limits);
        let scanner = Scanner::new(interest.logs.iter().copied().collect())?;
        let scanner = if interest.last_words { scanner.with_tails()? } else { scanner };
        let context = IngestContext {
            interest,
            scanner: &scanner,
            collector: &Mutex::new(Collector::within(limits.memory)),
            certificates: &CertificateCache::within(limits.memory / CERTIFICATES_SHARE),
            limits,
            budget: &budget,
            timed_out: &AtomicBool::new(false),
            large_document: &Mutex::new(()),
        };
        let mut end = if limits.threads > 2 && self.is_stream {
            read_with_workers(context, limits.threads, |new_visitor| read(&budget, new_visitor))?
        } else {
            read(&budget, &|| visitor(context, None))?
        };
        if context.timed_out.load(Ordering::Relaxed) {
            let why = budget.in_time().err().unwrap_or_default();
            end.note_truncation(self.name, format!("{why}; some files are not evaluated"));
        }
        let mut collector = context.collector.lock().unwrap_or_else(PoisonError::into_inner);
        let collector = std::mem::take(&mut *collector);
        let mut examples = collector.describe_examples();
        if let Some(Damage { path, why }) = end.damage.first() {
            examples.push_str(&format!("; {path}: {why}"));
        }
        let (entries, bytes, truncated) = (end.entries, end.bytes_read, end.truncated);
        let snapshots = build_snapshots(self.name, collector, end, &budget.limits_reached());
        if snapshots.is_empty() {
            return Err(Error::NotADump { path: self.path, entries, examples });
        }
        let deadline = budget.deadline().of_judging();
        Ok(Archive { snapshots, entries, bytes, truncated, deadline })
    }
}
