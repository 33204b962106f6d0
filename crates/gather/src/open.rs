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

use crate::certificate::Known;
use crate::collection::Collections;
use crate::desk::{Desk, Visitors};
use crate::error::Error;
use crate::freeze;
use crate::limits::{CERTIFICATES_SHARE, Limits};
use crate::log::Scanner;
use crate::packed;
use crate::snapshot::Snapshot;
use crate::source::{self, Budget, Damage};
use crate::wanted::Wanted;

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
