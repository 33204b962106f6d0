//! The files of each crate: none imports in a circle, and none imports from a room above its own.

use std::collections::BTreeMap;

use super::imports::Imports;
use super::sources::without_tests;

/// The rooms of a crate from the lowest level to the highest. Rooms of one level do not know each other.
///
/// A room is a folder or a file below `src`. The faces `lib.rs` and `main.rs` have none; every other file of a
/// crate that is listed here does.
const ROOMS: [(&str, &[&[&str]]); 3] = [
    (
        "cluster",
        &[
            &["error", "limits"],
            &["model"],
            &["layout", "certs"],
            &["views", "logs"],
            &["merge"],
            &["ingest"],
        ],
    ),
    ("rules", &[&["terms"], &["signals"], &["domain"], &["topology"], &["engine"], &["catalog"]]),
    ("report", &[&["redact"], &["model"], &["builder"], &["triage"], &["render"]]),
];

/// The source files of each crate, by path below its `src`.
fn crates() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut crates: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
    for (path, text) in without_tests() {
        let mut parts = path.to_str().unwrap().splitn(4, '/').skip(1);
        let krate = parts.next().unwrap().to_owned();
        crates.entry(krate).or_default().insert(parts.nth(1).unwrap().to_owned(), text);
    }
    crates
}

/// The room of a file.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn no_files_import_in_a_circle() {
    let mut circles = Vec::new();
    for (krate, sources) in crates() {
        let imports = Imports::of(&sources);
        let around = imports.circles().into_iter();
        circles.extend(around.map(|files| format!("{krate}: {}", files.join(" -> "))));
    }
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

#[test]
fn no_room_imports_from_above() {
    let crates = crates();
    let mut wrong = Vec::new();
    for (krate, levels) in ROOMS {
        let sources = &crates[krate];
        let level = |file: &str| levels.iter().position(|rooms| rooms.contains(&room(file)));
        let files = sources.keys().filter(|file| !matches!(room(file), "lib" | "main"));
        let homeless = files.filter(|file| level(file).is_none());
        wrong.extend(homeless.map(|file| format!("crates/{krate}/src/{file} has no room")));
        for (file, target) in Imports::of(sources).iter() {
            let is_allowed = match (level(file), level(target)) {
                (Some(from), Some(to)) => to < from || room(file) == room(target),
                _ => true,
            };
            if !is_allowed {
                wrong.push(format!("crates/{krate}/src: {file} imports {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
