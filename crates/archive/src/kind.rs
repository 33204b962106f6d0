//! What a file in a folder of archives is, by its first bytes.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use crate::budget::{Budget, OutputQuota};
use crate::decode::{Decoder, DecoderLimits};
use crate::format::{self, Format, PROLOGUE, Packing};
use crate::limits::DICTIONARY_LIMIT;
use crate::stream::Stream;

/// Ends of names that say that there is an archive. One that is none is not passed over: whoever put it
/// there waits for its report.
const ENDS: [&str; 11] = [
    ".tar", ".tgz", ".tar.gz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.bz2", ".tbz", ".tbz2",
    ".zip",
];
/// How archives begin that cannot be read here, which is to be said of each.
const UNREADABLE: [&[u8]; 2] = [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];
/// First entries of documents and programs that are zip files too.
const DOCUMENTS: [&[u8]; 6] =
    [b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"mimetype", b"META-INF/"];
/// Where the name of the first entry of a zip file begins.
const NAME_OF_ENTRY: usize = 30;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An archive, or what says that it is one and may be broken.
    Archive,
    /// A text that the caller asked for, compressed or not.
    Text,
    /// Neither.
    Other,
}

/// What the file at `path` is; `is_wanted` decides on the first bytes of a text.
pub fn kind_of(path: &Path, is_wanted: impl Fn(&[u8]) -> bool) -> io::Result<FileKind> {
    let mut file = File::open(path)?;
    let mut head = Vec::with_capacity(PROLOGUE);
    let prologue = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    file.by_ref().take(prologue).read_to_end(&mut head)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if ENDS.iter().any(|end| name.ends_with(end)) {
        return Ok(FileKind::Archive);
    }
    let kind = match format::of(&head) {
        Format::Packed(packing) => packed(packing, head, file, is_wanted),
        Format::Tar if head.iter().all(|byte| *byte == 0) => FileKind::Other,
        Format::Tar => FileKind::Archive,
        Format::Zip => zip(&head),
        Format::Text if is_wanted(&head) => FileKind::Text,
        Format::Unknown(_) if UNREADABLE.iter().any(|magic| head.starts_with(magic)) => {
            FileKind::Archive
        }
        Format::Text | Format::Unknown(_) => FileKind::Other,
    };
    Ok(kind)
}

/// What is in a compressed file: an archive, a text, or something that cannot be told because it is broken.
fn packed(
    packing: Packing,
    head: Vec<u8>,
    rest: File,
    is_wanted: impl Fn(&[u8]) -> bool,
) -> FileKind {
    let budget = Budget::default();
    let allowed = DecoderLimits { dictionary: DICTIONARY_LIMIT, quota: OutputQuota::new(&budget) };
    let bytes = BufReader::new(Cursor::new(head).chain(rest));
    let decoder = Decoder::new(packing, bytes, allowed);
    let mut inside = Stream::new(packing.name(), Box::new(BufReader::new(decoder)));
    let head = inside.peek(PROLOGUE).to_vec();
    match format::of(&head) {
        Format::Tar | Format::Zip | Format::Packed(_) => FileKind::Archive,
        _ if inside.has_failed() => FileKind::Archive,
        Format::Text if is_wanted(&head) => FileKind::Text,
        Format::Text | Format::Unknown(_) => FileKind::Other,
    }
}

fn zip(head: &[u8]) -> FileKind {
    let name = head.get(NAME_OF_ENTRY..).unwrap_or_default();
    let is_document = DOCUMENTS.iter().any(|document| name.starts_with(document));
    if is_document { FileKind::Other } else { FileKind::Archive }
}
