//! Finds the inputs in a folder: a dump is one input, a folder of archives has one input per
//! archive.
//!
//! The layouts recognize a dump, and the first bytes of a file show an archive. The files within a
//! dump, such as rotated logs and nested archives, belong to it and are not inspected. A folder
//! without archives is one input, even if it contains several dumps. Only the beginning of a file
//! is read, and links are not followed.

#[cfg(test)]
mod tests;

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use mustknow_archive::{FileKind, describe, kind_of};

use crate::layout;
use crate::layout::manifest::starts_manifest;

/// How many files and folders are inspected.
const ENTRIES_LIMIT: u64 = 200_000;
/// How many levels of nested folders are inspected.
const DEPTH_LIMIT: u32 = 16;
/// The files that `oc adm must-gather` writes next to the folders of its images.
const WRAPPER_FILES: [&str; 2] = ["timestamp", "event-filter.html"];
/// The prefix of the folder that `oc adm must-gather` creates.
const WRAPPER_PREFIX: &str = "must-gather.local.";
/// A part of the name of an image folder.
const IMAGE_DIGEST: &str = "-sha256-";

/// The inputs in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The inputs, sorted: a file, a folder, or several text files of one folder.
    pub inputs: Vec<Vec<PathBuf>>,
    /// Files that do not belong to any input.
    pub passed_over: Vec<PathBuf>,
    /// Files and folders that cannot be inspected, and why.
    pub failed: Vec<(PathBuf, String)>,
}

/// The inputs in `folder`: the folder itself, unless it contains archives and is not a dump. The
/// file at `except` is skipped.
pub fn inputs_of(folder: &Path, except: Option<&Path>) -> Inputs {
    let mut search = InputSearch { except, entries: ENTRIES_LIMIT, is_over: false };
    match search.inspect(folder, "", 0) {
        Ok(FolderKind::Other(content)) if content.has_archives => {
            let mut inputs = content.inputs;
            inputs.inputs.sort();
            inputs.passed_over.sort();
            inputs.failed.sort();
            inputs
        }
        Ok(_) | Err(_) => Inputs { inputs: vec![vec![folder.to_owned()]], ..Inputs::default() },
    }
}

/// The search for inputs below a folder.
struct InputSearch<'s> {
    except: Option<&'s Path>,
    /// How many entries may still be inspected.
    entries: u64,
    /// Whether the limit was reported.
    is_over: bool,
}

/// What a folder is.
enum FolderKind {
    /// A dump, or the folder that `oc adm must-gather` creates around it.
    Dump,
    /// A folder that is not a dump.
    Other(FolderContent),
}

/// The inputs in a folder that is not a dump.
#[derive(Default)]
struct FolderContent {
    inputs: Inputs,
    has_archives: bool,
}

/// The root of the collection that the inspected folder is inside of.
struct CollectionRoot(String);

/// The entries of a folder, by name.
#[derive(Default)]
struct FolderListing {
    files: Vec<String>,
    folders: Vec<String>,
    /// Links, devices and other special files.
    others: Vec<String>,
}

impl InputSearch<'_> {
    /// Inspects the folder at `path`, whose path below the top is `inner`. Fails with the root if
    /// the folder is inside of a collection.
    fn inspect(
        &mut self,
        path: &Path,
        inner: &str,
        depth: u32,
    ) -> Result<FolderKind, CollectionRoot> {
        let mut content = FolderContent::default();
        if depth > DEPTH_LIMIT {
            let why = format!(
                "nested more than {DEPTH_LIMIT} folders deep; pass it as an input of its own"
            );
            content.inputs.failed.push((path.to_owned(), why));
            return Ok(FolderKind::Other(content));
        }
        let listing = self.list(path, &mut content.inputs);
        let below = |name: &str| {
            if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") }
        };
        for name in &listing.files {
            if let Some(root) = layout::collection_of(&below(name)) {
                return dump_or_root(root, inner);
            }
        }
        let mut dumps = Vec::new();
        for name in &listing.folders {
            match self.inspect(&path.join(name), &below(name), depth + 1) {
                Ok(FolderKind::Dump) => dumps.push(name.as_str()),
                Ok(FolderKind::Other(more)) => content.append(more),
                Err(CollectionRoot(root)) => return dump_or_root(&root, inner),
            }
        }
        if is_wrapper(path, &listing, &dumps) {
            return Ok(FolderKind::Dump);
        }
        content.inputs.inputs.extend(dumps.into_iter().map(|name| vec![path.join(name)]));
        content.inputs.passed_over.extend(listing.others.iter().map(|name| path.join(name)));
        content.classify_files(listing.files.iter().map(|name| path.join(name)));
        Ok(FolderKind::Other(content))
    }

    fn list(&mut self, path: &Path, inputs: &mut Inputs) -> FolderListing {
        let mut listing = FolderListing::default();
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                let why = format!("cannot be listed: {}", describe::io_error(&error));
                inputs.failed.push((path.to_owned(), why));
                return listing;
            }
        };
        for entry in entries {
            let Some(remaining) = self.entries.checked_sub(1) else {
                if !self.is_over {
                    self.is_over = true;
                    let why = format!(
                        "contains more than {ENTRIES_LIMIT} files and folders; pass its folders \
                         one by one"
                    );
                    inputs.failed.push((path.to_owned(), why));
                }
                break;
            };
            self.entries = remaining;
            let entry = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
            match entry {
                Ok((kind, name)) => match name.into_string() {
                    Ok(name) if self.is_excepted(&path.join(&name)) => {}
                    Ok(name) => listing.add(kind, name),
                    Err(name) => {
                        let why = "name is not UTF-8; pass it as an input of its own".to_owned();
                        inputs.failed.push((path.join(name), why));
                    }
                },
                Err(error) => {
                    let why =
                        format!("cannot be listed completely: {}", describe::io_error(&error));
                    inputs.failed.push((path.to_owned(), why));
                }
            }
        }
        for names in [&mut listing.files, &mut listing.folders, &mut listing.others] {
            names.sort();
        }
        listing
    }

    fn is_excepted(&self, path: &Path) -> bool {
        let Some(except) = self.except else { return false };
        // Names are compared first because resolving every path is slow.
        path.file_name() == except.file_name()
            && match (fs::canonicalize(path), fs::canonicalize(except)) {
                (Ok(path), Ok(except)) => path == except,
                _ => false,
            }
    }
}

impl FolderListing {
    fn add(&mut self, kind: FileType, name: String) {
        if kind.is_dir() {
            self.folders.push(name);
        } else if kind.is_file() {
            self.files.push(name);
        } else {
            self.others.push(name);
        }
    }
}

impl FolderContent {
    fn append(&mut self, more: Self) {
        self.inputs.inputs.extend(more.inputs.inputs);
        self.inputs.passed_over.extend(more.inputs.passed_over);
        self.inputs.failed.extend(more.inputs.failed);
        self.has_archives |= more.has_archives;
    }

    /// Adds the files of a folder by their kind.
    fn classify_files(&mut self, files: impl Iterator<Item = PathBuf>) {
        let mut texts = Vec::new();
        for path in files {
            match kind_of(&path, starts_manifest) {
                Ok(FileKind::Archive) => {
                    self.has_archives = true;
                    self.inputs.inputs.push(vec![path]);
                }
                Ok(FileKind::Text) => texts.push(path),
                Ok(FileKind::Other) => self.inputs.passed_over.push(path),
                Err(error) => {
                    let why = format!("cannot be read: {}", describe::io_error(&error));
                    self.inputs.failed.push((path, why));
                }
            }
        }
        if !texts.is_empty() {
            self.inputs.inputs.push(texts);
        }
    }
}

/// A dump if the folder at `inner` is the root of the collection, otherwise the root.
fn dump_or_root(root: &str, inner: &str) -> Result<FolderKind, CollectionRoot> {
    if root == inner { Ok(FolderKind::Dump) } else { Err(CollectionRoot(root.to_owned())) }
}

/// Whether `oc adm must-gather` created the folder, and the dumps in it are those of its images.
fn is_wrapper(path: &Path, listing: &FolderListing, dumps: &[&str]) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let is_named = name.starts_with(WRAPPER_PREFIX);
    let has_its_files = || listing.files.iter().any(|file| WRAPPER_FILES.contains(&file.as_str()));
    let has_images = || dumps.iter().any(|dump| dump.contains(IMAGE_DIGEST));
    !dumps.is_empty() && (is_named || has_its_files() || has_images())
}
