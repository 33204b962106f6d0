//! Decides by its first bytes whether a file in a folder of archives is an input.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use crate::budget::{Budget, OutputQuota};
use crate::decode::{Decoder, DecoderLimits};
use crate::format::{self, Compression, ContainerFormat, PROLOGUE};
use crate::limits::DICTIONARY_LIMIT;
use crate::stream::Stream;

/// Suffixes of archive names. A file with such a name is reported even if its content is not an
/// archive.
const ARCHIVE_SUFFIXES: [&str; 11] = [
    ".tar", ".tgz", ".tar.gz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.bz2", ".tbz", ".tbz2",
    ".zip",
];
/// Magic numbers of archives that are not supported; each such file is reported.
const UNREADABLE: [&[u8]; 2] = [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];
/// First entries of documents and programs that are zip files too.
const DOCUMENTS: [&[u8]; 6] =
    [b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"mimetype", b"META-INF/"];
/// The offset of the name of the first entry in a zip file.
const NAME_OF_ENTRY: usize = 30;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An archive, or a file that is named like one or may be a broken one.
    Archive,
    /// A text that the caller wants, compressed or not.
    Text,
    /// Another file.
    Other,
}

/// Returns the kind of the file at `path`; `is_wanted` decides by the first bytes of a text.
pub fn kind_of(path: &Path, is_wanted: impl Fn(&[u8]) -> bool) -> io::Result<FileKind> {
    let mut file = File::open(path)?;
    let mut head = Vec::with_capacity(PROLOGUE);
    let prologue = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    file.by_ref().take(prologue).read_to_end(&mut head)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if ARCHIVE_SUFFIXES.iter().any(|end| name.ends_with(end)) {
        return Ok(FileKind::Archive);
    }
    let kind = match format::detect(&head) {
        ContainerFormat::Compressed(compression) => compressed(compression, head, file, is_wanted),
        ContainerFormat::Tar if head.iter().all(|byte| *byte == 0) => FileKind::Other,
        ContainerFormat::Tar => FileKind::Archive,
        ContainerFormat::Zip => zip(&head),
        ContainerFormat::Text if is_wanted(&head) => FileKind::Text,
        ContainerFormat::Unknown(_) if UNREADABLE.iter().any(|magic| head.starts_with(magic)) => {
            FileKind::Archive
        }
        ContainerFormat::Text | ContainerFormat::Unknown(_) => FileKind::Other,
    };
    Ok(kind)
}

/// The kind of a compressed file by its content; a broken one counts as an archive.
fn compressed(
    compression: Compression,
    head: Vec<u8>,
    rest: File,
    is_wanted: impl Fn(&[u8]) -> bool,
) -> FileKind {
    let budget = Budget::default();
    let limits = DecoderLimits { dictionary: DICTIONARY_LIMIT, quota: OutputQuota::new(&budget) };
    let bytes = BufReader::new(Cursor::new(head).chain(rest));
    let decoder = Decoder::new(compression, bytes, limits);
    let mut inside = Stream::new(compression.name(), Box::new(BufReader::new(decoder)));
    let head = inside.peek(PROLOGUE).to_vec();
    match format::detect(&head) {
        ContainerFormat::Tar | ContainerFormat::Zip | ContainerFormat::Compressed(_) => {
            FileKind::Archive
        }
        _ if inside.has_failed() => FileKind::Archive,
        ContainerFormat::Text if is_wanted(&head) => FileKind::Text,
        ContainerFormat::Text | ContainerFormat::Unknown(_) => FileKind::Other,
    }
}

fn zip(head: &[u8]) -> FileKind {
    let name = head.get(NAME_OF_ENTRY..).unwrap_or_default();
    let is_document = DOCUMENTS.iter().any(|document| name.starts_with(document));
    if is_document { FileKind::Other } else { FileKind::Archive }
}
