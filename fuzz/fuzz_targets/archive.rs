//! Any bytes as an input: read or refused, and no panic.
//!
//! `open` turns a panic of a document's reader into damage; here a panic ends the process before that.

#![no_main]

use std::cell::RefCell;
use std::fs;

use libfuzzer_sys::fuzz_target;
use mustknow_gather::{Limits, Wanted, open};
use tempfile::TempDir;

const BLOCK: usize = 512;

thread_local! {
    static DIR: RefCell<TempDir> =
        RefCell::new(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    seal(&mut bytes);
    DIR.with_borrow(|dir| {
        let path = dir.path().join("input");
        fs::write(&path, &bytes).unwrap();
        let Ok(archive) = open(&path, &Wanted::everything(), Limits::default(), &|_| {}) else { return };
        for snapshot in &archive.snapshots {
            let _ = (snapshot.clock(), snapshot.is_openshift(), snapshot.cluster_version());
            let _ = format!("{:?} {:?}", snapshot.coverage(), snapshot.damage());
        }
    });
});

/// Corrects the checksums of what looks like headers of tar, which chance would never hit.
fn seal(bytes: &mut [u8]) {
    for block in bytes.chunks_exact_mut(BLOCK) {
        if block.get(257..262) == Some(b"ustar") {
            let mut header = tar::Header::new_old();
            header.as_mut_bytes().copy_from_slice(block);
            header.set_cksum();
            block.copy_from_slice(header.as_bytes());
        }
    }
}
