//! Tests of what is known again, and of files that somebody has changed.

use mustknow_report::Selection;
use tempfile::{TempDir, tempdir};

use super::*;

const JUDGE: &str = "j";

/// No rule judges.
fn nobody() -> Choice {
    Choice { rules: &[], selection: Selection::default() }
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

fn read(text: &[u8]) -> Result<index::Index, String> {
    let dir = tempdir().unwrap();
    index::read(&file(&dir, text), JUDGE).unwrap()
}

fn known(index: &index::Index) -> Vec<&str> {
    index.known.keys().map(String::as_str).collect()
}

#[test]
fn an_input_is_done_when_all_its_lines_are_there() {
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
    assert_eq!(known(&index), ["a", "b", "f"]);
    assert_eq!(index.end, parts.concat().len() as u64);
    assert_eq!(index.notes.len(), 1, "{:?}", index.notes);
    let begin = parts.first().unwrap().len() as u64;
    let first = Span { at: begin, length: parts.get(1).unwrap().len() - 1 };
    assert_eq!(index.known.get("b").unwrap().first(), Some(&first));
}

#[test]
fn what_was_not_written_to_its_end_is_cut_off() {
    let (a, b) = (line("a", JUDGE, 1, 1), line("b", JUDGE, 1, 2) + &line("b", JUDGE, 2, 2));
    let whole = [a.clone(), b.clone()].concat();
    for cut in [a.len() + 1, a.len() + 30, whole.len() - b.len() / 2, whole.len() - 1] {
        let index = read(whole.as_bytes().get(..cut).unwrap()).unwrap();
        assert_eq!(known(&index), ["a"], "{cut}");
        assert_eq!(index.end, a.len() as u64, "{cut}");
        assert_eq!(index.notes.len(), 1, "{cut}");
    }
    assert_eq!(read(b"").unwrap(), index::Index::default());
}

#[test]
fn lines_that_somebody_changed_are_passed_over_and_said() {
    let text = [
        line("a", JUDGE, 1, 1),
        "{\n".to_owned(),
        line("b", JUDGE, 1, 1).replace("resume", "x"),
        line("c", JUDGE, 0, 0),
        line("d", JUDGE, 1, 1),
    ];
    let index = read(&[text.concat().as_bytes(), b"\xff\x00\n"].concat()).unwrap();
    assert_eq!(known(&index), ["a", "d"]);
    let note = "4 lines are not of the form that --resume writes, the first is line 2: passed over";
    assert_eq!(index.notes, [note]);
}

#[test]
fn a_file_that_is_none_of_ours_is_not_written_to() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("notes");
    let args = <crate::args::Args as clap::Parser>::try_parse_from(["mustknow", "x"]).ok().unwrap();
    for text in [&b"Dear all\n"[..], b"Dear all", b"\x1f\x8b\x08\0", b"{}\n{\"schema\":", b"\0"] {
        fs::write(&path, text).unwrap();
        let refused = Journal::open(&path, &nobody(), &args.scan.bounds).err().unwrap();
        assert!(refused.contains("name another file"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), text);
    }
    assert!(Journal::open(dir.path(), &nobody(), &args.scan.bounds).is_err());
}

#[test]
fn one_call_at_a_time_writes_to_a_file() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("new.jsonl");
    let args = <crate::args::Args as clap::Parser>::try_parse_from(["mustknow", "x"]).ok().unwrap();
    let first = Journal::open(&path, &nobody(), &args.scan.bounds).ok().unwrap();
    let second = Journal::open(&path, &nobody(), &args.scan.bounds).err().unwrap();
    assert!(second.contains("another mustknow writes to it"), "{second}");
    drop(first);
    assert!(Journal::open(&path, &nobody(), &args.scan.bounds).is_ok());
}

#[test]
fn the_same_archive_under_two_names_is_read_by_one() {
    let dir = tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
    fs::write(&a, "x").unwrap();
    fs::write(&b, "x").unwrap();
    let path = dir.path().join("new.jsonl");
    let args = <crate::args::Args as clap::Parser>::try_parse_from(["mustknow", "x"]).ok().unwrap();
    let journal = Journal::open(&path, &nobody(), &args.scan.bounds).ok().unwrap();
    let Claim::Open(open) = journal.claim(&[a], "a").unwrap() else { panic!("it is new") };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| matches!(journal.claim(&[b], "b"), Ok(Claim::Open(_))));
        assert!(!other.is_finished());
        // It could not be read, so the next one tries.
        drop(open);
        assert!(other.join().unwrap());
    });
}
