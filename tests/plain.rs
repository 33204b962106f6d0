//! What the whole program says of plain clusters: nothing about OpenShift.
//!
//! The clusters are the cases of all rules that show one. What a rule says of its own case is also
//! asserted in `crates/rules/tests/fixtures`; here all rules, their causality and the report speak.

use std::fs;
use std::path::Path;

use mustknow_archive::Limits;
use mustknow_cluster::Snapshot;
use mustknow_cluster::model::platform::Platform;
use mustknow_report::{Report, ReportOptions, ScannedInput};
use mustknow_rules::engine::run;
use mustknow_rules::{Rule, catalog};
use mustknow_testkit::cases::{Case, Cases};
use mustknow_testkit::openshift_words::openshift_words;
use tempfile::{TempDir, tempdir};

use crate::support::checkout;
use crate::support::run::mustknow;

/// At least as many cases are of plain clusters.
const EXPECTED: usize = 40;

#[test]
fn a_report_on_a_plain_cluster_says_nothing_of_openshift() {
    let mut judged = 0;
    let mut wrong = Vec::new();
    for (rule, case) in plain_looking_cases() {
        let dir = laid_out(&case);
        for PlainReport { text, format } in reports(dir.path()) {
            judged += 1;
            let words = openshift_words(&text, &(text_of(&case) + &format));
            wrong
                .extend(words.iter().map(|it| format!("{}: {}: {it}", rule.meta.id, case.heading)));
        }
    }
    assert!(judged >= EXPECTED, "only {judged} cases are of plain clusters");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_text_on_a_plain_cluster_says_nothing_of_openshift() {
    let fires = |(_, case): &(&Rule, Case)| case.expected() == "Fires";
    let mut cases: Vec<_> = plain_looking_cases().into_iter().filter(fires).collect();
    cases.dedup_by_key(|(rule, _)| rule.meta.area());
    for (rule, case) in cases {
        let dir = laid_out(&case);
        let Some(PlainReport { format, .. }) = reports(dir.path()).pop() else { continue };
        let path = dir.path().to_str().unwrap();
        let commands: [&[_]; 4] = [
            &["scan", "-v"],
            &["scan", "-o", "markdown"],
            &["timeline"],
            &["timeline", "-o", "jsonl"],
        ];
        for command in commands {
            let run = mustknow(command.iter().copied().chain([path]));
            let words = openshift_words(&run.stdout, &(text_of(&case) + &format));
            let place = format!("{command:?}, {}: {}", rule.meta.id, case.heading);
            assert!(words.is_empty(), "{place}: {words:?}");
        }
    }
}

/// The cases of all rules without objects of OpenShift itself, which would be opened in vain.
fn plain_looking_cases() -> Vec<(&'static Rule, Case)> {
    let folder = checkout().join("fixtures/rules");
    let cases = |rule: &'static Rule| {
        let text = fs::read_to_string(folder.join(format!("{}.md", rule.meta.id))).unwrap();
        let cases = Cases::parse(&text).unwrap().all;
        let looks_plain = |case: &Case| !text_of(case).contains("config.openshift.io");
        cases.into_iter().filter(looks_plain).map(move |case| (rule, case))
    };
    catalog::all().iter().flat_map(cases).collect()
}

fn text_of(case: &Case) -> String {
    case.files.iter().fold(String::new(), |all, (path, body)| all + path + "\n" + body + "\n")
}

fn laid_out(case: &Case) -> TempDir {
    let dir = tempdir().unwrap();
    case.lay_out(dir.path()).unwrap();
    dir
}

/// The report on a plain cluster, as JSON.
struct PlainReport {
    text: String,
    /// What collected it: `oc adm inspect` works on every cluster.
    format: String,
}

/// The reports on the plain clusters in a folder.
fn reports(folder: &Path) -> Vec<PlainReport> {
    let rules = catalog::all();
    let interest = run::interest(rules);
    let archive = mustknow_cluster::open(folder, &interest, Limits::default(), &|_| {}).unwrap();
    let input = ScannedInput {
        path: "input",
        entries: archive.entries,
        bytes: archive.bytes,
        truncated: archive.truncated,
    };
    let plain = archive.snapshots.iter().filter(|it| it.platform() == Platform::Kubernetes);
    let report = |snapshot: &Snapshot| {
        let judgement = run::judge(snapshot, rules);
        let report = mustknow_report::build(input, snapshot, &judgement, ReportOptions::default());
        PlainReport { text: without_bound_rules(report), format: snapshot.format() }
    };
    plain.map(report).collect()
}

/// The JSON of a report without the rules that are bound to OpenShift.
fn without_bound_rules(mut report: Report) -> String {
    report.not_applicable.retain(|check| {
        catalog::find(check.rule).is_some_and(|rule| rule.meta.scope.includes_plain())
    });
    serde_json::to_string(&report).unwrap().replace("\\n", "\n")
}
