//! The formats for programs and tickets: each contains what the JSON contains, in a form its readers accept.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mustknow_rules::catalog;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::run::{command, finish, list};
use crate::support::schemas::{LINE, SCAN, assert_valid, sarif_schema, schema};
use crate::support::tree::Tree;
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, checkout, fixture, samples};

const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];

/// What the program writes of committed archives, as a user at the top of the checkout names them.
fn written(format: &str, names: &[&str]) -> String {
    let archives = names.iter().map(|name| format!("fixtures/{name}.tar.gz"));
    finish(command().current_dir(checkout()).args(["-o", format]).args(archives)).stdout
}

fn json(names: &[&str]) -> Value {
    serde_json::from_str(&written("json", names)).unwrap()
}

/// Some lines of an output from `start` on, for a small snapshot that a new rule does not change.
fn part(text: &str, start: &str, lines: usize) -> String {
    let text = text.split_at(text.find(start).unwrap()).1;
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
    insta::assert_snapshot!("yaml", part(&written("yaml", &[NOT_COLLECTED]), "  findings:\n", 50));
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
fn several_tickets_follow_one_another() {
    let text = written("markdown", &[SEED, HEALTHY]);
    assert_eq!(text.matches("\n---\n").count(), 1);
    assert_eq!(text.matches("| archive |").count(), 2);
}

/// A cluster whose probes fail with a text that every format has to escape.
fn evil(dir: &TempDir) -> PathBuf {
    let said = "Readiness probe failed: HTTP probe failed with statuscode: 500";
    let evil = "```` ]]> <img src=x> | *x* & @admin https://evil.example [a](b) \u{fffe}\u{1f600}";
    let mut count = 0;
    let mut tree = Tree::image_of(ENDPOINTS);
    for (_, bytes) in &mut tree.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            count += text.matches(said).count();
            *bytes = text.replace(said, evil).into_bytes();
        }
    }
    assert!(count > 0);
    tree.to_tar_gz(dir, "evil.tgz")
}

#[test]
fn text_of_the_archive_is_escaped_in_a_ticket() {
    let dir = tempdir().unwrap();
    let text = finish(command().args(["-o", "markdown"]).arg(evil(&dir))).stdout;
    assert!(text.contains("\n`````yaml\n"), "{text}");
    for line in outside_fences(&text) {
        assert!(!line.replace("\\<", "").contains('<') && !line.contains(" @admin"), "{line}");
    }
}

#[test]
fn text_of_the_archive_is_escaped_for_programs() {
    let dir = tempdir().unwrap();
    let path = evil(&dir);
    let said = |format: &str| finish(command().args(["-o", format]).arg(&path)).stdout;
    let scan: Value = serde_json::from_str(&said("json")).unwrap();
    assert_eq!(serde_yaml::from_str::<Value>(&said("yaml")).unwrap(), scan);
    let (_, lines) = lines([&path]);
    assert_eq!(lines[0]["report"], scan["reports"][0]);
    let junit = said("junit");
    assert!(junit.contains("]]&gt; &lt;img") && !junit.contains('\u{fffe}'), "{junit}");
    Element::parse(&junit).assert_junit();
    let log = sarif([&path]);
    assert!(!list(&log["runs"][0], "results").iter().any(|it| it.to_string().contains("[a](b)")));
}

fn sarif<S: AsRef<OsStr>>(paths: impl IntoIterator<Item = S>) -> Value {
    let run = finish(command().current_dir(checkout()).args(["-o", "sarif"]).args(paths));
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
fn fingerprints_are_unique_and_stable_from_run_to_run() {
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

/// An element with its children and its text.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Self>,
    text: String,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        let name = start.name().as_ref().to_owned();
        Self { name, attributes: attributes.collect(), ..Self::default() }
    }

    /// Reads a whole document.
    fn parse(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::of(&start)),
                Event::Empty(start) => open.last_mut().unwrap().children.push(Self::of(&start)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(name) => {
                    open.last_mut().unwrap().text.push_str(&format!("&{};", &*name));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let mut document = open.pop().unwrap();
        assert!(open.is_empty(), "an element stays open");
        assert_eq!(document.children.len(), 1, "one root");
        document.children.remove(0)
    }

    fn count(&self, name: &str) -> usize {
        let inside: usize = self.children.iter().map(|child| child.count(name)).sum();
        inside + usize::from(self.name == name)
    }

    /// Fails where it does not match `junit-10.xsd` of Jenkins.
    fn assert_junit(&self) {
        let (required, optional, children): (&[&str], &[&str], &[&str]) = match &*self.name {
            "testsuites" => (&[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
            "testsuite" => (
                &["name", "tests", "failures", "errors"],
                &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file"],
                &["testsuite", "properties", "testcase", "system-out", "system-err"],
            ),
            "properties" => (&[], &[], &["property"]),
            "property" => (&["name", "value"], &[], &[]),
            "testcase" => (
                &["name"],
                &["time", "classname", "group"],
                &["skipped", "error", "failure", "system-out", "system-err"],
            ),
            "skipped" | "error" | "failure" => (&[], &["type", "message"], &[]),
            "system-out" | "system-err" => (&[], &[], &[]),
            other => panic!("{other} is no element of JUnit"),
        };
        for name in required {
            assert!(self.attributes.contains_key(*name), "{} without {name}", self.name);
        }
        for name in self.attributes.keys().map(String::as_str) {
            assert!(
                required.contains(&name) || optional.contains(&name),
                "{name} in {}",
                self.name
            );
        }
        for child in &self.children {
            assert!(children.contains(&&*child.name), "{} in {}", child.name, self.name);
            child.assert_junit();
        }
    }
}

#[test]
fn junit_has_a_case_for_each_rule() {
    let root = Element::parse(&written("junit", &ALL));
    root.assert_junit();
    assert_eq!(root.children.len(), ALL.len());
    for (suite, report) in root.children.iter().zip(list(&json(&ALL), "reports")) {
        let rules = |name: &str| -> BTreeSet<&str> {
            list(report, name).iter().map(|entry| entry["rule"].as_str().unwrap()).collect()
        };
        let (unknown, idle) = (rules("unknown").len(), rules("not_applicable").len());
        let all = rules("findings").len() + unknown + idle + rules("healthy").len();
        let bad = list(report, "findings").iter().filter(|finding| finding["severity"] != "info");
        let failed: BTreeSet<_> = bad.map(|finding| finding["rule"].as_str().unwrap()).collect();
        for (name, element, number) in [
            ("tests", "testcase", all),
            ("failures", "failure", failed.len()),
            ("skipped", "skipped", unknown + idle),
        ] {
            assert_eq!(suite.attributes[name], number.to_string(), "{name}");
            assert_eq!(suite.count(element), number, "{element}");
        }
    }
}

#[test]
fn junit_of_one_archive() {
    let text = written("junit", &[NOT_COLLECTED]);
    let start = "    <testcase classname=\"operators\" name=\"operators/unavailable\">\n";
    insta::assert_snapshot!("junit", part(&text, start, 40));
}

#[test]
fn junit_with_an_input_that_cannot_be_read_has_an_error() {
    let run = finish(command().args(["-o", "junit", "/nowhere/at-all"]));
    let root = Element::parse(&run.stdout);
    root.assert_junit();
    assert_eq!((run.code, root.count("error")), (2, 1));
}

fn lines<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> (i32, Vec<Value>) {
    let run = finish(command().current_dir(checkout()).args(["-o", "jsonl"]).args(arguments));
    let lines = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    (run.code, lines.collect())
}

#[test]
fn jsonl_has_a_line_for_each_report_and_each_failure() {
    let (bad, lost) = (format!("fixtures/{SEED}.tar.gz"), "/nowhere/at-all".to_owned());
    let healthy = format!("fixtures/{HEALTHY}.tar.gz");
    let (code, mut lines) = lines(["-j", "2", &bad, &lost, &healthy]);
    assert_eq!(code, 2);
    lines.sort_by_key(|line| line["path"].to_string());
    let paths: Vec<_> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, [lost, bad, healthy]);
    assert!(lines[0]["error"].as_str().unwrap().contains("/nowhere/at-all"));
    assert!(lines[0].get("report").is_none() && lines[1].get("error").is_none());
    let scan = json(&[SEED, HEALTHY]);
    assert_eq!(
        [&lines[1]["report"], &lines[2]["report"]],
        [&scan["reports"][0], &scan["reports"][1]]
    );
}

#[test]
fn jsonl_ends_with_the_same_exit_code() {
    for (name, code) in [(SEED, 1), (HEALTHY, 0)] {
        assert_eq!(lines([fixture(name)]).0, code);
    }
    assert_eq!(lines(["--fail-on".as_ref(), "never".as_ref(), fixture(SEED).as_os_str()]).0, 0);
}

#[test]
fn jsonl_does_not_wait_for_the_last_archive() {
    let mut child = command()
        .args(["-o", "jsonl", "-j", "2", "-"])
        .arg(fixture(HEALTHY))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Standard input is still open when the line of the other input comes.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    let line: Value = serde_json::from_str(&first).unwrap();
    assert!(line["path"].as_str().unwrap().ends_with(".tar.gz"), "{first}");
    drop(child.stdin.take());
    assert_eq!(out.lines().count(), 1);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_reader_that_leaves_early_ends_the_scan() {
    let mut child = command()
        .args(["-o", "jsonl", "-j", "1"])
        .args(ALL.map(fixture))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_line_of_jsonl_is_complete() {
    let run = finish(command().args(["-o", "jsonl", "/nowhere/at-all"]));
    let tool = format!(
        r#""tool":{{"name":"mustknow","version":"0.1.0","rules":{}}}"#,
        catalog::all().len()
    );
    insta::assert_snapshot!("jsonl", run.stdout.replace(&tool, r#""tool":{...}"#));
}

#[test]
fn json_matches_its_schema() {
    let schema = schema(SCAN);
    let run = finish(command().args(["-o", "json", "/nowhere/at-all"]).arg(fixture(SEED)));
    assert_valid(&schema, &serde_json::from_str(&run.stdout).unwrap());
    for name in ALL {
        assert_valid(&schema, &json(&[name]));
    }
}

#[test]
fn a_schema_notices_what_is_missing_or_wrong() {
    let validator = jsonschema::validator_for(&schema(SCAN)).unwrap();
    let good = json(&[SEED]);
    assert!(validator.is_valid(&good));
    for (place, value) in [
        ("/reports/0/findings/0/severity", Value::from("fatal")),
        ("/reports/0/findings/0/evidence/0/type", Value::from("heard")),
        ("/reports/0/archive/bytes", Value::from("many")),
        ("/reports/0/cluster", Value::Object(serde_json::Map::new())),
        ("/schema", Value::from("mustknow/scan/v2")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert!(!validator.is_valid(&bad), "{place}");
    }
}

#[test]
fn every_line_matches_its_schema() {
    let schema = schema(LINE);
    let archives = ALL.map(|name| format!("fixtures/{name}.tar.gz"));
    let (_, lines) = lines(archives.iter().map(String::as_str).chain(["/nowhere/at-all"]));
    assert_eq!(lines.len(), ALL.len() + 1);
    for line in &lines {
        assert_valid(&schema, line);
    }
}

#[test]
fn the_page_about_outputs_quotes_them() {
    let page = fs::read_to_string(checkout().join("docs/outputs.md")).unwrap();
    let mut seen = BTreeSet::new();
    for section in page.split("<!-- excerpt of ").skip(1) {
        let (format, rest) = section.split_once(" -->\n").unwrap();
        let block = rest.lines().skip(1).take_while(|line| *line != "````");
        let output = written(format, &[NOT_COLLECTED]);
        for line in block.filter(|line| !line.trim().is_empty() && line.trim() != "[...]") {
            let pieces: Vec<_> = line.split(" [...]").filter(|piece| !piece.is_empty()).collect();
            let is_there = output.lines().any(|it| pieces.iter().all(|piece| it.contains(piece)));
            assert!(is_there, "{format} has no line {line}");
        }
        seen.insert(format.to_owned());
    }
    let formats = ["summary", "json", "yaml", "jsonl", "markdown", "html", "sarif", "junit"];
    assert_eq!(seen, formats.map(str::to_owned).into());
}

#[test]
fn real_archives_are_valid_in_every_format() {
    let Some(samples) = samples() else { return };
    let scan_schema = schema(SCAN);
    for name in ["insights-4.7.tar.gz", "support-bundle-kurl.tar.gz", "oc-upgrade-status"] {
        let path = samples.join(name);
        let said = |format: &str| finish(command().args(["-o", format]).arg(&path)).stdout;
        let scan: Value = serde_json::from_str(&said("json")).unwrap();
        assert_valid(&scan_schema, &scan);
        assert_eq!(serde_yaml::from_str::<Value>(&said("yaml")).unwrap(), scan);
        sarif([&path]);
        Element::parse(&said("junit")).assert_junit();
        for page in said("markdown").split("\n---\n") {
            outside_fences(page);
            assert!(page.lines().count() <= 151, "{name}");
        }
    }
}
