//! The formats for programs and tickets: each says what the JSON says, in a form its readers accept.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::run::{command, finish, list};
use support::tree::Tree;
use support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, fixture, house};
use tempfile::tempdir;

const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];

/// What the program writes of committed archives, as a user at the top of the checkout names them.
fn written(format: &str, names: &[&str]) -> String {
    let archives = names.iter().map(|name| format!("fixtures/{name}.tar.gz"));
    finish(command().current_dir(house()).args(["-o", format]).args(archives)).stdout
}

fn json(names: &[&str]) -> Value {
    serde_json::from_str(&written("json", names)).unwrap()
}

/// The beginning of an output, for a snapshot that stays small.
fn beginning(text: &str, lines: usize) -> String {
    let mut kept: Vec<_> = text.lines().take(lines).collect();
    if kept.len() < text.lines().count() {
        kept.push("[...]");
    }
    kept.join("\n")
}

#[test]
fn yaml_says_what_json_says() {
    let text = written("yaml", &ALL);
    assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), json(&ALL));
    insta::assert_snapshot!("yaml", beginning(&written("yaml", &[NOT_COLLECTED]), 60));
}

/// A line outside the fenced blocks, and whether all of them are closed.
fn outside_fences(markdown: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut outside = Vec::new();
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(line.split_at(ticks).0),
            None => outside.push(line),
        }
    }
    assert_eq!(fence, None, "a fence stays open");
    outside
}

#[test]
fn a_ticket_is_short_and_holds_no_html() {
    for name in ALL {
        let text = written("markdown", &[name]);
        assert!(text.lines().count() <= 150, "{name}: {}", text.lines().count());
        let outside = outside_fences(&text).join("\n");
        assert!(!outside.replace("\\<", "").contains('<'), "{outside}");
    }
    insta::assert_snapshot!("markdown", written("markdown", &[NOT_COLLECTED]));
}

#[test]
fn several_tickets_stand_one_after_the_other() {
    let text = written("markdown", &[SEED, HEALTHY]);
    assert_eq!(text.matches("\n---\n").count(), 1);
    assert_eq!(text.matches("| archive |").count(), 2);
}

#[test]
fn words_of_the_archive_stay_words_in_a_ticket() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(ENDPOINTS);
    let said = "Readiness probe failed: HTTP probe failed with statuscode: 500";
    let evil = "```` <img src=x> | *x* @admin https://evil.example [a](b)";
    let mut count = 0;
    for (_, bytes) in &mut tree.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            count += text.matches(said).count();
            *bytes = text.replace(said, evil).into_bytes();
        }
    }
    assert!(count > 0);
    let path = tree.to_tar_gz(&dir, "evil.tgz");
    let text = finish(command().args(["-o", "markdown"]).arg(path)).stdout;
    assert!(text.contains("\n`````yaml\n"), "{text}");
    for line in outside_fences(&text) {
        assert!(!line.replace("\\<", "").contains('<') && !line.contains(" @admin"), "{line}");
    }
}

/// Fails with every complaint that a schema has.
fn assert_valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn sarif_schema() -> Value {
    let path = house().join("tests/schemas/sarif-schema-2.1.0.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn sarif<S: AsRef<OsStr>>(paths: impl IntoIterator<Item = S>) -> Value {
    let run = finish(command().current_dir(house()).args(["-o", "sarif"]).args(paths));
    let log = serde_json::from_str(&run.stdout).unwrap();
    assert_valid(&sarif_schema(), &log);
    log
}

#[test]
fn sarif_is_valid_and_has_a_result_for_each_finding() {
    let log = sarif(ALL.map(|name| format!("fixtures/{name}.tar.gz")));
    let run = &log["runs"][0];
    let results = list(run, "results");
    let reports = json(&ALL);
    let findings: usize =
        list(&reports, "reports").iter().map(|report| list(report, "findings").len()).sum();
    assert_eq!(results.len(), findings);
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let uri = place["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && !uri.contains([' ', ':', '\\']), "{uri}");
        let base = place["uriBaseId"].as_str().unwrap();
        assert!(run["originalUriBaseIds"][base]["description"]["text"].is_string());
    }
    let log = sarif([format!("fixtures/{NOT_COLLECTED}.tar.gz")]);
    let (tool, result) = (&log["runs"][0]["tool"]["driver"], &log["runs"][0]["results"][0]);
    let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    let part = serde_json::json!({"result": result, "rule": tool["rules"][rule]});
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&part).unwrap());
}

#[test]
fn sarif_with_an_input_that_cannot_be_read_says_so() {
    let log = sarif(["fixtures/okd-4.16-healthy.tar.gz", "/nowhere/at-all"]);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
}

#[test]
fn fingerprints_tell_findings_apart_and_stay_from_run_to_run() {
    let prints = |path: &Path| -> Vec<String> {
        let log = sarif([path]);
        let of = |result: &Value| result["partialFingerprints"].to_string();
        list(&log["runs"][0], "results").iter().map(of).collect()
    };
    let dir = tempdir().unwrap();
    let moved = Tree::image_of(SEED).below("elsewhere/").to_tar_gz(&dir, "moved.tgz");
    let (here, there) = (prints(&fixture(SEED)), prints(&moved));
    assert_eq!(here, there);
    assert_eq!(here.iter().collect::<BTreeSet<_>>().len(), here.len());
}

#[test]
fn a_strange_path_is_a_uri() {
    let dir = tempdir().unwrap();
    let strange = Tree::image_of(SEED).below("a b:100%#?/\u{e9}/").to_tar_gz(&dir, "x.tgz");
    let text = sarif([strange]).to_string();
    assert!(text.contains("\"a%20b%3A100%25%23%3F/%C3%A9/"), "{text}");
}
