//! The entries of a directory tree.
//!
//! Sorted, so that a tree gives the same stream on every machine, and without following links, so that
//! no entry comes from outside.

use std::fs::{File, FileType};
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use walkdir::{DirEntry, WalkDir};

use super::budget::Budget;
use super::entry::{Body, End, Entry, Visitor};
use super::ledger::{Ledger, MayOpen};
use super::progress::Progress;
use super::stream::Stream;
use super::words;

/// How many bits of the place of an entry are left for what lies within an archive.
const ROOM_WITHIN: u32 = 32;

/// Hands out every file below `root`, which is called `name`, sorted by path, part by part, to as many
/// visitors as there are threads.
///
/// The root itself may be a link to a directory.
pub(super) fn walk<'v>(
    root: &Path,
    name: &str,
    budget: &Budget,
    threads: usize,
    progress: &Progress<'_>,
    may_open: &MayOpen<'_>,
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> End {
    let list = WalkDir::new(root).sort_by_file_name().into_iter();
    let files = Mutex::new(Files { list, number: 0, is_over: false });
    let hand_out = || {
        let mut ledger = Ledger::new(name, visitor(), budget, may_open);
        loop {
            // A thread that panicked has left the list as it was.
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next(budget);
            let flow = match next {
                None => return ledger.close(),
                Some(Found::Enough(why)) => {
                    ledger.cut(why);
                    ControlFlow::Break(())
                }
                Some(Found::Entry(number, entry)) => {
                    offer(root, number, &entry, progress, &mut ledger)
                }
                Some(Found::Error(error)) => {
                    let path = error.path().map(|path| inner(root, path));
                    let path =
                        path.filter(|path| !path.is_empty()).unwrap_or_else(|| name.to_owned());
                    let why = error.io_error().map_or_else(|| error.to_string(), words::of_error);
                    ledger.damage(&path, format!("it cannot be listed: {why}"));
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                files.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
            }
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(hand_out)).collect();
        others.into_iter().fold(hand_out(), |end, other| match other.join() {
            Ok(more) => end.and(more),
            Err(panic) => resume_unwind(panic),
        })
    })
}

/// The list of files that the threads share.
struct Files {
    list: walkdir::IntoIter,
    number: u64,
    is_over: bool,
}

/// What comes next on the list.
enum Found {
    Entry(u64, DirEntry),
    Error(walkdir::Error),
    Enough(String),
}

impl Files {
    fn next(&mut self, budget: &Budget) -> Option<Found> {
        while !self.is_over {
            let entry = self.list.next()?;
            self.number += 1;
            if let Err(why) = budget.admit_in_step() {
                self.is_over = true;
                return Some(Found::Enough(why));
            }
            match entry {
                Ok(entry) if entry.file_type().is_dir() || entry.depth() == 0 => {}
                Ok(entry) => return Some(Found::Entry(self.number, entry)),
                Err(error) => return Some(Found::Error(error)),
            }
        }
        None
    }
}

/// Names what is neither a file nor a directory; none for those two.
pub(super) fn special(kind: FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_dir() {
        return None;
    }
    if kind.is_symlink() {
        return Some("symbolic link");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kinds = [
            (kind.is_fifo(), "fifo"),
            (kind.is_socket(), "socket"),
            (kind.is_char_device(), "character device"),
            (kind.is_block_device(), "block device"),
        ];
        if let Some((_, what)) = kinds.into_iter().find(|(is, _)| *is) {
            return Some(what);
        }
    }
    Some("special file")
}

fn offer(
    root: &Path,
    number: u64,
    entry: &DirEntry,
    progress: &Progress<'_>,
    ledger: &mut Ledger<'_>,
) -> ControlFlow<()> {
    let path = inner(root, entry.path());
    // What lies within an archive comes between it and the next file.
    ledger.go_to(number << ROOM_WITHIN);
    if let Some(what) = special(entry.file_type()) {
        ledger.other(path, what);
        return ledger.flow();
    }
    let file = match File::open(entry.path()) {
        Ok(file) => file,
        Err(error) => {
            ledger.damage(&path, format!("it cannot be opened: {}", words::of_error(&error)));
            return ControlFlow::Continue(());
        }
    };
    let size = file.metadata().ok().map(|metadata| metadata.len());
    let mut stream = Stream::new("file", Box::new(BufReader::new(progress.meter(file))));
    // Only what may be an archive is looked at before it is asked for.
    if ledger.may_open(&path) {
        if ledger.file(path, size, &mut stream) {
            return ledger.flow();
        }
    } else {
        let body = Body::File(&mut stream);
        ledger.hand(Entry { number: 0, path, size, is_input: false, body });
    }
    ledger.note_limit(&stream);
    ledger.passed(stream.passed());
    ledger.flow()
}

/// The path of a file below the root, with `/` on every system.
fn inner(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = inner.iter().map(std::ffi::OsStr::to_string_lossy).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::limits::Limits;

    #[test]
    fn more_files_than_are_borne_end_the_list() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::write(dir.path().join(name), "1").unwrap();
        }
        let list = WalkDir::new(dir.path()).sort_by_file_name().into_iter();
        let mut files = Files { list, number: 0, is_over: false };
        // The folder itself is the first on the list.
        let budget = Budget::new(Limits { entries: 2, ..Limits::default() });
        assert!(matches!(files.next(&budget), Some(Found::Entry(2, _))));
        assert!(matches!(files.next(&budget), Some(Found::Enough(_))));
        assert!(files.next(&budget).is_none());
    }
}
