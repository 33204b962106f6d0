//! Directories of archives: one table for all, constant memory, and a call that resumes an earlier one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;
use std::{fs, thread};

use mustknow_testkit::batch_data::{self, GeneratedBatch};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::measured::measured;
use crate::support::run::{Run, command, mustknow};
use crate::support::tree::Tree;
use crate::support::{HEALTHY, SEED, fixture};

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
/// How much more memory many archives may take than few.
const SLACK: u64 = 24 << 20;

/// The directory of archives that all tests read and none changes.
static CASES: LazyLock<(TempDir, GeneratedBatch)> = LazyLock::new(|| {
    let dir = tempdir().unwrap();
    let batch = batch_data::write(dir.path(), count(), 1).unwrap();
    (dir, batch)
});

/// How many archives: 200 in a release build or with `MUSTKNOW_SWEEPS=full`, else fewer.
fn count() -> usize {
    let is_full = std::env::var_os("MUSTKNOW_SWEEPS").is_some_and(|sweeps| sweeps == "full");
    if is_full || !cfg!(debug_assertions) { 200 } else { 60 }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Some of the archives in another directory.
fn some(count: usize) -> TempDir {
    let dir = tempdir().unwrap();
    for number in 0..count {
        let name = format!("case-{number:04}.tar.gz");
        fs::copy(CASES.0.path().join(&name), dir.path().join(&name)).unwrap();
    }
    dir
}

/// The marks of the lines of a file.
fn marks(path: &Path) -> Vec<String> {
    let lines = fs::read_to_string(path).unwrap();
    let mark = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["report"].is_object(), "{line}");
        line["resume"].to_string()
    };
    lines.lines().map(mark).collect()
}

/// Asserts that no line was written twice, and returns how many there are.
fn once(path: &Path) -> usize {
    let marks = marks(path);
    let different: BTreeSet<_> = marks.iter().collect();
    assert_eq!(different.len(), marks.len(), "a line stands twice");
    marks.len()
}

/// The text on one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last paragraph.
fn last(text: &str) -> &str {
    text.rsplit_once("\n\n").unwrap().1
}

/// The number in front of some text.
fn number_before(words: &str, text: &str) -> usize {
    let (before, _) = text.split_once(words).unwrap_or_else(|| panic!("{words}: {text}"));
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next();
    digits.unwrap().parse().unwrap_or_else(|_| panic!("{words}: {text}"))
}

#[test]
fn a_directory_of_archives_is_one_table_and_their_common_findings() {
    let (dir, batch) = &*CASES;
    let Run { code, stdout, stderr } = mustknow([dir.path()]);
    assert_eq!(code, 2, "some of them cannot be read");
    let (table, below) = stdout.split_once("\n\n").unwrap();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("case-")).collect();
    assert_eq!(rows.len(), count());
    assert!(rows.first().unwrap().contains("ConfigMap"), "{table}");
    assert!(rows.last().unwrap().contains("no problems"), "{table}");
    let below = &format!("\n{}", flat(below));
    let not_read = number_before(" not read", below);
    assert_eq!(table.matches("not read:").count(), not_read);
    assert!((batch.unreadable..=batch.unreadable + batch.damaged).contains(&not_read), "{below}");
    assert!(number_before(" healthy", below) >= batch.whole["healthy"], "{below}");
    let totals = format!(" {} archives, {} clusters: ", count(), count() - not_read);
    assert!(below.contains(&totals), "{below}");
    let (_, shared) = below.split_once(&format!(" {MISSING}: ")).unwrap();
    assert!(number_before(" archives (", shared) >= batch.whole[SEED], "{shared}");
    assert!(stdout.lines().all(|line| line.chars().count() <= 100), "{stdout}");
    assert_eq!(stderr.lines().count(), not_read, "{stderr}");
}

#[test]
fn the_number_of_threads_does_not_change_the_table() {
    let dir = some(12);
    let runs = ["1", "7"].map(|jobs| mustknow(["-j", jobs, text(dir.path())]));
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn memory_does_not_grow_with_the_number_of_archives() {
    let few = some(count() / 10);
    let resume = few.path().join("done.jsonl");
    for more in [&[][..], &["-o", "jsonl"], &["--resume", text(&resume)]] {
        let peak = |dir: &Path| {
            let (run, peak) = measured(&[&["-j", "2"], more, &[text(dir)]].concat());
            assert!(matches!(run.code, 1 | 2), "{run:?}");
            let _ = fs::remove_file(&resume);
            peak
        };
        let Some((few, all)) = peak(few.path()).zip(peak(CASES.0.path())) else { return };
        println!("{more:?}: {} MiB and {} MiB", few >> 20, all >> 20);
        assert!(all < few + SLACK, "{more:?}: {few} and {all}");
    }
}

#[test]
fn a_killed_call_is_resumed_and_repeats_nothing() {
    let dir = CASES.0.path();
    let state = tempdir().unwrap();
    let resume = state.path().join("done.jsonl");
    let args = ["-j", "2", "--resume", text(&resume), text(dir)];
    let mut child =
        command().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let lines = || fs::read_to_string(&resume).unwrap_or_default().matches('\n').count();
    while lines() < count() / 3 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(2));
    }
    assert!(lines() >= count() / 3, "it ended with {} lines", lines());
    child.kill().unwrap();
    child.wait().unwrap();
    let before = fs::read(&resume).unwrap();
    let done = memchr::memchr_iter(b'\n', &before).count();

    let whole = mustknow([dir]);
    let resumed = mustknow(args);
    assert_eq!((&resumed.stdout, resumed.code), (&whole.stdout, whole.code));
    let said = format!(" of {} archives were done", count());
    assert_eq!(number_before(&said, &resumed.stderr), done, "{}", resumed.stderr);
    let reports = count() - number_before(" not read", &flat(last(&whole.stdout)));
    assert_eq!(once(&resume), reports);
    let all = fs::read(&resume).unwrap();
    let end = before.iter().rposition(|byte| *byte == b'\n').unwrap();
    assert!(all.starts_with(&before[..=end]), "what was written stays");

    assert_eq!(mustknow(args).stdout, whole.stdout);
    assert_eq!(fs::read(&resume).unwrap(), all, "a third call has nothing to do");
}

#[test]
fn an_incomplete_line_is_removed_and_its_archive_read_again() {
    let dir = some(6);
    let resume = dir.path().join("done.jsonl");
    let args = ["-j", "1", "--resume", text(&resume), text(dir.path())];
    let first = mustknow(args);
    let lines = once(&resume);
    let mut torn = fs::read(&resume).unwrap();
    torn.truncate(torn.len() - 1000);
    fs::write(&resume, torn).unwrap();
    let second = mustknow(args);
    assert_eq!(second.stdout, first.stdout);
    assert!(second.stderr.contains("not written completely"), "{}", second.stderr);
    assert_eq!(number_before(" of 6 archives were done", &second.stderr), lines - 1);
    assert_eq!(once(&resume), lines);
}

#[test]
fn a_changed_archive_is_read_again_and_every_archive_with_other_rules_or_limits() {
    let dir = tempdir().unwrap();
    let [one, two] = ["one.tgz", "two.tgz"].map(|name| dir.path().join(name));
    fs::copy(fixture(SEED), &one).unwrap();
    fs::copy(fixture(HEALTHY), &two).unwrap();
    let resume = dir.path().join("done.jsonl");
    let args = ["--resume", text(&resume), text(dir.path())];
    let first = mustknow(args);
    assert!(first.stdout.contains("1 with a root cause, 1 healthy"), "{}", first.stdout);
    assert_eq!((first.code, once(&resume)), (1, 2));

    Tree::image_of(HEALTHY).with("more", "x").to_tar_gz(&dir, "one.tgz");
    let changed = mustknow(args);
    assert!(changed.stderr.contains("1 of 2 archives were done"), "{}", changed.stderr);
    assert!(changed.stdout.contains(": 2 healthy"), "{}", changed.stdout);
    assert_eq!((changed.code, once(&resume)), (0, 3));

    // Under another name it is the same archive.
    fs::rename(&two, dir.path().join("three.tgz")).unwrap();
    let renamed = mustknow(args);
    assert!(renamed.stdout.contains("\nthree.tgz "), "{}", renamed.stdout);
    assert_eq!(once(&resume), 3);

    let limited = mustknow([&["--max-document", "60MiB"][..], &args].concat());
    assert_eq!((limited.stderr.as_str(), once(&resume)), ("", 5));
    // Other rules or another minimum severity give other results.
    let of_etcd = mustknow([&["--only", "etcd"][..], &args].concat());
    assert_eq!((of_etcd.stderr.as_str(), once(&resume)), ("", 7));
    let severe = mustknow([&["--min-severity", "error"][..], &args].concat());
    assert_eq!((severe.stderr.as_str(), once(&resume)), ("", 9));
}

#[test]
fn an_unpacked_dump_is_read_again_when_a_file_in_it_changed() {
    let dir = tempdir().unwrap();
    fs::copy(fixture(SEED), dir.path().join("a.tgz")).unwrap();
    let dump = Tree::of(HEALTHY).to_dir(&dir.path().join("b"));
    let resume = dir.path().join("done.jsonl");
    let args = ["--resume", text(&resume), text(dir.path())];
    let first = mustknow(args);
    assert_eq!(mustknow(args).stdout, first.stdout);
    assert_eq!(once(&resume), 2);
    fs::write(dump.join("more.yaml"), "kind: X\n").unwrap();
    fs::write(dump.join(Tree::of(HEALTHY).0[0].0.as_str()), "x").unwrap();
    mustknow(args);
    assert_eq!(once(&resume), 3);
}

#[test]
fn lines_of_an_earlier_call_are_written_with_those_of_this_one() {
    let dir = tempdir().unwrap();
    let archive = dir.path().join("one.tgz");
    fs::copy(fixture(SEED), &archive).unwrap();
    let resume = dir.path().join("done.jsonl");
    let args = ["-o", "jsonl", "--resume", text(&resume), text(dir.path())];
    let first = mustknow(args);
    assert_eq!(first.stdout, fs::read_to_string(&resume).unwrap());
    fs::copy(fixture(HEALTHY), dir.path().join("two.tgz")).unwrap();
    fs::rename(&archive, dir.path().join("three.tgz")).unwrap();
    let second = mustknow(args);
    assert_eq!((second.code, once(&resume)), (1, 2));
    let paths: BTreeSet<_> = second
        .stdout
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["path"], line["report"]["archive"]["path"]);
            PathBuf::from(line["path"].as_str().unwrap())
        })
        .collect();
    assert_eq!(paths, ["three.tgz", "two.tgz"].map(|name| dir.path().join(name)).into());
}

#[test]
fn an_archive_of_two_clusters_is_done_when_both_lines_are_written() {
    let dir = tempdir().unwrap();
    let bytes = |name| fs::read(fixture(name)).unwrap();
    let outer = Tree::default().with("before.tgz", bytes(SEED)).with("after.tgz", bytes(HEALTHY));
    let archive = outer.to_tar_gz(&dir, "both.tgz");
    let resume = dir.path().join("done.jsonl");
    let args = ["--resume", text(&resume), text(&archive)];
    let first = mustknow(args);
    assert_eq!(once(&resume), 2);
    let lines = fs::read_to_string(&resume).unwrap();
    let (one, _) = lines.split_once('\n').unwrap();
    fs::write(&resume, format!("{one}\n")).unwrap();
    let second = mustknow(args);
    assert!(second.stderr.contains("not written completely"), "{}", second.stderr);
    let third = mustknow(args);
    assert!(third.stderr.contains("1 of 1 archives were done"), "{}", third.stderr);
    for run in [second, third] {
        assert_eq!(run.stdout, first.stdout);
    }
    assert_eq!(once(&resume), 2);
}

#[test]
fn a_file_that_cannot_be_resumed_is_a_wrong_call() {
    let dir = tempdir().unwrap();
    let archive = fixture(SEED);
    let notes = dir.path().join("notes.txt");
    fs::write(&notes, "Dear all\n").unwrap();
    let new = dir.path().join("new.jsonl");
    for (args, words) in [
        (vec!["--resume", text(&new), "-"], "standard input"),
        (vec!["--resume", text(&new), "-o", "json", text(&archive)], "-o text and -o jsonl"),
        (vec!["--resume", text(&notes), text(&archive)], "name another file"),
        (vec!["--resume", text(&archive), text(&archive)], "name another file"),
        (vec!["--resume", text(dir.path()), text(&archive)], "not a regular file"),
    ] {
        let run = mustknow(&args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains(words), "{args:?}: {}", run.stderr);
    }
    assert!(!new.exists());
    assert_eq!(fs::read_to_string(&notes).unwrap(), "Dear all\n");
    assert_eq!(fs::read(&archive).unwrap().get(..2), Some(&b"\x1f\x8b"[..]));
}

#[test]
fn other_files_in_a_directory_of_archives_are_reported_once() {
    let dir = tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::copy(fixture(SEED), at("late.bin")).unwrap();
    Tree::of(HEALTHY).to_dir(&at("unpacked"));
    fs::create_dir(at("loose")).unwrap();
    for (name, inside) in [
        ("cv.yaml", "clusterversions/version.yaml"),
        ("node.txt", "nodes/master-0.okd.example.net.yaml"),
    ] {
        fs::write(at("loose").join(name), Tree::of(HEALTHY).text(inside)).unwrap();
    }
    fs::write(at("shot.png"), b"\x89PNG\r\n\x1a\n\0\0\0").unwrap();
    fs::write(at("loose/notes.txt"), "Dear all\n").unwrap();
    let run = mustknow([dir.path()]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let passed = "warning: skipped 2 files that are neither archives nor Kubernetes objects: ";
    assert!(run.stderr.starts_with(passed) && run.stderr.lines().count() == 1, "{}", run.stderr);
    for name in ["\nlate.bin ", "\nmust-gather.local.", "\ncv.yaml and 1 more", "\n3 archives, "] {
        assert!(run.stdout.contains(name), "{name}: {}", run.stdout);
    }
    let lines = mustknow(["-o", "jsonl", text(dir.path())]).stdout;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["path"].as_str().unwrap().starts_with(text(dir.path())), "{}", line["path"]);
        assert!(line["resume"].is_null());
    }
}

#[test]
fn a_slow_archive_does_not_affect_the_others() {
    let dir = some(4);
    let run = mustknow(["--timeout", "1ms", text(dir.path())]);
    assert!(run.stdout.contains("4 archives, "), "{run:?}");
}
