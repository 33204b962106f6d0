//! Which walk an input gets.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::ahead::ahead;
use super::bounds::BUFFER;
use super::decode::{Decoded, decode};
use super::entry::{Body, End, Visitor};
use super::error::SourceError;
use super::format::{self, Format, PROLOGUE};
use super::progress::Progress;
use super::stream::Stream;
use super::tally::Tally;
use super::words;
use super::{dir, tar};

/// Streams every entry of the input at `path` to visitors, on `threads` threads.
///
/// An archive is one stream, which one visitor sees in its order while another thread decodes. The
/// files of a directory, sorted by path, part by part, are shared by as many visitors as there are
/// threads. `progress` hears now and then how many bytes of the input have been consumed, compressed
/// bytes for an archive. An error that a visitor meets in a body is its own to note; the stream's part
/// in it is in [`End`].
///
/// # Errors
///
/// Only if there is nothing to read at all; an archive that breaks off gives what it has.
pub fn read<'v>(
    path: &Path,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> Result<End, SourceError> {
    let kind = fs::metadata(path).map_err(|error| refuse(path, &error))?.file_type();
    if let Some(kind) = dir::special(kind) {
        return Err(SourceError::NotAFile { path: path.to_owned(), kind });
    }
    let progress = Progress::new(progress);
    let name = name_of(path);
    let end = if kind.is_dir() {
        dir::walk(path, &name, threads, &progress, visitor)
    } else {
        let mut tally = Tally::new(visitor());
        let file = File::open(path).map_err(|error| refuse(path, &error))?;
        let input = BufReader::with_capacity(BUFFER, progress.meter(file));
        read_stream(path, &name, threads, input, &mut tally)?;
        tally.close(&name)
    };
    progress.finish();
    Ok(end)
}

/// The number of bytes that [`read`] will have consumed when done, if it is cheaply known.
///
/// The length of a file; none for a directory.
pub fn input_size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
}

fn read_stream(
    path: &Path,
    name: &str,
    threads: usize,
    mut input: impl BufRead + Send,
    tally: &mut Tally<'_>,
) -> Result<(), SourceError> {
    let mut first = Vec::new();
    let prologue = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    input.by_ref().take(prologue).read_to_end(&mut first).map_err(|error| refuse(path, &error))?;
    let format = format::of(&first);
    let is_empty = first.is_empty();
    let input = Cursor::new(first).chain(input);
    match format {
        _ if is_empty => Err(SourceError::Empty { path: path.to_owned() }),
        Format::Unknown(found) => Err(SourceError::UnknownFormat { path: path.to_owned(), found }),
        Format::Tar => {
            tar::walk(&mut Stream::new("tar", Box::new(input)), name, tally);
            Ok(())
        }
        Format::Text => {
            read_text(&mut Stream::new("text", Box::new(input)), name, tally);
            Ok(())
        }
        Format::Gzip | Format::Xz => match decode(&format, input) {
            Some(Decoded { name: kind, bytes }) if threads > 1 => {
                ahead(bytes, |bytes| read_decoded(path, name, Stream::new(kind, bytes), tally))
            }
            Some(Decoded { name: kind, bytes }) => {
                let bytes = BufReader::with_capacity(BUFFER, bytes);
                read_decoded(path, name, Stream::new(kind, Box::new(bytes)), tally)
            }
            None => Ok(()),
        },
    }
}

fn read_decoded(
    path: &Path,
    name: &str,
    mut stream: Stream<'_>,
    tally: &mut Tally<'_>,
) -> Result<(), SourceError> {
    let inside = format::of(stream.peek(PROLOGUE));
    // A stream that fails so early cannot show what it holds: say that it is damaged, not strange.
    if inside == Format::Tar || stream.has_failed() {
        tar::walk(&mut stream, name, tally);
        return Ok(());
    }
    let what = match inside {
        Format::Text => "a single text".to_owned(),
        Format::Gzip => "another gzip stream".to_owned(),
        Format::Xz => "another xz stream".to_owned(),
        Format::Tar => "a tar".to_owned(),
        Format::Unknown(found) => found,
    };
    let found = format!("a {} stream that holds no tar but {what}", stream.name());
    Err(SourceError::UnknownFormat { path: path.to_owned(), found })
}

fn read_text(stream: &mut Stream<'_>, name: &str, tally: &mut Tally<'_>) {
    // The visitor's wish to stop needs no answer where nothing follows.
    let _ = tally.offer(name.to_owned(), None, Body::File(stream));
    tally.passed(stream.passed());
    if stream.has_failed() {
        tally.cut(name, stream.complain("before its end"));
    }
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
