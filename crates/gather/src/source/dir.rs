//! The entries of a directory tree.
//!
//! Sorted, so that a tree gives the same stream on every machine, and without following links, so that
//! no entry comes from outside.

use std::fs::{File, FileType};
use std::ops::ControlFlow;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::entry::Body;
use super::progress::Progress;
use super::stream::Stream;
use super::tally::Tally;
use super::words;

/// Hands out every file below `root`, which is called `name`, sorted by path, part by part.
///
/// The root itself may be a link to a directory.
pub(super) fn walk(root: &Path, name: &str, progress: &Progress<'_>, tally: &mut Tally<'_>) {
    for entry in WalkDir::new(root).sort_by_file_name() {
        if let Err(why) = tally.admit() {
            tally.cut(name, why);
            return;
        }
        let flow = match entry {
            Ok(entry) if entry.file_type().is_dir() || entry.depth() == 0 => continue,
            Ok(entry) => offer(root, &entry, progress, tally),
            Err(error) => {
                let path = error.path().map_or_else(|| name.to_owned(), |path| inner(root, path));
                let path = if path.is_empty() { name.to_owned() } else { path };
                let why = error.io_error().map_or_else(|| error.to_string(), words::of_error);
                tally.damage(path, format!("it cannot be listed: {why}"));
                continue;
            }
        };
        if flow.is_break() {
            return;
        }
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
    entry: &DirEntry,
    progress: &Progress<'_>,
    tally: &mut Tally<'_>,
) -> ControlFlow<()> {
    let path = inner(root, entry.path());
    if let Some(what) = special(entry.file_type()) {
        return tally.offer(path, None, Body::Other(what));
    }
    let file = match File::open(entry.path()) {
        Ok(file) => file,
        Err(error) => {
            tally.damage(path, format!("it cannot be opened: {}", words::of_error(&error)));
            return ControlFlow::Continue(());
        }
    };
    let size = file.metadata().ok().map(|metadata| metadata.len());
    let mut stream = Stream::new("file", Box::new(progress.meter(file)));
    let flow = tally.offer(path, size, Body::File(&mut stream));
    tally.passed(stream.passed());
    flow
}

/// The path of a file below the root, with `/` on every system.
fn inner(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = inner.iter().map(std::ffi::OsStr::to_string_lossy).collect();
    parts.join("/")
}
