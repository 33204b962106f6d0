//! A zip file, read by the directory at its end.
//!
//! Every byte of the file belongs to one entry at most. Entries that share bytes are how a small file
//! is made to hold petabytes, and no honest writer makes them.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow::{self, Break, Continue};

use rawzip::{
    CreatorSystem, FileReader, ZipArchive, ZipArchiveEntryWayfinder, ZipEntry, ZipLocator,
};

use super::super::ledger::Ledger;
use super::super::progress::Progress;
use super::super::words;
use super::body::{Claim, Method, capacity};
use super::member::{Claims, Member};

/// What one record of the directory may take: a name, extra fields and a comment of 64 KiB each.
const RECORD: usize = 256 * 1024;

/// Hands out every entry of a zip file; false, and nothing done, when it has no directory.
pub(in super::super) fn walk_file(
    file: File,
    progress: &Progress<'_>,
    ledger: &mut Ledger<'_>,
) -> bool {
    let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { return false };
    let mut buffer = vec![0; RECORD];
    let located = ZipLocator::new().locate_in_reader(FileReader::from(file), &mut buffer, length);
    let Ok(archive) = located else { return false };
    let mut walk = Walk {
        starts: starts(&archive, ledger.entries(), &mut buffer),
        archive: &archive,
        progress,
        ledger,
    };
    // Both outcomes have been written into the tally.
    let _ = walk.run(&mut buffer);
    true
}

/// Where entries begin, sorted, and where the last of them must end.
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

struct Walk<'w, 'p, 't> {
    archive: &'w ZipArchive<FileReader>,
    starts: Vec<u64>,
    progress: &'w Progress<'p>,
    ledger: &'w mut Ledger<'t>,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self, buffer: &mut [u8]) -> ControlFlow<()> {
        let mut entries = self.archive.entries(buffer);
        loop {
            let record = match entries.next_entry() {
                Ok(Some(record)) => record,
                Ok(None) => return Continue(()),
                Err(error) => {
                    let why = words::of_text(&error.to_string());
                    self.ledger.cut(format!("its directory is damaged: {why}"));
                    return Break(());
                }
            };
            if let Err(why) = self.ledger.admit_in_step() {
                self.ledger.cut(why);
                return Break(());
            }
            let raw = record.file_path();
            let name: &[u8] = raw.as_ref();
            let claims = Claims {
                name,
                method: record.compression_method().as_u16(),
                is_encrypted: record.flags().is_encrypted(),
                is_of_dos: matches!(
                    record.version_made_by().creator_system(),
                    CreatorSystem::FAT | CreatorSystem::NTFS | CreatorSystem::VFAT
                ),
                is_link: record.mode().is_symlink(),
            };
            match claims.judge() {
                Ok(Member::Directory) => {}
                Ok(Member::Link(path)) => self.ledger.other(path, "symbolic link"),
                Ok(Member::File(path, method)) => {
                    let claim =
                        Claim { crc: record.crc32(), size: record.uncompressed_size_hint() };
                    let start = record.local_header_offset();
                    self.file(path, method, claim, start, record.wayfinder());
                }
                Err(why) => self.ledger.damage(&words::of_name(name), why),
            }
            self.ledger.flow()?;
        }
    }

    fn file(
        &mut self,
        path: String,
        method: Method,
        claim: Claim,
        start: u64,
        way: ZipArchiveEntryWayfinder,
    ) {
        let entry = match self.archive.get_entry(way) {
            Ok(entry) => entry,
            Err(error) => {
                let why = words::of_text(&error.to_string());
                return self.ledger.damage(&path, format!("its header cannot be read: {why}"));
            }
        };
        if self.is_shared(start, &entry) {
            return self.ledger.damage(&path, "its bytes belong to another entry, too");
        }
        let packed = self.progress.meter(entry.reader());
        let packed = BufReader::with_capacity(capacity(way.compressed_size_hint()), packed);
        method.hand_out(path, claim, packed, self.ledger);
    }

    /// Whether another entry begins before this one has ended.
    fn is_shared(&self, start: u64, entry: &ZipEntry<'_, FileReader>) -> bool {
        let (_, end) = entry.compressed_data_range();
        let at = self.starts.partition_point(|other| *other < start);
        self.starts.get(at + 1).is_none_or(|next| *next < end)
    }
}
