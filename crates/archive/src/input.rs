//! Picks the reader for an input: a directory, a zip file, or a stream.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::budget::Budget;
use super::entry::{StreamEnd, Visitor};
use super::error::SourceError;
use super::format::{self, ContainerFormat, PROLOGUE};
use super::ledger::{Ledger, MayOpen};
use super::origin::StreamOrigin;
use super::progress::{ConsumedBytes, MeteredReader};
use super::stream::Stream;
use super::{describe, dir, open, zip};
use crate::limits::BUFFER;

/// Streams every entry of the input at `path` to visitors, on `threads` threads, within `budget`.
///
/// An archive is one stream: one visitor sees it in order while another thread decodes. The files
/// of a directory are sorted by path and shared by as many visitors as there are threads. A file
/// within the input that is an archive or compressed is opened if `may_open` accepts its path.
/// `progress` is called from time to time with the bytes of the input that have been consumed,
/// compressed bytes for an archive. If reading a body fails, the visitor notes it; damage to the
/// stream itself is in [`StreamEnd`].
///
/// # Errors
///
/// Only if there is nothing to read at all. A truncated archive is read up to its end.
pub fn read<'v>(
    path: &Path,
    budget: &Budget,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
    may_open: &MayOpen<'_>,
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> Result<StreamEnd, SourceError> {
    let kind = fs::metadata(path).map_err(|error| source_error(path, &error))?.file_type();
    if let Some(kind) = dir::non_file_kind(kind) {
        return Err(SourceError::NotAFile { path: path.to_owned(), kind });
    }
    let progress = ConsumedBytes::new(progress, budget);
    let name = name_of(path);
    let end = if kind.is_dir() {
        dir::read(path, &name, budget, threads, &progress, may_open, visitor)
    } else {
        let ledger =
            Ledger::new(&name, visitor(), budget, may_open, open::open).on_threads(threads);
        let open_file = || File::open(path).map_err(|error| source_error(path, &error));
        let input = progress.meter(open_file()?);
        let by_directory = |ledger: &mut Ledger<'_>| match open_file() {
            Ok(file) => zip::read_by_directory(file, &progress, ledger),
            Err(_) => false,
        };
        read_all(path, &name, input, ledger, by_directory)?
    };
    progress.finish();
    Ok(end)
}

/// Streams every entry of a stream called `name`, as [`read`] does for a file.
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
) -> Result<StreamEnd, SourceError> {
    let progress = ConsumedBytes::new(progress, budget);
    let ledger = Ledger::new(name, visitor(), budget, may_open, open::open).on_threads(threads);
    let end = read_all(Path::new(name), name, progress.meter(stream), ledger, |_| false)?;
    progress.finish();
    Ok(end)
}

/// The number of bytes that [`read`] will have consumed at the end, if it is cheap to know.
///
/// The length of a file; none for a directory.
pub fn input_size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
}

/// Reads an input that is not a directory; a zip file through `by_directory` if that succeeds.
fn read_all<'t, R: Read + Send>(
    path: &Path,
    name: &str,
    input: MeteredReader<'_, R>,
    mut ledger: Ledger<'t>,
    by_directory: impl FnOnce(&mut Ledger<'t>) -> bool,
) -> Result<StreamEnd, SourceError> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut first = Vec::new();
    let prologue = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    input
        .by_ref()
        .take(prologue)
        .read_to_end(&mut first)
        .map_err(|error| source_error(path, &error))?;
    if first.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    if format::detect(&first) != ContainerFormat::Zip || !ledger.in_archive(None, by_directory) {
        let stream = Stream::new("input", Box::new(Cursor::new(first).chain(input)));
        open::open(stream, StreamOrigin::of_input(name), &mut ledger)
            .map_err(|found| SourceError::UnknownFormat { path: path.to_owned(), found })?;
    }
    Ok(ledger.finish())
}

fn source_error(path: &Path, error: &io::Error) -> SourceError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound { path },
        _ => SourceError::Unreadable { path, why: describe::io_error(error) },
    }
}

/// The file name of a path, or the whole path if it has none (`..`).
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
