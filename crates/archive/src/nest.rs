//! What lies in a stream: entries of an archive, the bytes of a compression, or one file.
//!
//! Each layer is told by its first bytes and handed on to the next reader, to a bounded depth, until
//! there is a file to show. An input is read so from the top, and an entry that is an archive itself
//! like it.

use std::io::BufReader;

use super::ahead::ahead;
use super::decode::Decoder;
use super::entry::{Body, Entry};
use super::format::{self, Format, PROLOGUE, Packing};
use super::ledger::Ledger;
use super::stream::Stream;
use super::{tar, zip};
use crate::limits::BUFFER;

/// What is opened.
pub(super) struct Item {
    path: String,
    size: Option<u64>,
    is_input: bool,
}

impl Item {
    /// A file within the input.
    pub(super) fn of_entry(path: String, size: Option<u64>) -> Self {
        Self { path, size, is_input: false }
    }

    /// The whole input, which is called `name`.
    pub(super) fn of_input(name: &str) -> Self {
        Self { path: name.to_owned(), size: None, is_input: true }
    }

    /// Where it is within the input.
    fn within(&self) -> Option<&str> {
        (!self.is_input).then_some(self.path.as_str())
    }

    /// What it is without its compression: without the end of its name that says so.
    fn unpacked(mut self) -> Self {
        let length = format::without_suffix(&self.path).len();
        self.path.truncate(length);
        self.size = None;
        self
    }
}

/// Hands out what lies in `stream`: everything in an archive, else the file itself. The answer is
/// whether it was an archive or compressed.
///
/// # Errors
///
/// What the input is when it is nothing that can be read; an entry that is nothing known is a file.
pub(super) fn open(
    mut stream: Stream<'_>,
    item: Item,
    ledger: &mut Ledger<'_>,
) -> Result<bool, String> {
    let format = told(&mut stream, &item);
    if matches!(format, Format::Text | Format::Unknown(_)) || !ledger.is_shallow() {
        if matches!(format, Format::Packed(_) | Format::Tar | Format::Zip) {
            ledger.within(item.within(), Ledger::too_deep);
            return Ok(true);
        }
        return file(&mut stream, item, format, ledger).map(|()| false);
    }
    match format {
        Format::Tar => ledger.within(item.within(), |ledger| tar::walk(&mut stream, ledger)),
        Format::Zip => ledger.within(item.within(), |ledger| zip::walk(&mut stream, ledger)),
        Format::Packed(packing) => unpack(packing, stream, item, ledger)?,
        Format::Text | Format::Unknown(_) => {}
    }
    Ok(true)
}

/// What a stream is. An empty tar is nothing but zeros, and so is many a file in an archive.
fn told(stream: &mut Stream<'_>, item: &Item) -> Format {
    let first = stream.peek(PROLOGUE);
    if !item.is_input && first.iter().all(|byte| *byte == 0) {
        return Format::Unknown(String::new());
    }
    format::of(first)
}

fn unpack(
    packing: Packing,
    stream: Stream<'_>,
    item: Item,
    ledger: &mut Ledger<'_>,
) -> Result<(), String> {
    ledger
        .unpacking(Some(packing), |ledger, allowed| {
            let decoder = Decoder::new(packing, stream, allowed);
            if ledger.take_thread() {
                let read = ahead(Box::new(decoder), |bytes| {
                    unpacked(Stream::new(packing.name(), bytes), item, ledger)
                });
                ledger.put_thread();
                return read;
            }
            let bytes = BufReader::with_capacity(BUFFER, decoder);
            unpacked(Stream::new(packing.name(), Box::new(bytes)), item, ledger)
        })
        .map_err(|found| format!("a {} stream whose content is {found}", packing.name()))
}

fn unpacked(mut stream: Stream<'_>, item: Item, ledger: &mut Ledger<'_>) -> Result<(), String> {
    let format = told(&mut stream, &item);
    match format {
        // A stream that fails so early cannot show what it holds: say that it is damaged, not strange.
        Format::Unknown(_) if stream.has_failed() => {
            let why = stream.complain("before its first entry");
            ledger.within(item.within(), |ledger| ledger.cut(why));
            Ok(())
        }
        Format::Text | Format::Unknown(_) => {
            let is_input = item.is_input;
            file(&mut stream, item.unpacked(), format, ledger)?;
            if !is_input {
                ledger.passed(stream.passed());
            }
            Ok(())
        }
        Format::Tar | Format::Zip | Format::Packed(_) => {
            // What was shown is shown again.
            open(stream, item, ledger).map(|_| ())
        }
    }
}

/// Hands out a file that is no archive.
fn file(
    stream: &mut Stream<'_>,
    item: Item,
    format: Format,
    ledger: &mut Ledger<'_>,
) -> Result<(), String> {
    let Item { path, size, is_input } = item;
    if let Format::Unknown(found) = format
        && is_input
    {
        return Err(found);
    }
    ledger.hand(Entry { number: 0, path, size, is_input, body: Body::File(stream) });
    if is_input {
        ledger.passed(stream.passed());
        if stream.has_failed() {
            ledger.cut(stream.complain("before its end"));
        }
    } else {
        ledger.note_limit(stream);
    }
    Ok(())
}
