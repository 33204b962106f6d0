//! Tests of what a later run recognises, and of files that were changed.

use std::fs::{self, File};
use std::path::Path;

use clap::Parser;
use mustknow_report::{Selection, jsonl};
use tempfile::{TempDir, tempdir};

use crate::args::Cli;
use crate::resume::index::{self, LineSpan};
use crate::resume::{Journal, JournalLookup};
use crate::selection::ScanSelection;

const JUDGE: &str = "j";

/// Opens a journal for a scan without rules.
fn open(path: &Path) -> Result<Journal, String> {
    let cli = Cli::try_parse_from(["mustknow", "x"]).ok().unwrap();
    let selection = ScanSelection { rules: Vec::new(), findings: Selection::default() };
    Journal::open(path, &selection, &cli.scan.limits)
}

/// A line of a report on `content`.
fn line(content: &str, judged_by: &str, line: usize, lines: usize) -> String {
    format!(
        "{}\"path\":\"a\",\"resume\":{{\"content\":\"{content}\",\"judged_by\":\"{judged_by}\",\
         \"line\":{line},\"lines\":{lines}}},\"report\":{{}}}}\n",
        jsonl::beginning()
    )
}

fn file(dir: &TempDir, text: &[u8]) -> File {
    let path = dir.path().join("state.jsonl");
    fs::write(&path, text).unwrap();
    File::options().read(true).write(true).open(path).unwrap()
}

fn read(text: &[u8]) -> Result<index::JournalIndex, String> {
    let dir = tempdir().unwrap();
    index::read(&file(&dir, text), JUDGE).unwrap()
}

fn finished(index: &index::JournalIndex) -> Vec<&str> {
    index.finished.keys().map(String::as_str).collect()
}

#[test]
fn an_input_is_finished_when_all_its_lines_are_there() {
    let parts = [
        line("a", JUDGE, 1, 1),
        line("b", JUDGE, 1, 2),
        line("b", JUDGE, 2, 2),
        line("c", "another", 1, 1),
        line("d", JUDGE, 2, 2),
        line("e", JUDGE, 3, 2),
        line("f", JUDGE, 1, 1),
    ];
    let index = read(parts.concat().as_bytes()).unwrap();
    assert_eq!(finished(&index), ["a", "b", "f"]);
    assert_eq!(index.end, parts.concat().len() as u64);
    assert_eq!(index.warnings.len(), 1, "{:?}", index.warnings);
    let begin = parts.first().unwrap().len() as u64;
    let first = LineSpan { at: begin, length: parts.get(1).unwrap().len() - 1 };
    assert_eq!(index.finished.get("b").unwrap().first(), Some(&first));
}

#[test]
fn incomplete_lines_are_removed() {
    let (a, b) = (line("a", JUDGE, 1, 1), line("b", JUDGE, 1, 2) + &line("b", JUDGE, 2, 2));
    let whole = [a.clone(), b.clone()].concat();
    for cut in [a.len() + 1, a.len() + 30, whole.len() - b.len() / 2, whole.len() - 1] {
        let index = read(whole.as_bytes().get(..cut).unwrap()).unwrap();
        assert_eq!(finished(&index), ["a"], "{cut}");
        assert_eq!(index.end, a.len() as u64, "{cut}");
        assert_eq!(index.warnings.len(), 1, "{cut}");
    }
    assert_eq!(read(b"").unwrap(), index::JournalIndex::default());
}

#[test]
fn changed_lines_are_ignored_with_a_warning() {
    let text = [
        line("a", JUDGE, 1, 1),
        "{\n".to_owned(),
        line("b", JUDGE, 1, 1).replace("resume", "x"),
        line("c", JUDGE, 0, 0),
        line("d", JUDGE, 1, 1),
    ];
    let index = read(&[text.concat().as_bytes(), b"\xff\x00\n"].concat()).unwrap();
    assert_eq!(finished(&index), ["a", "d"]);
    let warning = "4 lines were not written by --resume, beginning with line 2; ignored";
    assert_eq!(index.warnings, [warning]);
}

#[test]
fn another_file_is_not_written_to() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("notes");
    for text in [&b"Dear all\n"[..], b"Dear all", b"\x1f\x8b\x08\0", b"{}\n{\"schema\":", b"\0"] {
        fs::write(&path, text).unwrap();
        let refused = open(&path).err().unwrap();
        assert!(refused.contains("name another file"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), text);
    }
    assert!(open(dir.path()).is_err());
}

#[test]
fn one_process_at_a_time_uses_a_file() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("new.jsonl");
    let first = open(&path).ok().unwrap();
    let second = open(&path).err().unwrap();
    assert!(second.contains("another mustknow process is using it"), "{second}");
    drop(first);
    assert!(open(&path).is_ok());
}

#[test]
fn an_archive_under_two_names_is_read_once() {
    let dir = tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
    fs::write(&a, "x").unwrap();
    fs::write(&b, "x").unwrap();
    let path = dir.path().join("new.jsonl");
    let journal = open(&path).ok().unwrap();
    let JournalLookup::Reserved(reservation) = journal.look_up(&[a], "a").unwrap() else {
        panic!("it is new")
    };
    std::thread::scope(|scope| {
        let other =
            scope.spawn(|| matches!(journal.look_up(&[b], "b"), Ok(JournalLookup::Reserved(_))));
        assert!(!other.is_finished());
        // Nothing was written, so the other thread reads it.
        drop(reservation);
        assert!(other.join().unwrap());
    });
}
