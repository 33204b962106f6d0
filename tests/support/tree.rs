//! A tree of files in memory, and the archives it can become.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// Files by path, in the order they will have in an archive.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree(pub(crate) Vec<(String, Vec<u8>)>);

impl Tree {
    /// The files of a committed archive.
    pub(crate) fn of(name: &str) -> Self {
        let file = File::open(super::fixture(name)).unwrap();
        let mut archive = tar::Archive::new(GzDecoder::new(file));
        let mut tree = Self::default();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.header().entry_type().is_file() {
                let path = entry.path().unwrap().to_str().unwrap().to_owned();
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).unwrap();
                tree.0.push((path, bytes));
            }
        }
        tree
    }

    /// The files of the image directory of a committed must-gather, without the directories above it.
    pub(crate) fn image_of(name: &str) -> Self {
        let mut tree = Self::of(name);
        tree.0.retain(|(path, _)| path.split('/').count() > 2);
        tree.map(|path| path.splitn(3, '/').nth(2).unwrap_or_default().to_owned())
    }

    /// Renames every file.
    pub(crate) fn map(self, rename: impl Fn(&str) -> String) -> Self {
        Self(self.0.into_iter().map(|(path, bytes)| (rename(&path), bytes)).collect())
    }

    /// Moves every file below `root`.
    pub(crate) fn below(self, root: &str) -> Self {
        self.map(|path| format!("{root}{path}"))
    }

    /// Adds the files of another tree.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds one file.
    pub(crate) fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.push((path.to_owned(), bytes.into()));
        self
    }

    /// Edits the text of the one file whose path ends so.
    pub(crate) fn edit(mut self, end: &str, edit: impl Fn(&str) -> String) -> Self {
        let mut edited = 0;
        for (path, bytes) in &mut self.0 {
            if path.ends_with(end) {
                *bytes = edit(std::str::from_utf8(bytes).unwrap()).into_bytes();
                edited += 1;
            }
        }
        assert_eq!(edited, 1, "files that end in {end}");
        self
    }

    /// The text of the one file whose path ends so.
    pub(crate) fn text(&self, end: &str) -> &str {
        let (_, bytes) = self.0.iter().find(|(path, _)| path.ends_with(end)).unwrap();
        std::str::from_utf8(bytes).unwrap()
    }

    /// Writes it as a directory.
    pub(crate) fn to_dir(&self, dir: &Path) -> PathBuf {
        for (path, bytes) in &self.0 {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir.to_owned()
    }

    /// The bytes of a tar of it. Names are written unchanged, even invalid ones.
    pub(crate) fn to_tar(&self) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in &self.0 {
            append(&mut tar, tar::EntryType::Regular, path, bytes);
        }
        tar.into_inner().unwrap()
    }

    /// Writes it as a tar.gz into `dir`.
    pub(crate) fn to_tar_gz(&self, dir: &TempDir, name: &str) -> PathBuf {
        write(dir, name, &gzip(&self.to_tar()))
    }
}

/// Appends an entry under a name that the tar crate itself might refuse to write.
pub(crate) fn append(
    tar: &mut tar::Builder<Vec<u8>>,
    kind: tar::EntryType,
    path: &str,
    bytes: &[u8],
) {
    if path.len() > 100 {
        let mut long = path.as_bytes().to_vec();
        long.push(0);
        let mut header = header(tar::EntryType::GNULongName, "././@LongLink", long.len());
        tar.append(&header, &*long).unwrap();
        header = self::header(kind, path.get(..100).unwrap_or("cut"), bytes.len());
        tar.append(&header, bytes).unwrap();
    } else {
        tar.append(&header(kind, path, bytes.len()), bytes).unwrap();
    }
}

fn header(kind: tar::EntryType, path: &str, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size as u64);
    header.set_cksum();
    header
}

/// Appends an entry that is not a file: a link to `target`, a device.
pub(crate) fn append_other(
    tar: &mut tar::Builder<Vec<u8>>,
    kind: tar::EntryType,
    path: &str,
    target: &str,
) {
    let mut header = header(kind, path, 0);
    header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
    header.set_cksum();
    tar.append(&header, &[][..]).unwrap();
}

/// Compresses bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// Writes a file into a directory.
pub(crate) fn write(dir: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}
