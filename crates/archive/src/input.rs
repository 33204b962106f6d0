//! Which walk an input gets.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::budget::Budget;
use super::entry::{End, Visitor};
use super::error::SourceError;
use super::format::{self, Format, PROLOGUE};
use super::ledger::{Ledger, MayOpen};
use super::nest::{self, Item};
use super::progress::{Meter, Progress};
use super::stream::Stream;
use super::{dir, words, zip};
use crate::limits::BUFFER;

/// Streams every entry of the input at `path` to visitors, on `threads` threads, within `budget`.
///
/// An archive is one stream, which one visitor sees in its order while another thread decodes. The
/// files of a directory, sorted by path, part by part, are shared by as many visitors as there are
/// threads. A file within that is an archive or compressed is opened in turn where `may_open` says of
/// its path that it may be one. `progress` hears now and then how many bytes of the input have been
/// consumed, compressed bytes for an archive. An error that a visitor meets in a body is its own to
/// note; the stream's part in it is in [`End`].
///
/// # Errors
///
/// Only if there is nothing to read at all; an archive that breaks off gives what it has.
pub fn read<'v>(
    path: &Path,
    budget: &Budget,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
    may_open: &MayOpen<'_>,
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> Result<End, SourceError> {
    let kind = fs::metadata(path).map_err(|error| refuse(path, &error))?.file_type();
    if let Some(kind) = dir::special(kind) {
        return Err(SourceError::NotAFile { path: path.to_owned(), kind });
    }
    let progress = Progress::new(progress, budget);
    let name = name_of(path);
    let end = if kind.is_dir() {
        dir::walk(path, &name, budget, threads, &progress, may_open, visitor)
    } else {
        let ledger = Ledger::new(&name, visitor(), budget, may_open).on_threads(threads);
        let open = || File::open(path).map_err(|error| refuse(path, &error));
        let input = progress.meter(open()?);
        let by_directory = |ledger: &mut Ledger<'_>| match open() {
            Ok(file) => zip::walk_file(file, &progress, ledger),
            Err(_) => false,
        };
        read_all(path, &name, input, ledger, by_directory)?
    };
    progress.finish();
    Ok(end)
}

/// Streams every entry of a stream called `name`, as [`read`] does with those of a file.
///
/// # Errors
///
/// Only if there is nothing to read at all.
pub fn read_stream<'v>(
    name: &str,
    stream: impl Read + Send,
    budget: &Budget,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
    may_open: &MayOpen<'_>,
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> Result<End, SourceError> {
    let progress = Progress::new(progress, budget);
    let ledger = Ledger::new(name, visitor(), budget, may_open).on_threads(threads);
    let end = read_all(Path::new(name), name, progress.meter(stream), ledger, |_| false)?;
    progress.finish();
    Ok(end)
}

/// The number of bytes that [`read`] will have consumed when done, if it is cheaply known.
///
/// The length of a file; none for a directory.
pub fn input_size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
}

/// Reads what is no directory; a zip perhaps by what `by_directory` can see of it.
fn read_all<'t, R: Read + Send>(
    path: &Path,
    name: &str,
    input: Meter<'_, R>,
    mut ledger: Ledger<'t>,
    by_directory: impl FnOnce(&mut Ledger<'t>) -> bool,
) -> Result<End, SourceError> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut first = Vec::new();
    let prologue = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    input.by_ref().take(prologue).read_to_end(&mut first).map_err(|error| refuse(path, &error))?;
    if first.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    if format::of(&first) != Format::Zip || !ledger.within(None, by_directory) {
        let stream = Stream::new("input", Box::new(Cursor::new(first).chain(input)));
        nest::open(stream, Item::of_input(name), &mut ledger)
            .map_err(|found| SourceError::UnknownFormat { path: path.to_owned(), found })?;
    }
    Ok(ledger.close())
}

fn refuse(path: &Path, error: &io::Error) -> SourceError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound { path },
        _ => SourceError::Unreadable { path, why: words::of_error(error) },
    }
}

/// The last part of a path, or all of it where it has none (`..`).
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
