//! `mustknow timeline`: what happened when, for people and for programs.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::run::{Run, command, finish};
use crate::support::schemas::{TIMELINE, assert_valid, schema};
use crate::support::tree::Tree;
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, checkout};

const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];

fn archive(name: &str) -> String {
    format!("fixtures/{name}.tar.gz")
}

/// Calls it from the root of the checkout.
fn timeline(args: &[&str]) -> Run {
    finish(command().current_dir(checkout()).arg("timeline").args(args))
}

/// What it writes when nothing goes wrong.
fn written(args: &[&str]) -> String {
    let run = timeline(args);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    run.stdout
}

/// Its JSON lines: the events, and the last line.
fn lines(args: &[&str]) -> (Vec<Value>, Value) {
    let text = written(&[&["-o", "jsonl"], args].concat());
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let end = lines.pop().unwrap()["end"].take();
    (lines.into_iter().map(|mut line| line["moment"].take()).collect(), end)
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn left_out(end: &Value) -> usize {
    end["left_out"].as_object().unwrap().values().map(number).sum()
}

#[test]
fn the_text_around_an_hour() {
    let args = ["--around", "2024-10-23T11:30", "--window", "1h", &archive(SEED)];
    insta::assert_snapshot!("timeline", written(&args));
}

#[test]
fn the_text_of_some_objects() {
    let args = ["--by", "object", "-v", "--object", "co/authentication,no/", &archive(SEED)];
    insta::assert_snapshot!("timeline-objects", written(&args));
}

#[test]
fn events_are_in_order_and_each_has_its_place() {
    for name in ALL {
        let (moments, end) = lines(&[&archive(name)]);
        assert_eq!((number(&end["moments"]), left_out(&end)), (moments.len(), 0), "{name}");
        assert!(moments.len() > 100 && moments.iter().map(|it| it["at"].as_str()).is_sorted());
        for moment in &moments {
            assert!(number(&moment["line"]) >= 1, "{moment}");
            assert!(moment["file"].as_str().is_some_and(|file| file.contains('/')), "{moment}");
        }
    }
}

#[test]
fn a_place_is_the_line_of_the_event() {
    let tree = Tree::of(SEED);
    let (moments, _) = lines(&["--source", "condition", &archive(SEED)]);
    assert!(!moments.is_empty());
    for moment in moments {
        let text = tree.text(moment["file"].as_str().unwrap());
        let from = text.lines().skip(number(&moment["line"]) - 1);
        let time = moment["at"].as_str().unwrap();
        assert!(from.take(12).any(|line| line.contains(time)), "{moment}");
    }
}

#[test]
fn events_are_grouped_by_a_common_field() {
    let by = |group: &str| {
        let run = timeline(&["--by", group, "--min-severity", "warning", &archive(SEED)]);
        assert_eq!(run.code, 0);
        let is_heading = |line: &&str| !line.is_empty() && !line.starts_with(' ');
        let headings: Vec<_> = run.stdout.lines().filter(is_heading).map(str::to_owned).collect();
        // The archive comes first; the gaps and the count come last.
        let end = headings.iter().position(|it| it.starts_with("Not collected")).unwrap();
        (headings[1..end].to_vec(), run.stdout)
    };
    let (severities, text) = by("severity");
    assert_eq!(severities, ["critical", "error", "warning"]);
    assert!(text.contains("ClusterOperator/authentication: Available became"), "{text}");
    let (namespaces, _) = by("namespace");
    assert!(namespaces.contains(&"without namespace".to_owned()), "{namespaces:?}");
    assert!(namespaces.contains(&"kube-system".to_owned()), "{namespaces:?}");
    let once: BTreeSet<_> = namespaces.iter().collect();
    assert_eq!(once.len(), namespaces.len());
}

#[test]
fn every_line_matches_its_schema() {
    let schema = schema(TIMELINE);
    let archives = ALL.map(archive);
    let mut args = vec!["-o", "jsonl", "/nowhere/at-all", "--around", "2024-10-23"];
    args.extend(archives.iter().map(String::as_str));
    let run = timeline(&args);
    assert_eq!(run.code, 2);
    let mut kinds = BTreeSet::new();
    for line in run.stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_valid(&schema, &line);
        let known = ["moment", "end", "error"].into_iter();
        kinds.extend(known.filter(|kind| line.get(kind).is_some()));
        let mut bad = line;
        bad["schema"] = Value::from("mustknow/timeline/v2");
        assert!(!jsonschema::is_valid(&schema, &bad));
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}

#[test]
fn an_archive_and_its_folder_have_the_same_timeline_for_any_number_of_threads() {
    let dir = tempdir().unwrap();
    let folder = Tree::of(SEED).to_dir(&dir.path().join("x"));
    let folder = folder.to_str().unwrap();
    for args in [&[][..], &["--around", "2024-10-23"]] {
        let told = |more: &[&str]| lines(&[args, more].concat());
        let whole = told(&[&archive(SEED)]);
        assert_eq!(told(&[folder]), whole);
        assert_eq!(told(&["-j", "1", &archive(SEED)]), whole);
        assert_eq!(told(&["-j", "3", &archive(SEED)]), whole);
        assert_eq!(told(&["-j", "3", folder]), whole);
    }
}

#[test]
fn filters_leave_out_and_count() {
    let (all, _) = lines(&[&archive(SEED)]);
    let check = |args: &[&str], is_wanted: &dyn Fn(&Value) -> bool| {
        let (some, end) = lines(&[args, &[&archive(SEED)]].concat());
        assert!(!some.is_empty() && some.iter().all(is_wanted), "{args:?}");
        assert_eq!(some.len(), all.iter().filter(|moment| is_wanted(moment)).count(), "{args:?}");
        assert_eq!(some.len() + left_out(&end), all.len(), "{args:?}");
    };
    let is = |place: &'static str, word: &'static str| {
        move |moment: &Value| moment.pointer(place).is_some_and(|value| value == word)
    };
    // The Namespace object has no namespace and still belongs to it.
    check(&["-n", "openshift-etcd"], &|moment| {
        is("/subject/namespace", "openshift-etcd")(moment)
            || is("/subject/name", "openshift-etcd")(moment)
    });
    check(&["-n", ""], &is("/subject/namespace", ""));
    check(&["-n", "-"], &is("/subject/namespace", ""));
    check(&["--object", "co/"], &is("/subject/kind", "ClusterOperator"));
    check(&["--object", "clusteroperators/dns"], &|moment| {
        is("/subject/kind", "ClusterOperator")(moment) && is("/subject/name", "dns")(moment)
    });
    check(&["--source", "update"], &is("/source", "update"));
    check(&["--source", "pod,event"], &|moment| {
        is("/source", "pod")(moment) || is("/source", "event")(moment)
    });
    check(&["--min-severity", "critical"], &is("/severity", "critical"));
    check(&["--around", "2024-10-23"], &|moment| {
        moment["at"].as_str().unwrap().starts_with("2024-10-23")
    });
    let text = written(&["--min-severity", "critical", &archive(SEED)]);
    assert!(
        text.trim_end().lines().last().unwrap().contains("below the requested severity"),
        "{text}"
    );
}

#[test]
fn a_window_alone_ends_at_the_gather_time() {
    let (_, end) = lines(&["--window", "2h", &archive(SEED)]);
    assert_eq!(end["to"], end["gathered_at"]);
    let (all, end) = lines(&[&archive(SEED)]);
    assert!(end["from"].is_null() && end["to"].is_null() && !all.is_empty());
}

#[test]
fn what_could_not_be_read_is_shown() {
    let (_, end) = lines(&[&archive(NOT_COLLECTED)]);
    let gaps = end["gaps"].to_string();
    assert!(gaps.contains("nodes"), "{gaps}");
    let text = written(&[&archive(NOT_COLLECTED)]);
    assert!(text.contains("\nNot collected or unreadable\n"), "{text}");
}

#[test]
fn a_wrong_call_names_what_is_wrong() {
    for (args, says) in [
        (&["--around", "yesterday"][..], "2024-09-30T08:00"),
        (&["--window", "soon"], "30m"),
        (&["--source", "tea"], "condition"),
        (&["--min-severity", "tea"], "warning"),
        (&["-o", "html"], "jsonl"),
    ] {
        let run = timeline(&[args, &[&archive(SEED)]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    let run = timeline(&["/nowhere", &archive(HEALTHY)]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (2, "mustknow: /nowhere: no such file or directory\n")
    );
    assert!(run.stdout.contains("okd-4.16-healthy"));
    assert_eq!(timeline(&["-", "-"]).code, 2);
}

#[test]
fn the_help_teaches_with_examples() {
    let run = timeline(&["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for words in ["Examples:", "--around 2024-09-30T08:00", "Exit codes:", "every input was read"] {
        assert!(run.stdout.contains(words), "{words}");
    }
}

#[test]
fn text_of_the_archive_cannot_act_and_secrets_stay_secret() {
    let dir = tempdir().unwrap();
    let operator = "cluster-scoped-resources/operator.openshift.io/authentications/cluster.yaml";
    let evil = r#"message: "boo\e[2J\u202egnp.exe\r\n2024-10-28\npassword=Tr0ub4dor\n""#;
    let tree = Tree::image_of(SEED)
        .edit(operator, |text| text.replace("message: PreconditionNotReady", evil));
    let path = tree.to_tar_gz(&dir, "evil.tgz");
    let path = path.to_str().unwrap();
    for args in [&["-v"][..], &["-o", "jsonl"], &["--by", "object"]] {
        let text = written(&[args, &[path]].concat());
        assert!(text.contains("boo"), "{args:?}");
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(acts) && !text.contains("Tr0ub4dor"), "{args:?}");
    }
}

#[test]
fn width_and_letters_fit_the_terminal() {
    let text = written(&["-v", &archive(ENDPOINTS)]);
    assert!(
        text.lines().filter(|line| !line.contains('/')).all(|line| line.chars().count() <= 100)
    );
    let plain = finish(
        command().current_dir(checkout()).env("LC_ALL", "C").args(["timeline", &archive(HEALTHY)]),
    );
    assert!(plain.stdout.is_ascii());
    let colour = written(&["--color", "always", &archive(HEALTHY)]);
    assert!(colour.contains("\u{1b}["));
}

#[test]
fn of_a_damaged_archive_the_rest_is_shown() {
    let dir = tempdir().unwrap();
    let bytes = fs::read(checkout().join(archive(SEED))).unwrap();
    for part in [1, 3, 7] {
        let path = dir.path().join("cut.tar.gz");
        fs::write(&path, &bytes[..bytes.len() * part / 8]).unwrap();
        let run = timeline(&["-o", "jsonl", path.to_str().unwrap()]);
        assert!(run.code == 0 || run.code == 2, "{run:?}");
        assert!(!run.stderr.contains("internal error"), "{}", run.stderr);
        if run.code == 0 {
            assert!(run.stdout.contains("truncated"), "{part}");
        }
    }
}
