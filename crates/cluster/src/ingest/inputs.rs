//! Which inputs a folder holds: a dump is one, and a folder of archives is as many as lie in it.
//!
//! The layouts say what a dump is, and first bytes what an archive is. What lies in a dump is never looked
//! at: rotated logs and archives within it are its own. A folder without archives is one input, however
//! many dumps it holds. No file is read beyond its beginning, and no link is followed.

#[cfg(test)]
mod tests;

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use mustknow_archive::{FileKind, describe, kind_of};

use crate::layout;
use crate::layout::loose::begins_with_objects;

/// How many files and folders are looked at.
const ENTRIES: u64 = 200_000;
/// How deep folders are looked for in one another.
const DEPTH: u32 = 16;
/// The files that `oc adm must-gather` puts beside the folders of its images.
const OF_WRAPPER: [&str; 2] = ["timestamp", "event-filter.html"];
/// How `oc adm must-gather` names the folder it makes.
const WRAPPER: &str = "must-gather.local.";
/// What is in the name of the folder of an image.
const IMAGE: &str = "-sha256-";

/// What a folder holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The inputs, sorted: one file or folder each, or several files of text that lie side by side.
    pub inputs: Vec<Vec<PathBuf>>,
    /// Files that are no part of any.
    pub passed_over: Vec<PathBuf>,
    /// What cannot be looked at, and why.
    pub failed: Vec<(PathBuf, String)>,
}

/// The inputs that `folder` holds: itself, unless it holds archives and is no dump. The file at `except`
/// is none of them.
pub fn inputs_of(folder: &Path, except: Option<&Path>) -> Inputs {
    let mut search = Search { except, entries: ENTRIES, is_over: false };
    match search.look(folder, "", 0) {
        Ok(Seen::Folder(held)) if held.has_archives => {
            let mut inputs = held.inputs;
            inputs.inputs.sort();
            inputs.passed_over.sort();
            inputs.failed.sort();
            inputs
        }
        Ok(_) | Err(_) => Inputs { inputs: vec![vec![folder.to_owned()]], ..Inputs::default() },
    }
}

struct Search<'s> {
    except: Option<&'s Path>,
    /// How many entries may still be looked at.
    entries: u64,
    /// Whether it was said that there are more.
    is_over: bool,
}

/// What a folder is.
enum Seen {
    /// A dump, or what it was put into.
    Dump,
    Folder(Held),
}

/// What a folder that is no dump holds.
#[derive(Default)]
struct Held {
    inputs: Inputs,
    has_archives: bool,
}

/// The folder that turned out to be a collection, from within it.
struct Collection(String);

/// The files and folders of a folder, by name.
#[derive(Default)]
struct List {
    files: Vec<String>,
    folders: Vec<String>,
    /// Links, devices and the like.
    others: Vec<String>,
}

impl Search<'_> {
    /// Looks into the folder at `path`, which is `inner` below the top.
    fn look(&mut self, path: &Path, inner: &str, depth: u32) -> Result<Seen, Collection> {
        let mut held = Held::default();
        if depth > DEPTH {
            let why =
                format!("folders lie more than {DEPTH} deep in one another: name it by itself");
            held.inputs.failed.push((path.to_owned(), why));
            return Ok(Seen::Folder(held));
        }
        let list = self.list(path, &mut held.inputs);
        let below = |name: &str| {
            if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") }
        };
        for name in &list.files {
            if let Some(root) = layout::collection_of(&below(name)) {
                return found(root, inner);
            }
        }
        let mut dumps = Vec::new();
        for name in &list.folders {
            match self.look(&path.join(name), &below(name), depth + 1) {
                Ok(Seen::Dump) => dumps.push(name.as_str()),
                Ok(Seen::Folder(more)) => held.take(more),
                Err(Collection(root)) => return found(&root, inner),
            }
        }
        if is_wrapper(path, &list, &dumps) {
            return Ok(Seen::Dump);
        }
        held.inputs.inputs.extend(dumps.into_iter().map(|name| vec![path.join(name)]));
        held.inputs.passed_over.extend(list.others.iter().map(|name| path.join(name)));
        held.sort(list.files.iter().map(|name| path.join(name)));
        Ok(Seen::Folder(held))
    }

    fn list(&mut self, path: &Path, inputs: &mut Inputs) -> List {
        let mut list = List::default();
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                let why = format!("it cannot be listed: {}", describe::io_error(&error));
                inputs.failed.push((path.to_owned(), why));
                return list;
            }
        };
        for entry in entries {
            let Some(left) = self.entries.checked_sub(1) else {
                if !self.is_over {
                    self.is_over = true;
                    let why = format!(
                        "there are more than {ENTRIES} files and folders to look at: name its \
                         folders one by one"
                    );
                    inputs.failed.push((path.to_owned(), why));
                }
                break;
            };
            self.entries = left;
            let entry = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
            match entry {
                Ok((kind, name)) => match name.into_string() {
                    Ok(name) if self.is_excepted(&path.join(&name)) => {}
                    Ok(name) => list.add(kind, name),
                    Err(name) => {
                        let why = "its name is not UTF-8: name it by itself".to_owned();
                        inputs.failed.push((path.join(name), why));
                    }
                },
                Err(error) => {
                    let why = format!("it cannot be listed whole: {}", describe::io_error(&error));
                    inputs.failed.push((path.to_owned(), why));
                }
            }
        }
        for names in [&mut list.files, &mut list.folders, &mut list.others] {
            names.sort();
        }
        list
    }

    fn is_excepted(&self, path: &Path) -> bool {
        let Some(except) = self.except else { return false };
        // The names are compared first: to ask the system for each file takes long.
        path.file_name() == except.file_name()
            && match (fs::canonicalize(path), fs::canonicalize(except)) {
                (Ok(path), Ok(except)) => path == except,
                _ => false,
            }
    }
}

impl List {
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

impl Held {
    fn take(&mut self, more: Self) {
        self.inputs.inputs.extend(more.inputs.inputs);
        self.inputs.passed_over.extend(more.inputs.passed_over);
        self.inputs.failed.extend(more.inputs.failed);
        self.has_archives |= more.has_archives;
    }

    /// Sorts the files of a folder by what they are.
    fn sort(&mut self, files: impl Iterator<Item = PathBuf>) {
        let mut texts = Vec::new();
        for path in files {
            match kind_of(&path, begins_with_objects) {
                Ok(FileKind::Archive) => {
                    self.has_archives = true;
                    self.inputs.inputs.push(vec![path]);
                }
                Ok(FileKind::Text) => texts.push(path),
                Ok(FileKind::Other) => self.inputs.passed_over.push(path),
                Err(error) => {
                    let why = format!("it cannot be read: {}", describe::io_error(&error));
                    self.inputs.failed.push((path, why));
                }
            }
        }
        if !texts.is_empty() {
            self.inputs.inputs.push(texts);
        }
    }
}

/// Goes up to the folder that is the collection.
fn found(root: &str, inner: &str) -> Result<Seen, Collection> {
    if root == inner { Ok(Seen::Dump) } else { Err(Collection(root.to_owned())) }
}

/// Whether `oc adm must-gather` made the folder, and the dumps in it are those of its images.
fn is_wrapper(path: &Path, list: &List, dumps: &[&str]) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let is_named = name.starts_with(WRAPPER);
    let has_its_files = || list.files.iter().any(|file| OF_WRAPPER.contains(&file.as_str()));
    let has_images = || dumps.iter().any(|dump| dump.contains(IMAGE));
    !dumps.is_empty() && (is_named || has_its_files() || has_images())
}
