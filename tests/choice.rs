//! What a caller chooses: which rules judge, which findings are shown, how the page looks; by flags and
//! by `mustknow.toml`.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::{TempDir, tempdir};
use unicode_width::UnicodeWidthStr;

use crate::support::run::{Run, command, finish, json, mustknow};
use crate::support::schemas::{assert_valid, sarif_schema};
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, fixture};

const CAUSE: &str = "apiservices/bootstrap-configmap-missing";
const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];

fn arg(name: &str) -> String {
    fixture(name).to_str().unwrap().to_owned()
}

/// A directory with settings in it.
fn settings(text: &str) -> (TempDir, PathBuf) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("mustknow.toml");
    fs::write(&path, text).unwrap();
    (dir, path)
}

/// The one report of a call with these flags about the seed cluster.
fn report(flags: &[&str]) -> Value {
    let archive = arg(SEED);
    let mut scan = json(flags.iter().copied().chain([archive.as_str()]));
    scan["reports"][0].take()
}

fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect()
}

/// The one report of a call with settings that accept the cause.
fn accepting(entry: &str) -> Value {
    let text = format!("[[suppress]]\nrule = '{CAUSE}'\nreason = 'CASE 4711'\n{entry}");
    let (_dir, path) = settings(&text);
    report(&["--config", path.to_str().unwrap()])
}

#[test]
fn only_and_ignore_choose_the_rules_that_judge() {
    let all = report(&[]);
    let only = report(&["--only", CAUSE]);
    assert_eq!(rules(&only), [CAUSE]);
    for rest in ["unknown", "healthy", "not_applicable"] {
        assert_eq!(only[rest].as_array().unwrap().len(), 0, "{rest}");
    }
    let area = report(&["--only", "etcd,update"]);
    assert_eq!(rules(&area), ["update/operators-not-available", "update/stalled"]);
    let ignored = report(&["--ignore", CAUSE]);
    assert!(!rules(&ignored).contains(&CAUSE));
    assert_eq!(ignored["left_out"]["rules"], 1);
    assert_eq!(rules(&all).len(), rules(&ignored).len() + 1);
    let text = mustknow(["--ignore", CAUSE, &arg(SEED)]).stdout;
    assert!(text.contains("1 rule was not evaluated (--only, --ignore)"), "{text}");
}

#[test]
fn a_rule_that_does_not_exist_is_named() {
    for flag in ["--only", "--ignore"] {
        let run = mustknow([flag, "etcd/no-such", &arg(SEED)]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains("no such rule or area `etcd/no-such`"), "{}", run.stderr);
    }
}

#[test]
fn findings_below_the_minimum_severity_are_counted_and_their_causes_stay() {
    let shown = report(&["--min-severity", "error"]);
    assert_eq!(shown["left_out"]["findings"], 1, "{}", shown["left_out"]);
    assert_eq!(rules(&shown)[0], CAUSE);
    assert!(!rules(&shown).contains(&"operators/waiting-their-turn"));
    let critical = report(&["--min-severity", "critical"]);
    let ids: Vec<_> = critical["findings"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, (1..=ids.len()).collect::<Vec<_>>(), "numbered anew, without a hole");
    for finding in critical["findings"].as_array().unwrap() {
        assert_eq!(finding["severity"], "critical");
        for step in finding["explains"].as_array().unwrap() {
            assert!(step["finding"].as_u64().unwrap() <= ids.len() as u64);
        }
    }
    let run = mustknow(["--fail-on", "info", "--min-severity", "warning", &arg(HEALTHY)]);
    assert_eq!(run.code, 0, "what is not shown does not fail");
}

#[test]
fn a_suppressed_finding_is_left_out_with_its_effects() {
    let report = accepting("until = 2030-01-01");
    assert_eq!(rules(&report), ["operators/waiting-their-turn"]);
    let accepted = &report["suppressed"][0];
    assert_eq!((&accepted["rule"], &accepted["effects"]), (&CAUSE.into(), &4.into()));
    assert_eq!(
        (&accepted["reason"], &accepted["until"]),
        (&"CASE 4711".into(), &"2030-01-01".into())
    );
    // The time of the gather counts, not the present.
    let old = accepting("until = 2024-10-27");
    assert_eq!(old["suppressed"].as_array().unwrap().len(), 0);
    assert_eq!((rules(&old)[0], &old["left_out"]["lapsed"][0]), (CAUSE, &CAUSE.into()));
    assert_eq!(accepting("until = 2024-10-28")["suppressed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_suppression_may_be_limited_to_a_subject_and_a_cluster() {
    for (entry, count) in [
        ("subject = 'ConfigMap/kube-system/bootstrap'", 1),
        ("subject = 'ConfigMap/*/boot*'", 1),
        ("subject = 'ConfigMap'", 0),
        ("subject = 'ConfigMap/kube-system/bootstra.'", 0),
        ("cluster = '5d1f7c1e-2f0b-4c7a-9a44-0f7d6d2b8e13'", 1),
        ("cluster = 'another'", 0),
    ] {
        let report = accepting(&format!("until = 2030-01-01\n{entry}"));
        assert_eq!(report["suppressed"].as_array().unwrap().len(), count, "{entry}");
    }
}

#[test]
fn every_format_shows_suppressed_findings_and_none_fails_for_them() {
    let text =
        format!("[[suppress]]\nrule = '{CAUSE}'\nreason = 'CASE 4711'\nuntil = 2030-01-01\n");
    let (_dir, path) = settings(&text);
    for format in ["text", "json", "yaml", "jsonl", "markdown", "html", "sarif", "junit"] {
        let run = mustknow(["--config", path.to_str().unwrap(), "-o", format, &arg(SEED)]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format}");
        assert!(run.stdout.contains("CASE 4711"), "{format}: {}", run.stdout);
    }
    let summary = mustknow(["--config", path.to_str().unwrap(), "--summary", &arg(SEED)]).stdout;
    assert!(summary.contains("no other problems found; 1 accepted finding"), "{summary}");
}

#[test]
fn a_table_calls_no_archive_healthy_that_has_hidden_findings() {
    let text =
        format!("[[suppress]]\nrule = '{CAUSE}'\nreason = 'CASE 4711'\nuntil = 2030-01-01\n");
    let (_dir, path) = settings(&text);
    let flags = ["--config", path.to_str().unwrap(), "--min-severity", "error", "--ignore", "olm"];
    let run = finish(command().env("COLUMNS", "240").args(flags).args([arg(SEED), arg(HEALTHY)]));
    let row = run.stdout.lines().find(|line| line.starts_with(SEED)).unwrap();
    let said = "no other problems found; 1 accepted; 1 below the requested severity";
    assert!(row.contains(said), "{}", run.stdout);
    let totals = run.stdout.split("\n\n").last().unwrap().replace('\n', " ");
    assert!(totals.contains("1 healthy, 1 with accepted or milder findings only"), "{totals}");
    assert!(totals.contains(" rules were not evaluated"), "{totals}");
}

#[test]
fn rules_that_were_left_out_are_reported_to_machines_too() {
    for format in ["sarif", "junit", "markdown", "html", "summary"] {
        let run = mustknow(["--only", "etcd", "-o", format, &arg(SEED)]);
        assert!(run.stdout.contains("rules were not evaluated"), "{format}");
    }
    let run = mustknow(["--only", "etcd", "-o", "sarif", &arg(SEED)]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let ids: Vec<_> = notes
        .as_array()
        .unwrap()
        .iter()
        .filter(|note| note["message"]["text"].as_str().unwrap().contains("not evaluated"))
        .map(|note| note["descriptor"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["left-out"]);
}

#[test]
fn sarif_with_a_suppressed_finding_is_valid() {
    let text =
        format!("[[suppress]]\nrule = '{CAUSE}'\nreason = 'CASE 4711'\nuntil = 2030-01-01\n");
    let (_dir, path) = settings(&text);
    let run = mustknow(["--config", path.to_str().unwrap(), "-o", "sarif", &arg(SEED)]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_valid(&sarif_schema(), &log);
    assert!(run.stdout.contains(r#""kind": "external""#));
}

#[test]
fn settings_are_read_from_the_working_directory_and_flags_take_precedence() {
    let (dir, path) = settings("[scan]\noutput = 'json'\nfail-on = 'never'\nonly = ['etcd']\n");
    let run = |flags: &[&str]| finish(command().current_dir(dir.path()).args(flags).arg(arg(SEED)));
    let preset = run(&[]);
    assert!(preset.stdout.starts_with('{') && preset.code == 0, "{preset:?}");
    let Run { code, stdout, .. } = run(&["-o", "text", "--fail-on", "error", "--only", CAUSE]);
    assert!(stdout.contains("Root cause") && code == 1, "{stdout}");
    assert!(run(&["--no-config"]).stdout.contains("Root cause"));
    fs::rename(&path, dir.path().join("other.toml")).unwrap();
    assert!(run(&[]).stdout.contains("Root cause"));
    assert!(run(&["--config", "other.toml"]).stdout.starts_with('{'));
}

#[test]
fn settings_that_make_no_sense_stop_the_scan() {
    for (text, words) in [
        ("[scan]\nouput = 'json'", "--ouput"),
        ("[[suppress]]\nrule = 'x/y'\nreason = 'r'\nuntil = 2030-01-01", "no such rule `x/y`"),
        ("[[suppress]]\nrule = 'etcd/quorum-lost'\nuntil = 2030-01-01", "missing field `reason`"),
        ("[scan", "line 1"),
    ] {
        let (_dir, path) = settings(text);
        let path = path.to_str().unwrap();
        let run = mustknow(["--config", path, &arg(SEED)]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        assert!(run.stderr.contains(path) && run.stderr.contains(words), "{}", run.stderr);
    }
    let run = mustknow(["--config", "/nowhere.toml", &arg(SEED)]);
    assert!(run.code == 2 && run.stderr.contains("/nowhere.toml: no such file"), "{}", run.stderr);
}

#[test]
fn quiet_leaves_the_exit_code_and_errors() {
    let run = mustknow(["-q", &arg(SEED)]);
    assert_eq!(run, Run { code: 1, stdout: String::new(), stderr: String::new() });
    assert_eq!(mustknow(["-q", &arg(HEALTHY)]).code, 0);
    let run = mustknow(["-q", "/nowhere"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (2, "mustknow: /nowhere: no such file or directory\n")
    );
}

#[test]
fn a_summary_has_at_most_ten_lines_for_each_cluster() {
    for name in ALL {
        let text = mustknow(["--summary", &arg(name)]).stdout;
        assert!((4..=10).contains(&text.lines().count()), "{text}");
        assert_eq!(text, mustknow(["-o", "summary", &arg(name)]).stdout);
    }
    let seed = mustknow(["--summary", &arg(SEED)]).stdout;
    assert!(seed.contains(CAUSE) && seed.contains("to do  "), "{seed}");
    let several = mustknow(["--summary", &arg(SEED), "/nowhere", &arg(HEALTHY)]);
    assert_eq!(several.stdout.split("\n\n").count(), 3, "{}", several.stdout);
}

#[test]
fn the_page_fits_its_width() {
    for columns in [80, 200] {
        for name in ALL {
            let run =
                finish(command().env("COLUMNS", columns.to_string()).args(["-v", &arg(name)]));
            for line in run.stdout.lines().filter(|line| line.width() > columns) {
                // A command that is meant to be copied, and a path longer than the page, are not wrapped.
                let words = line.trim_start().split(' ').map(str::len).max().unwrap();
                let is_command = line.starts_with("      ");
                assert!(is_command || words + 20 > columns || line.contains('['), "{line}");
            }
        }
    }
}

#[test]
fn plain_output_is_ascii_without_drawings() {
    for name in ALL {
        let text = mustknow(["-v", "--plain", &arg(name)]).stdout;
        let odd: Vec<_> = text.lines().filter(|line| !line.is_ascii()).collect();
        assert!(odd.is_empty(), "{odd:?}");
        for drawn in ["`-", "|-", ",-", "| "] {
            let odd = text.lines().find(|line| line.trim_start().starts_with(drawn));
            assert_eq!(odd, None, "{drawn}");
        }
    }
    let text = mustknow(["--plain", &arg(SEED)]).stdout;
    assert!(text.contains("line 94: - lastTransitionTime"), "{text}");
}

#[test]
fn completions_and_man_pages_know_every_flag() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = mustknow(["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        for word in ["min-severity", "completions", "max-inflated"] {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(mustknow(["completions", "tcsh"]).code, 2);
    let dir = tempdir().unwrap();
    let pages = dir.path().join("man1");
    let run = mustknow([&"man".into(), &pages]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    for page in ["mustknow.1", "mustknow-scan.1", "mustknow-rules.1"] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(mustknow(["man"]).stdout.contains("min\\-severity"));
    fs::write(dir.path().join("file"), "").unwrap();
    let run = mustknow([&"man".into(), &dir.path().join("file")]);
    assert!(run.code == 2 && run.stderr.contains("cannot write man pages"), "{}", run.stderr);
}
