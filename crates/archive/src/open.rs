//! Opens a stream: hands out the entries of an archive, the content of a compressed stream, or one file.
//!
//! Each layer is detected by its first bytes and passed to the next reader, up to the nesting limit,
//! until a file is reached. The input itself and an archive within it are opened the same way.

use std::io::BufReader;

use super::decode::Decoder;
use super::entry::{Entry, EntryBody};
use super::format::{self, Compression, ContainerFormat, PROLOGUE};
use super::ledger::Ledger;
use super::origin::StreamOrigin;
use super::read_ahead::read_ahead;
use super::stream::Stream;
use super::{tar, zip};
use crate::limits::BUFFER;

/// Hands out what `stream` holds: the entries of an archive, or the file itself.
///
/// Returns whether it was an archive or compressed.
///
/// # Errors
///
/// What the input is, if its format is not supported. An entry of an unsupported format is a file.
pub(super) fn open(
    mut stream: Stream<'_>,
    origin: StreamOrigin,
    ledger: &mut Ledger<'_>,
) -> Result<bool, String> {
    let format = detect(&mut stream, &origin);
    if matches!(format, ContainerFormat::Text | ContainerFormat::Unknown(_)) {
        return visit_file(&mut stream, origin, format, ledger).map(|()| false);
    }
    if !ledger.may_nest() {
        ledger.in_archive(origin.path_within(), Ledger::note_nested_too_deeply);
        return Ok(true);
    }
    match format {
        ContainerFormat::Tar => {
            ledger.in_archive(origin.path_within(), |ledger| tar::read(&mut stream, ledger));
        }
        ContainerFormat::Zip => {
            ledger.in_archive(origin.path_within(), |ledger| zip::read_stream(&mut stream, ledger));
        }
        ContainerFormat::Compressed(compression) => {
            decompress(compression, stream, origin, ledger)?;
        }
        ContainerFormat::Text | ContainerFormat::Unknown(_) => {}
    }
    Ok(true)
}

/// Detects the format of a stream. An empty tar is all zeros, but so are many files in archives.
fn detect(stream: &mut Stream<'_>, origin: &StreamOrigin) -> ContainerFormat {
    let first = stream.peek(PROLOGUE);
    if !origin.is_input && first.iter().all(|byte| *byte == 0) {
        return ContainerFormat::Unknown(String::new());
    }
    format::detect(first)
}

fn decompress(
    compression: Compression,
    stream: Stream<'_>,
    origin: StreamOrigin,
    ledger: &mut Ledger<'_>,
) -> Result<(), String> {
    ledger
        .decompressing(Some(compression), |ledger, allowed| {
            let decoder = Decoder::new(compression, stream, allowed);
            if ledger.take_thread() {
                let read = read_ahead(Box::new(decoder), |bytes| {
                    open_decompressed(Stream::new(compression.name(), bytes), origin, ledger)
                });
                ledger.return_thread();
                return read;
            }
            let bytes = BufReader::with_capacity(BUFFER, decoder);
            open_decompressed(Stream::new(compression.name(), Box::new(bytes)), origin, ledger)
        })
        .map_err(|found| format!("a {} stream that contains {found}", compression.name()))
}

fn open_decompressed(
    mut stream: Stream<'_>,
    origin: StreamOrigin,
    ledger: &mut Ledger<'_>,
) -> Result<(), String> {
    let format = detect(&mut stream, &origin);
    match format {
        // A stream that fails this early is damaged; its format is not known to be unsupported.
        ContainerFormat::Unknown(_) if stream.has_failed() => {
            let why = stream.explain_failure("before the first entry");
            ledger.in_archive(origin.path_within(), |ledger| ledger.note_truncation(why));
            Ok(())
        }
        ContainerFormat::Text | ContainerFormat::Unknown(_) => {
            let is_input = origin.is_input;
            visit_file(&mut stream, origin.decompressed(), format, ledger)?;
            if !is_input {
                ledger.add_bytes_read(stream.bytes_read());
            }
            Ok(())
        }
        ContainerFormat::Tar | ContainerFormat::Zip | ContainerFormat::Compressed(_) => {
            // The bytes that were peeked at are still in the stream.
            open(stream, origin, ledger).map(|_| ())
        }
    }
}

/// Hands out a file that is not an archive.
fn visit_file(
    stream: &mut Stream<'_>,
    origin: StreamOrigin,
    format: ContainerFormat,
    ledger: &mut Ledger<'_>,
) -> Result<(), String> {
    let StreamOrigin { path, size, is_input } = origin;
    if let ContainerFormat::Unknown(found) = format
        && is_input
    {
        return Err(found);
    }
    ledger.visit_entry(Entry { number: 0, path, size, is_input, body: EntryBody::File(stream) });
    if is_input {
        ledger.add_bytes_read(stream.bytes_read());
        if stream.has_failed() {
            ledger.note_truncation(stream.explain_failure("before its end"));
        }
    } else {
        ledger.note_limit(stream);
    }
    Ok(())
}
