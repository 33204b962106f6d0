//! The program at its edges: exit codes, flags, pipes, signals.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::support::run::{command, finish, json, mustknow};
use crate::support::tree::{Tree, gzip};
use crate::support::watchdog::output_of;
use crate::support::{ENDPOINTS, HEALTHY, SEED, fixture};

const RULE: &str = "apiservices/bootstrap-configmap-missing";

/// A path as an argument.
fn arg(name: &str) -> String {
    fixture(name).to_str().unwrap().to_owned()
}

#[test]
fn the_exit_code_says_whether_something_was_found() {
    assert_eq!(mustknow([arg(HEALTHY)]).code, 0);
    assert_eq!(mustknow([arg(SEED)]).code, 1);
    assert_eq!(mustknow(["-o", "json", &arg(SEED)]).code, 1);
    assert_eq!(mustknow([arg(HEALTHY), arg(SEED)]).code, 1);
}

#[test]
fn fail_on_sets_the_severity_that_fails() {
    for (severity, code) in
        [("info", 1), ("warning", 1), ("error", 1), ("critical", 1), ("never", 0)]
    {
        assert_eq!(mustknow(["--fail-on", severity, &arg(SEED)]).code, code, "{severity}");
    }
    for severity in ["warning", "error", "critical", "never"] {
        assert_eq!(mustknow(["--fail-on", severity, &arg(HEALTHY)]).code, 0, "{severity}");
    }
}

#[test]
fn fail_on_never_does_not_hide_an_input_that_cannot_be_read() {
    assert_eq!(mustknow(["--fail-on", "never", "/nowhere"]).code, 2);
}

#[test]
fn a_wrong_call_has_another_exit_code_than_a_bad_cluster() {
    for args in [
        &["--no-such-flag"][..],
        &["--fail-on", "sometimes", "x"],
        &["-o", "tea", "x"],
        &["-j", "0", "x"],
        &["scan"],
        &[],
    ] {
        let run = mustknow(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains("--help"), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn a_missing_path_is_named() {
    let run = mustknow(["/nowhere/must-gather.tar.gz"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "mustknow: /nowhere/must-gather.tar.gz: no such file or directory\n");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_path_that_cannot_be_opened_says_why() {
    let run = mustknow([arg(SEED) + "/inside"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.ends_with("/inside: not a directory\n"), "{}", run.stderr);
}

#[test]
fn the_json_of_a_failed_input_names_it() {
    let scan = json(["/nowhere"]);
    assert_eq!(scan["reports"].as_array().map(Vec::len), Some(0));
    assert_eq!(scan["failed"][0]["error"], "/nowhere: no such file or directory");
}

#[test]
fn rules_are_listed_and_explained() {
    let list = mustknow(["rules"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    assert!(list.stdout.lines().any(|line| line.starts_with(RULE)), "{}", list.stdout);
    assert!(list.stdout.lines().is_sorted(), "{}", list.stdout);
    let one = mustknow(["rules", RULE]);
    assert_eq!((one.code, one.stderr.as_str()), (0, ""));
    assert!(one.stdout.starts_with(&format!("# {RULE}\n")), "{}", one.stdout);
    for heading in ["Why it matters", "What to do", "References"] {
        assert!(one.stdout.contains(&format!("# {heading}\n")), "{}", one.stdout);
    }
}

#[test]
fn rules_are_chosen_by_area_severity_and_tag() {
    let ids = |args: &[&str]| {
        let run = mustknow([&["rules"], args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        let id = |line: &str| line.split(' ').next().unwrap().to_owned();
        run.stdout.lines().map(id).collect::<Vec<_>>()
    };
    let all = ids(&[]);
    let etcd = ids(&["--area", "etcd"]);
    assert!(etcd.iter().all(|id| id.starts_with("etcd/")) && etcd.len() > 3);
    let two = ids(&["--area", "etcd,dns"]);
    assert!(two.len() > etcd.len() && two.len() < all.len());
    let critical = ids(&["--severity", "critical"]);
    assert!(critical.contains(&RULE.to_owned()) && critical.len() < ids(&["-s", "error"]).len());
    let logs = ids(&["--area", "etcd", "--tag", "log"]);
    assert!(logs.contains(&"etcd/clock-drift".to_owned()) && logs.len() < etcd.len());
}

#[test]
fn an_area_or_tag_that_does_not_exist_is_named_with_those_that_do() {
    for (flag, known) in [("--area", "etcd, "), ("--tag", "openshift")] {
        let run = mustknow(["rules", flag, "tea"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains("tea") && run.stderr.contains(known), "{}", run.stderr);
    }
}

#[test]
fn a_rule_that_does_not_exist_is_a_wrong_call() {
    let run = mustknow(["rules", "nope"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("no such rule `nope`"), "{}", run.stderr);
}

#[test]
fn help_names_every_exit_code() {
    for args in [&["--help"][..], &["-h"], &["scan", "--help"]] {
        let run = mustknow(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        let (_, codes) = run.stdout.split_once("Exit codes:").expect("a paragraph about them");
        for code in ["  0  ", "  1  ", "  2  "] {
            assert!(codes.lines().any(|line| line.starts_with(code)), "{args:?}: {codes}");
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let run = mustknow(["--version"]);
    assert_eq!((run.code, run.stdout), (0, format!("mustknow {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_path_alone_is_a_scan() {
    for name in [SEED, HEALTHY] {
        assert_eq!(mustknow([arg(name)]), mustknow(["scan", &arg(name)]));
    }
}

#[test]
fn json_says_by_which_schema_it_is_written() {
    let scan = json([arg(SEED)]);
    assert_eq!(scan["schema"], "mustknow/scan/v1");
    assert_eq!(scan["tool"]["name"], "mustknow");
    assert_eq!(scan["reports"][0]["archive"]["path"], arg(SEED).as_str());
}

#[test]
fn a_pipe_gets_no_colours_unless_it_asks() {
    let plain = mustknow([arg(SEED)]);
    assert!(!plain.stdout.contains('\u{1b}'));
    let coloured = mustknow(["--color", "always", &arg(SEED)]);
    assert!(coloured.stdout.contains("\u{1b}["));
    let json = mustknow(["--color", "always", "-o", "json", &arg(SEED)]);
    assert!(!json.stdout.contains('\u{1b}'));
    for (when, seen) in [("auto", false), ("never", false), ("always", true)] {
        let run = finish(command().env("NO_COLOR", "1").args(["--color", when, &arg(SEED)]));
        assert_eq!(run.stdout.contains('\u{1b}'), seen, "NO_COLOR and --color {when}");
    }
}

#[test]
fn colours_change_nothing_else() {
    let plain = mustknow(["-v", &arg(ENDPOINTS)]).stdout;
    let coloured = mustknow(["-v", "--color", "always", &arg(ENDPOINTS)]).stdout;
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = escape.split_once('m').expect("the end of the escape").1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plain);
}

#[test]
fn nothing_goes_to_stderr_when_all_went_well() {
    for args in [&["-v"][..], &["-o", "json"], &["-j", "1"]] {
        let run = finish(command().args(args).arg(arg(SEED)));
        assert_eq!(run.stderr, "", "{args:?}");
    }
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    for name in [SEED, ENDPOINTS] {
        for (variable, colour) in [("LC_ALL", "never"), ("LANG", "always")] {
            let mut command = command();
            command.env_remove("LC_ALL").env(variable, "C");
            let run = finish(command.args(["-v", "--color", colour, &arg(name)]));
            let odd: Vec<_> = run.stdout.lines().filter(|line| !line.is_ascii()).collect();
            assert!(odd.is_empty(), "{odd:?}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let many = vec![arg(SEED); 40];
    for output in ["json", "text"] {
        let mut child = command()
            .args(["-v", "-o", output])
            .args(&many)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let mut words = String::new();
        child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        assert!(child.wait().unwrap().code().is_some());
        assert_eq!(words, "", "{output}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command().arg(arg(SEED)).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.starts_with("error: cannot write the output"), "{words}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    let mut child = command()
        .args(["-j", "2", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // More than fits into a pipe: once it is written, the program is reading, and it has minutes to go.
    let mut stdin = child.stdin.take().unwrap();
    let bytes = endless();
    stdin.write_all(&bytes[..1 << 20]).unwrap();
    let feeder = thread::spawn(move || drop(stdin.write_all(&bytes[1 << 20..])));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = output_of(child);
    feeder.join().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "error: interrupted\n");
    assert!(output.stdout.is_empty());
}

/// A tar.gz of one log of 256 GiB of zeros, in few bytes: one gzip member, many times.
fn endless() -> Vec<u8> {
    let tree = Tree::default().with("namespaces/x/pods/p/c/c/logs/current.log", "");
    let mut head = tree.to_tar();
    head.truncate(512);
    let mut header = tar::Header::from_byte_slice(&head).clone();
    header.set_size(1 << 38);
    header.set_cksum();
    let mut bytes = gzip(header.as_bytes());
    let zeros = gzip(&vec![0; 16 << 20]);
    (0..1 << 10).for_each(|_| bytes.extend_from_slice(&zeros));
    bytes
}
