//! Opens an input: one pass over its bytes, then one immutable snapshot for each cluster in it.
//!
//! A thread decodes, another reads what comes out: it walks the archive, scans logs as they pass and
//! hands documents to whoever is free, or parses them itself where nobody else is. The files of a
//! directory are shared by all threads. Which thread read what leaves no trace: files are numbered,
//! and what is in them is put together in that order.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use mustknow_archive::{Budget, Damage, Limits};

use crate::certs::CertificateCache;
use crate::error::Error;
use crate::ingest::context::{IngestContext, Visitors};
use crate::layout::nested_archives;
use crate::limits::CERTIFICATES_SHARE;
use crate::logs::Scanner;
use crate::merge::collection::Collections;
use crate::merge::freeze::freeze;
use crate::model::interest::Interest;
use crate::model::snapshot::Snapshot;

/// How many bits the places in one of several inputs take.
const NUMBERS: u32 = 32;

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
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let input = Input { path: path.display().to_string(), name: &name, is_stream: !path.is_dir() };
    input.open(interest, limits, |budget, visitor| {
        mustknow_archive::read(
            path,
            budget,
            limits.threads,
            progress,
            &nested_archives::may_be_opened,
            visitor,
        )
    })
}

/// Reads the stream that is called `name`, as [`open`] reads a file.
pub fn open_stream(
    name: &str,
    stream: impl Read + Send,
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let input = Input { path: name.to_owned(), name, is_stream: true };
    input.open(interest, limits, |budget, visitor| {
        let (threads, may_open) = (limits.threads, &nested_archives::may_be_opened);
        mustknow_archive::read_stream(name, stream, budget, threads, progress, may_open, visitor)
    })
}

/// Reads several files of text as one input: what somebody took out of one cluster command by command.
///
/// A file that cannot be read is damage. More than one snapshot comes of it if the files name more
/// than one cluster.
pub fn open_together(
    paths: &[PathBuf],
    interest: &Interest,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Archive, Error> {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    let name = first.file_name().unwrap_or(first.as_os_str()).to_string_lossy();
    let input = Input { path: first.display().to_string(), name: &name, is_stream: false };
    input.open(interest, limits, |budget, visitor| {
        let all = (1..).zip(paths).map(|(number, path)| {
            let name = name_among(path, paths);
            let named = || -> mustknow_archive::Visitor<'_> {
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
            mustknow_archive::read(
                path,
                budget,
                1,
                progress,
                &nested_archives::may_be_opened,
                &named,
            )
            .unwrap_or_else(|error| {
                let damage = vec![Damage { path: name.clone(), why: error.reason() }];
                // Once a limit was met, what cannot be read may only not have been tried.
                let truncated = !budget.limits_reached().is_empty();
                let cuts = if truncated { vec![String::new()] } else { Vec::new() };
                mustknow_archive::StreamEnd {
                    damage,
                    truncated_paths: cuts,
                    truncated,
                    ..mustknow_archive::StreamEnd::default()
                }
            })
        });
        Ok(all.fold(mustknow_archive::StreamEnd::default(), mustknow_archive::StreamEnd::merge))
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
        interest: &Interest,
        limits: Limits,
        read: impl FnOnce(
            &Budget,
            Visitors<'_, '_>,
        ) -> Result<mustknow_archive::StreamEnd, mustknow_archive::SourceError>,
    ) -> Result<Archive, Error> {
        let budget = Budget::new(limits);
        let context = IngestContext {
            interest,
            scanner: &Scanner::new(interest.logs.iter().copied().collect())?,
            collections: &Mutex::new(Collections::within(limits.memory)),
            known: &CertificateCache::within(limits.memory / CERTIFICATES_SHARE),
            limits,
            budget: &budget,
            is_late: &AtomicBool::new(false),
            large: &Mutex::new(()),
        };
        let mut end = if limits.threads > 2 && self.is_stream {
            context.read_with_help(limits.threads, |visitors| read(&budget, visitors))?
        } else {
            read(&budget, &|| context.visitor(None))?
        };
        if context.is_late.load(Ordering::Relaxed) {
            let why = budget.in_time().err().unwrap_or_default();
            end.note_truncation(self.name, format!("{why}: part of what was read is not judged"));
        }
        let mut collections = context.collections.lock().unwrap_or_else(PoisonError::into_inner);
        let collections = std::mem::take(&mut *collections);
        let mut seen = collections.describe();
        if let Some(Damage { path, why }) = end.damage.first() {
            seen.push_str(&format!("; {path}: {why}"));
        }
        let (entries, bytes, truncated) = (end.entries, end.bytes_read, end.truncated);
        let snapshots = freeze(self.name, collections, end, &budget.limits_reached());
        if snapshots.is_empty() {
            return Err(Error::NotADump { path: self.path, entries, seen });
        }
        Ok(Archive { snapshots, entries, bytes, truncated })
    }
}
