//! Limits that are reached, flag by flag: the report names the flag, what was read is judged, and nothing is
//! claimed about the rest.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::run::{alarms, assert_quiet, command, has, json, list, mustknow, verdict};
use crate::support::tree::{Tree, gzip, write};
use crate::support::watchdog::output_of;
use crate::support::{HEALTHY, SEED, fixture};

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const INCOMPLETE: &str = "gather/incomplete";
const CONFIG_MAPS: &str = "namespaces/kube-system/core/configmaps.yaml";

/// The files of the seed in two parts; the second is the one list that proves something absent.
fn seed() -> (Tree, Tree) {
    let (last, first) = Tree::image_of(SEED)
        .below("mg/")
        .0
        .into_iter()
        .partition(|(path, _)| path.ends_with(CONFIG_MAPS));
    (Tree(first), Tree(last))
}

/// The only report of a call with these flags.
fn report(flags: &[&str], path: &Path) -> Value {
    let mut scan = json(flags.iter().map(Path::new).chain([path]));
    let reports = scan["reports"].as_array_mut().unwrap();
    assert_eq!(reports.len(), 1, "{flags:?}");
    reports.remove(0)
}

fn reasons(report: &Value) -> Vec<&str> {
    list(report, "damage").iter().map(|damage| damage["why"].as_str().unwrap()).collect()
}

/// What was read is judged as in the complete archive, and nothing counts as absent.
fn assert_judged(report: &Value) {
    let whole = report_of_whole();
    let truth: BTreeSet<_> = alarms(&whole).into_iter().map(str::to_owned).collect();
    let found: BTreeSet<_> = alarms(report).into_iter().map(str::to_owned).collect();
    assert!(!found.is_empty() && found.is_subset(&truth), "{found:?}");
    assert!(!found.contains(MISSING));
    assert!(verdict(report, "unknown", MISSING).is_some(), "{}", report["healthy"]);
}

fn report_of_whole() -> Value {
    crate::support::run::report(&fixture(SEED))
}

/// Reading ended early because of that flag, and the report shows it.
fn assert_cut(report: &Value, flag: &str, why: &str) {
    assert_judged(report);
    assert!(reasons(report).iter().any(|reason| reason.contains(why)), "{:?}", reasons(report));
    assert_eq!(report["archive"]["truncated"], true);
    assert_eq!(list(&report["archive"], "limits"), [flag]);
    assert!(has(report, INCOMPLETE));
}

#[test]
fn max_entries() {
    let dir = tempdir().unwrap();
    let (first, last) = seed();
    let most = first.0.len().to_string();
    let path = first.and(last).to_tar_gz(&dir, "in.tgz");
    let flags = ["--max-entries", &most];
    let why = format!("entry count exceeds {most} (--max-entries); the rest was not read");
    assert_cut(&report(&flags, &path), "--max-entries", &why);

    let run = mustknow([flags[0], flags[1], path.to_str().unwrap()]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert!(run.stdout.contains("was not read to its end (--max-entries)"), "{}", run.stdout);
    assert!(!run.stdout.contains("is truncated"), "{}", run.stdout);
}

#[test]
fn max_inflated() {
    let dir = tempdir().unwrap();
    let (first, last) = seed();
    // Without the end mark of a tar.
    let most = (first.to_tar().len() - 1024).to_string() + "B";
    let path = first.and(last).to_tar_gz(&dir, "in.tgz");
    let report = report(&["--max-inflated", &most], &path);
    assert_cut(&report, "--max-inflated", "(--max-inflated); reading stopped after entry mg/");
}

#[test]
fn max_ratio() {
    let dir = tempdir().unwrap();
    let (first, last) = seed();
    let log = "mg/namespaces/x/pods/p/c/c/logs/current.log";
    let path =
        first.with(log, b"all is well\n".repeat(300_000)).and(last).to_tar_gz(&dir, "in.tgz");
    let why = "compression ratio exceeds 2 (--max-ratio)";
    assert_cut(&report(&["--max-ratio", "2"], &path), "--max-ratio", why);
}

#[test]
fn max_depth() {
    let dir = tempdir().unwrap();
    let (first, last) = seed();
    let path = first.with("rest.tar", last.to_tar()).to_tar_gz(&dir, "in.tgz");
    let why = "archive nesting depth exceeds 2 (--max-depth); not read";
    assert_cut(&report(&["--max-depth", "2"], &path), "--max-depth", why);
}

#[test]
fn max_document() {
    let dir = tempdir().unwrap();
    let (first, last) = seed();
    let most = first.0.iter().map(|(_, bytes)| bytes.len()).max().unwrap();
    let last = last.edit(CONFIG_MAPS, |text| format!("#{}\n{text}", "x".repeat(most)));
    let path = first.and(last).to_tar_gz(&dir, "in.tgz");
    let report = report(&["--max-document", &format!("{most}B")], &path);
    assert_judged(&report);
    let why = format!("size exceeds {most} bytes (--max-document)");
    assert_eq!(reasons(&report), [why]);
    assert_eq!(report["archive"]["truncated"], false, "only that list is lost");
}

#[test]
fn timeout() {
    let (first, last) = seed();
    let in_time = first.to_tar().len() - 1024;
    let bytes = first.and(last).to_tar();
    // A busy machine may need longer for the first bytes: then it gets a longer timeout.
    let (report, seconds) = [3, 30, 200]
        .into_iter()
        .find_map(|seconds| {
            let report = report_in_time(&bytes, in_time, seconds)?;
            has(&report, INCOMPLETE).then_some((report, seconds))
        })
        .expect("a part of it is read in time");
    let limit = if seconds == 200 { "3m 20s".to_owned() } else { format!("{seconds}s") };
    let why = format!("reading time exceeds {limit} (--timeout)");
    assert_cut(&report, "--timeout", &why);
}

/// The report on an input of which only the first bytes arrive before the timeout.
fn report_in_time(bytes: &[u8], in_time: usize, seconds: u64) -> Option<Value> {
    let mut child = command()
        .args(["-o", "json", "--timeout", &format!("{seconds}s"), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (first, rest) = (bytes[..in_time].to_vec(), bytes[in_time..].to_vec());
    let feeder = thread::spawn(move || {
        // The program may stop reading before the end.
        let _ = stdin.write_all(&first);
        thread::sleep(Duration::from_secs(seconds + 1));
        let _ = stdin.write_all(&rest);
    });
    let output = output_of(child);
    feeder.join().unwrap();
    assert_quiet(std::str::from_utf8(&output.stderr).unwrap());
    let scan: Value = serde_json::from_slice(&output.stdout).unwrap();
    list(&scan, "reports").first().filter(|report| !alarms(report).is_empty()).cloned()
}

#[test]
fn memory() {
    let report = report(&["--memory", "30KB"], &fixture(SEED));
    assert!(!alarms(&report).contains(&MISSING), "what proves it absent does not fit");
    let why = reasons(&report).into_iter().find(|reason| reason.contains("(--memory)"));
    assert!(why.is_some(), "{:?}", reasons(&report));
}

#[test]
fn limits_that_are_not_reached_change_nothing() {
    let flags = ["--max-entries", "5000", "--max-inflated", "1GiB", "--max-ratio", "100"];
    let more = ["--max-depth", "2", "--max-document", "16MiB", "--timeout", "10m"];
    for name in [SEED, HEALTHY] {
        let path = fixture(name);
        let limited = report(&[flags, more].concat(), &path);
        assert!(limited == crate::support::run::report(&path), "{name}");
        assert_eq!(list(&limited["archive"], "limits"), &[] as &[Value]);
    }
}

#[test]
fn an_input_without_a_cluster_within_the_limits_fails_with_the_reason() {
    let dir = tempdir().unwrap();
    let path = write(&dir, "in.tgz", &gzip(&Tree::of(SEED).to_tar()));
    let run = mustknow(["--max-depth", "1", path.to_str().unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("archive nesting depth exceeds 1 (--max-depth)"), "{}", run.stderr);
}

#[test]
fn a_limit_of_zero_is_a_wrong_call() {
    for (flag, values) in [
        ("--max-entries", ["0", "-1", "many"]),
        ("--max-inflated", ["0", "0GiB", "x"]),
        ("--max-ratio", ["0", "-1", "1.5"]),
        ("--max-depth", ["0", "33", "x"]),
        ("--max-document", ["0", "0B", "big"]),
        ("--memory", ["0", "0KiB", "x"]),
        ("--timeout", ["0s", "10", "soon"]),
    ] {
        for value in values {
            let run = mustknow([&format!("{flag}={value}"), "x"]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flag} {value}");
            assert!(run.stderr.contains(flag), "{flag} {value}: {}", run.stderr);
        }
    }
}

#[test]
fn help_has_a_paragraph_about_limits() {
    for help in [&["--help"][..], &["-h"], &["scan", "--help"]] {
        let help = mustknow(help).stdout;
        let (_, limits) = help.split_once("\nLimits:\n").unwrap();
        for flag in [
            "--memory <SIZE>",
            "--max-entries <N>",
            "--max-inflated <SIZE>",
            "--max-ratio <N>",
            "--max-depth <N>",
            "--max-document <SIZE>",
            "--timeout <DURATION>",
        ] {
            assert!(limits.contains(flag), "{flag} in {limits}");
        }
    }
}
