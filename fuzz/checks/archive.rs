//! Any bytes as an input: they are read or refused without a panic.
//!
//! `open` turns a panic of a document reader into damage; here a panic ends the process before
//! that.

use std::cell::RefCell;
use std::fs;

use mustknow_archive::Limits;
use mustknow_cluster::views::ClusterVersion;
use mustknow_cluster::{Interest, open};
use tempfile::TempDir;

const BLOCK: usize = 512;

thread_local! {
    static DIR: RefCell<TempDir> =
        RefCell::new(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());
}

/// Checks one input.
pub(crate) fn check(data: &[u8]) {
    let mut bytes = data.to_vec();
    fix_tar_checksums(&mut bytes);
    fix_zip_checksums(&mut bytes);
    DIR.with_borrow(|dir| {
        let path = dir.path().join("input");
        fs::write(&path, &bytes).unwrap();
        // Every other input is read with the history.
        let interest = Interest { history: data.len() % 2 == 1, ..Interest::everything() };
        let Ok(archive) = open(&path, &interest, Limits::default(), &|_| {}) else {
            return;
        };
        for snapshot in &archive.snapshots {
            let _ = (snapshot.clock(), snapshot.is_openshift(), ClusterVersion::find(snapshot));
            let _ = format!("{:?} {:?}", snapshot.coverage(), snapshot.damage());
        }
    });
}

/// Corrects the checksums of tar headers, which a fuzzer would never guess.
fn fix_tar_checksums(bytes: &mut [u8]) {
    for block in bytes.chunks_exact_mut(BLOCK) {
        if block.get(257..262) == Some(b"ustar") {
            let mut header = tar::Header::new_old();
            header.as_mut_bytes().copy_from_slice(block);
            header.set_cksum();
            block.copy_from_slice(header.as_bytes());
        }
    }
}

/// Corrects the checksums of stored zip entries, in their headers and in the directory.
fn fix_zip_checksums(bytes: &mut [u8]) {
    let marks = |bytes: &[u8], mark: &[u8]| -> Vec<usize> {
        let found = bytes.windows(4).enumerate().filter(|(_, window)| *window == mark);
        found.map(|(at, _)| at).take(64).collect()
    };
    for at in marks(bytes, b"PK\x03\x04") {
        let Some(crc) = checksum_of_stored(bytes, at) else { continue };
        bytes[at + 14..at + 18].copy_from_slice(&crc);
        for listed in marks(bytes, b"PK\x01\x02") {
            let offset = bytes.get(listed + 42..listed + 46);
            if offset.is_some_and(|offset| number(offset) == at) {
                bytes[listed + 16..listed + 20].copy_from_slice(&crc);
            }
        }
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The checksum of the entry whose header is at an offset, if it is complete and not compressed.
fn checksum_of_stored(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    let header = bytes.get(at..at + 30)?;
    if header[8..10] != [0, 0] {
        return None;
    }
    let start = at + 30 + number(&header[26..28]) + number(&header[28..30]);
    let content = bytes.get(start..start.checked_add(number(&header[18..22]))?)?;
    let crc = content.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    Some((!crc).to_le_bytes())
}
