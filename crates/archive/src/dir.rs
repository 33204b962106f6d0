//! Reads the entries of a directory tree.
//!
//! Entries are sorted, so a tree yields the same stream on every machine. Links are not followed,
//! so no entry comes from outside the tree.

use std::fs::{File, FileType};
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use walkdir::{DirEntry, WalkDir};

use super::budget::Budget;
use super::entry::{Entry, EntryBody, StreamEnd, Visitor};
use super::ledger::{Ledger, MayOpen};
use super::progress::ConsumedBytes;
use super::stream::Stream;
use super::{describe, open};

/// How many low bits of an entry's number count the entries within an archive.
const ARCHIVE_BITS: u32 = 32;

/// Hands out every file below `root`, which is called `name`, sorted by path and shared by as many
/// visitors as there are threads.
///
/// The root itself may be a link to a directory.
pub(super) fn read<'v>(
    root: &Path,
    name: &str,
    budget: &Budget,
    threads: usize,
    progress: &ConsumedBytes<'_>,
    may_open: &MayOpen<'_>,
    visitor: &(dyn Fn() -> Visitor<'v> + Sync),
) -> StreamEnd {
    let list = WalkDir::new(root).sort_by_file_name().into_iter();
    let files = Mutex::new(FileList { list, number: 0, is_over: false });
    let read_files = || {
        let mut ledger = Ledger::new(name, visitor(), budget, may_open, open::open);
        loop {
            // A thread that panicked leaves the list intact.
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next(budget);
            let flow = match next {
                None => return ledger.finish(),
                Some(NextFile::LimitReached(why)) => {
                    ledger.note_truncation(why);
                    ControlFlow::Break(())
                }
                Some(NextFile::Entry(number, entry)) => {
                    read_entry(root, number, &entry, progress, &mut ledger)
                }
                Some(NextFile::Error(error)) => {
                    let path = error.path().map(|path| relative(root, path));
                    let path =
                        path.filter(|path| !path.is_empty()).unwrap_or_else(|| name.to_owned());
                    let why =
                        error.io_error().map_or_else(|| error.to_string(), describe::io_error);
                    ledger.note_damage(&path, format!("cannot be listed: {why}"));
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                files.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
            }
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(read_files)).collect();
        others.into_iter().fold(read_files(), |end, other| match other.join() {
            Ok(more) => end.merge(more),
            Err(panic) => resume_unwind(panic),
        })
    })
}

/// The list of files, shared by the threads.
struct FileList {
    list: walkdir::IntoIter,
    number: u64,
    is_over: bool,
}

/// The next file on the list.
enum NextFile {
    Entry(u64, DirEntry),
    Error(walkdir::Error),
    LimitReached(String),
}

impl FileList {
    fn next(&mut self, budget: &Budget) -> Option<NextFile> {
        while !self.is_over {
            let entry = self.list.next()?;
            self.number += 1;
            if let Err(why) = budget.admit_without_read_ahead() {
                self.is_over = true;
                return Some(NextFile::LimitReached(why));
            }
            match entry {
                Ok(entry) if entry.file_type().is_dir() || entry.depth() == 0 => {}
                Ok(entry) => return Some(NextFile::Entry(self.number, entry)),
                Err(error) => return Some(NextFile::Error(error)),
            }
        }
        None
    }
}

/// Names what is neither a file nor a directory; none for these two.
pub(super) fn non_file_kind(kind: FileType) -> Option<&'static str> {
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

fn read_entry(
    root: &Path,
    number: u64,
    entry: &DirEntry,
    progress: &ConsumedBytes<'_>,
    ledger: &mut Ledger<'_>,
) -> ControlFlow<()> {
    let path = relative(root, entry.path());
    // The entries within an archive are numbered between it and the next file.
    ledger.continue_at(number << ARCHIVE_BITS);
    if let Some(what) = non_file_kind(entry.file_type()) {
        ledger.visit_other(path, what);
        return ledger.flow();
    }
    let file = match File::open(entry.path()) {
        Ok(file) => file,
        Err(error) => {
            ledger.note_damage(&path, format!("cannot be opened: {}", describe::io_error(&error)));
            return ControlFlow::Continue(());
        }
    };
    let size = file.metadata().ok().map(|metadata| metadata.len());
    let mut stream = Stream::new("file", Box::new(BufReader::new(progress.meter(file))));
    // Only a file that may be an archive is peeked at before the visitor asks for it.
    if ledger.may_open(&path) {
        if ledger.visit_file(path, size, &mut stream) {
            return ledger.flow();
        }
    } else {
        let body = EntryBody::File(&mut stream);
        ledger.visit_entry(Entry { number: 0, path, size, is_input: false, body });
    }
    ledger.note_limit(&stream);
    ledger.add_bytes_read(stream.bytes_read());
    ledger.flow()
}

/// The path of a file below the root, with `/` on every system.
fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(std::ffi::OsStr::to_string_lossy).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::limits::Limits;

    #[test]
    fn the_entry_limit_ends_the_list() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::write(dir.path().join(name), "1").unwrap();
        }
        let list = WalkDir::new(dir.path()).sort_by_file_name().into_iter();
        let mut files = FileList { list, number: 0, is_over: false };
        // The root folder is the first on the list.
        let budget = Budget::new(Limits { entries: 2, ..Limits::default() });
        assert!(matches!(files.next(&budget), Some(NextFile::Entry(2, _))));
        assert!(matches!(files.next(&budget), Some(NextFile::LimitReached(_))));
        assert!(files.next(&budget).is_none());
    }
}
