//! Which files the tests of this folder read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::items::test_modules;
use crate::support::checkout;

/// The files below some folders of the checkout whose name ends so, with their text.
fn files(folders: &[&str], suffix: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<_> = folders.iter().map(|folder| checkout().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !matches!(name, "target" | "node_modules") {
                    folders.push(path);
                }
            } else if name.ends_with(suffix) {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(checkout()).unwrap().to_owned(), text);
            }
        }
    }
    found
}

/// The source files of all crates, with their text.
pub(super) fn of_crates() -> BTreeMap<PathBuf, String> {
    let mut found = files(&["crates"], ".rs");
    found.retain(|path, _| path.iter().nth(2).is_some_and(|folder| folder == "src"));
    assert!(found.len() > 50, "the sources are where they are looked for");
    found
}

/// The source files of all crates that are not for tests only.
pub(super) fn without_tests() -> BTreeMap<PathBuf, String> {
    let all = of_crates();
    let mut found = all.clone();
    for (path, text) in &all {
        for module in test_modules(text) {
            let folder = folder_of(path).join(module);
            found.retain(|path, _| {
                *path != folder.with_extension("rs") && !path.starts_with(&folder)
            });
        }
    }
    found
}

/// Every Rust file of the project.
pub(super) fn everything() -> BTreeMap<PathBuf, String> {
    files(&["crates", "tests", "benches", "fuzz"], ".rs")
}

/// The pages of documentation, without the examples, which are output of the program.
pub(super) fn pages() -> BTreeMap<PathBuf, String> {
    let mut found = files(&["docs"], ".md");
    found.retain(|path, _| !path.starts_with("docs/examples"));
    found.insert("README.md".into(), fs::read_to_string(checkout().join("README.md")).unwrap());
    found
}

/// The fixtures of the rules.
pub(super) fn fixtures() -> BTreeMap<PathBuf, String> {
    files(&["fixtures/rules"], ".md")
}

/// Where the files of the modules that a file declares lie.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap();
    let folder = path.parent().unwrap();
    if matches!(stem.to_str(), Some("lib" | "main" | "mod")) {
        folder.to_owned()
    } else {
        folder.join(stem)
    }
}

/// A line without its comment.
pub(super) fn code(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

/// Fails with every complaint that `judge` has about `subjects`.
pub(super) fn complain<S>(
    subjects: impl IntoIterator<Item = S>,
    judge: impl Fn(S) -> Option<String>,
) {
    let complaints: Vec<_> = subjects.into_iter().filter_map(judge).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
