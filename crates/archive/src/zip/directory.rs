//! Reads a zip file by the central directory at its end.
//!
//! Every byte of the file belongs to one entry at most. Overlapping entries make a small file expand to
//! petabytes, and no valid writer creates them.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow::{self, Break, Continue};

use rawzip::{
    CreatorSystem, FileReader, ZipArchive, ZipArchiveEntryWayfinder, ZipEntry, ZipLocator,
};

use super::super::describe;
use super::super::ledger::Ledger;
use super::super::progress::ConsumedBytes;
use super::body::{Checksum, Method, capacity};
use super::member::{ZipHeader, ZipMember};

/// The largest record of the directory: a name, extra fields and a comment of 64 KiB each.
const RECORD_SIZE: usize = 256 * 1024;

/// Hands out every entry of a zip file; returns false and does nothing if it has no directory.
pub(in super::super) fn read_by_directory(
    file: File,
    progress: &ConsumedBytes<'_>,
    ledger: &mut Ledger<'_>,
) -> bool {
    let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { return false };
    let mut buffer = vec![0; RECORD_SIZE];
    let located = ZipLocator::new().locate_in_reader(FileReader::from(file), &mut buffer, length);
    let Ok(archive) = located else { return false };
    let mut reader = ZipDirectoryReader {
        starts: starts(&archive, ledger.max_entries(), &mut buffer),
        archive: &archive,
        progress,
        ledger,
    };
    // Both outcomes are in the ledger already.
    let _ = reader.run(&mut buffer);
    true
}

/// Where entries start, sorted, and where the last of them must end.
fn starts(archive: &ZipArchive<FileReader>, most: u64, buffer: &mut [u8]) -> Vec<u64> {
    let mut starts = vec![archive.directory_offset()];
    let mut entries = archive.entries(buffer);
    while let Ok(Some(entry)) = entries.next_entry()
        && (starts.len() as u64) <= most
    {
        starts.push(entry.local_header_offset());
    }
    starts.sort_unstable();
    starts
}

struct ZipDirectoryReader<'r, 'p, 't> {
    archive: &'r ZipArchive<FileReader>,
    starts: Vec<u64>,
    progress: &'r ConsumedBytes<'p>,
    ledger: &'r mut Ledger<'t>,
}

impl ZipDirectoryReader<'_, '_, '_> {
    fn run(&mut self, buffer: &mut [u8]) -> ControlFlow<()> {
        let mut entries = self.archive.entries(buffer);
        loop {
            let record = match entries.next_entry() {
                Ok(Some(record)) => record,
                Ok(None) => return Continue(()),
                Err(error) => {
                    let why = describe::lower_case(&error.to_string());
                    self.ledger.note_truncation(format!("zip directory is corrupt: {why}"));
                    return Break(());
                }
            };
            if let Err(why) = self.ledger.admit_without_read_ahead() {
                self.ledger.note_truncation(why);
                return Break(());
            }
            let raw = record.file_path();
            let name: &[u8] = raw.as_ref();
            let header = ZipHeader {
                name,
                method: record.compression_method().as_u16(),
                is_encrypted: record.flags().is_encrypted(),
                is_from_dos: matches!(
                    record.version_made_by().creator_system(),
                    CreatorSystem::FAT | CreatorSystem::NTFS | CreatorSystem::VFAT
                ),
                is_link: record.mode().is_symlink(),
            };
            match header.classify() {
                Ok(ZipMember::Directory) => {}
                Ok(ZipMember::Link(path)) => self.ledger.visit_other(path, "symbolic link"),
                Ok(ZipMember::File(path, method)) => {
                    let checksum =
                        Checksum { crc: record.crc32(), size: record.uncompressed_size_hint() };
                    let start = record.local_header_offset();
                    self.file(path, method, checksum, start, record.wayfinder());
                }
                Err(why) => self.ledger.note_damage(&describe::name(name), why),
            }
            self.ledger.flow()?;
        }
    }

    fn file(
        &mut self,
        path: String,
        method: Method,
        checksum: Checksum,
        start: u64,
        wayfinder: ZipArchiveEntryWayfinder,
    ) {
        let entry = match self.archive.get_entry(wayfinder) {
            Ok(entry) => entry,
            Err(error) => {
                let why = describe::lower_case(&error.to_string());
                return self.ledger.note_damage(&path, format!("cannot read the header: {why}"));
            }
        };
        if self.overlaps(start, &entry) {
            return self.ledger.note_damage(&path, "overlaps with another entry");
        }
        let compressed = self.progress.meter(entry.reader());
        let capacity = capacity(wayfinder.compressed_size_hint());
        let compressed = BufReader::with_capacity(capacity, compressed);
        method.hand_out(path, checksum, compressed, self.ledger);
    }

    /// Whether another entry starts before this one has ended.
    fn overlaps(&self, start: u64, entry: &ZipEntry<'_, FileReader>) -> bool {
        let (_, end) = entry.compressed_data_range();
        let at = self.starts.partition_point(|other| *other < start);
        self.starts.get(at + 1).is_none_or(|next| *next < end)
    }
}
