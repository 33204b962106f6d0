//! Runs every case of `fixtures/rules/<area>/<bad-state>.md`, each as a test of its own that is named
//! `<area>/<bad-state>: <heading>`, and compares what the rule reports.
//!
//! What a fixture is made of, `mustknow_testkit::cases` says. `UPDATE=1 cargo test -p mustknow-rules --test fixtures`
//! rewrites the reports, one test for each fixture; as usual, a part of a test's name behind it selects.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use mustknow_archive::Limits;
use mustknow_rules::engine::run;
use mustknow_rules::{Evidence, Finding, Judgement, Place, Proof, Remedy, Rule, Verdict, catalog};
use mustknow_testkit::cases::{Case, Cases, difference};

fn main() -> ExitCode {
    let is_update = std::env::var_os("UPDATE").is_some();
    let trials = if is_update { updates() } else { cases().into_iter().chain(house()).collect() };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test for each case; a fixture that cannot be read is one that fails.
fn cases() -> Vec<Trial> {
    let mut trials = Vec::new();
    for rule in catalog::all() {
        match read(rule) {
            Ok((_, fixture)) => trials.extend(fixture.all.into_iter().map(|case| {
                let name = format!("{}: {}", rule.meta.id, case.heading);
                Trial::test(name, move || compare(&case, rule))
            })),
            Err(why) => trials.push(Trial::test(rule.meta.id, move || Err(why.into()))),
        }
    }
    trials
}

fn compare(case: &Case, rule: &'static Rule) -> Result<(), Failed> {
    let (verdict, reported) = judge(case, rule);
    if verdict != case.expected() {
        let expected = case.expected();
        let why = format!("the heading says {expected}, the rule says {verdict}:\n{reported}");
        return Err(why.into());
    }
    if reported != case.report {
        let lines = difference(&case.report, &reported);
        let why = format!("-: expected by the fixture, +: reported by the rule\n\n{lines}");
        return Err(why.into());
    }
    Ok(())
}

/// A test for each fixture that rewrites its reports.
fn updates() -> Vec<Trial> {
    let update = |rule: &'static Rule| Trial::test(rule.meta.id, move || update(rule));
    catalog::all().iter().map(update).collect()
}

fn update(rule: &'static Rule) -> Result<(), Failed> {
    let (text, mut fixture) = read(rule)?;
    let mut wrong = String::new();
    for case in &mut fixture.all {
        let (verdict, reported) = judge(case, rule);
        if verdict != case.expected() {
            writeln!(wrong, "{}: the rule says {verdict}\n{reported}", case.heading).unwrap();
        }
        case.report = reported;
    }
    let written = fixture.written();
    if written != text {
        fs::write(fixture_path(rule), written)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn house() -> Vec<Trial> {
    let test = |name: &str, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    vec![
        test("every_fixture_has_each_kind_of_case", every_fixture_has_each_kind_of_case),
        test("every_fixture_has_a_rule", every_fixture_has_a_rule),
        test("every_case_has_its_own_heading", every_case_has_its_own_heading),
        test("every_base_cluster_is_included", every_base_cluster_is_included),
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules")
}

fn fixture_path(rule: &Rule) -> PathBuf {
    folder().join(format!("{}.md", rule.meta.id))
}

/// The text of a rule's fixture and its cases.
fn read(rule: &Rule) -> Result<(String, Cases), String> {
    let place = format!("fixtures/rules/{}.md", rule.meta.id);
    let text = fs::read_to_string(fixture_path(rule)).map_err(|why| format!("{place}: {why}"))?;
    let fixture = Cases::parse(&text).map_err(|why| format!("{place}: {why}"))?;
    Ok((text, fixture))
}

/// The kind of verdict and the report of a rule about a case.
fn judge(case: &Case, rule: &'static Rule) -> (&'static str, String) {
    let (judgement, _dir) = run(case, rule);
    let verdict = &judgement.outcomes[0].verdict;
    (name_of(verdict), report(verdict))
}

fn run(case: &Case, rule: &'static Rule) -> (Judgement, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    case.lay_out(dir.path()).unwrap();
    let rules = std::slice::from_ref(rule);
    let archive = {
        let interest = run::interest(rules);
        mustknow_cluster::open(dir.path(), &interest, Limits::default(), &|_| {}).unwrap()
    };
    assert_eq!(archive.snapshots.len(), 1, "{}: one cluster", case.heading);
    (run::judge(&archive.snapshots[0], rules), dir)
}

fn report(verdict: &Verdict) -> String {
    let mut out = String::new();
    match verdict {
        Verdict::Found(findings) => findings.iter().for_each(|finding| found(&mut out, finding)),
        Verdict::Healthy { examined } => writeln!(out, "healthy: {examined} examined").unwrap(),
        Verdict::Unknown(gap) => {
            writeln!(out, "unknown, {}: {}", gap.kind, gap.what).unwrap();
            gap.commands.iter().for_each(|command| writeln!(out, "  command: {command}").unwrap());
            gap.would_explain.iter().for_each(|s| writeln!(out, "  would explain: {s}").unwrap());
        }
        Verdict::NotApplicable(why) => writeln!(out, "not applicable: {why}").unwrap(),
    }
    out
}

fn found(out: &mut String, finding: &Finding) {
    let severity = finding.severity.unwrap();
    writeln!(out, "{severity}, {:?}: {}", finding.certainty, finding.summary).unwrap();
    writeln!(out, "  subject: {}", finding.subject).unwrap();
    if let Some(since) = finding.since {
        writeln!(out, "  since: {since}").unwrap();
    }
    for evidence in &finding.evidence {
        match evidence {
            Evidence::Seen { place, note, .. } => {
                let line = match place {
                    Place::Document { document, span } => document.tree.line(span.start),
                    Place::Line { number, .. } => *number,
                };
                writeln!(out, "  seen: {}:{line}: {note}", place.path()).unwrap();
            }
            Evidence::Missing { what, looked_in, note } => {
                writeln!(out, "  missing: {what} in {looked_in}: {note}").unwrap();
            }
        }
    }
    for effect in &finding.explains {
        writeln!(out, "  explains: {}, keywords {:?}", effect.subject, effect.keywords).unwrap();
    }
    if let Some(remedy) = &finding.remedy {
        advice(out, remedy);
    }
}

fn advice(out: &mut String, remedy: &Remedy) {
    let withheld = if remedy.is_withheld() { " (withheld)" } else { "" };
    writeln!(out, "  remedy{withheld}: {}", remedy.action).unwrap();
    remedy.commands.iter().for_each(|command| writeln!(out, "    $ {command}").unwrap());
    for check in &remedy.preconditions {
        let (word, how) = match &check.proof {
            Proof::Verified(how) => ("verified", how),
            Proof::ByHand(how) => ("by hand", how),
            Proof::Violated(how) => ("violated", how),
        };
        writeln!(out, "    {word}: {}: {how}", check.what).unwrap();
    }
}

fn name_of(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Found(_) => "Fires",
        Verdict::Healthy { .. } => "Quiet",
        Verdict::Unknown(_) => "Unknown",
        Verdict::NotApplicable(_) => "NotApplicable",
    }
}

fn every_fixture_has_each_kind_of_case() {
    let mut wrong = Vec::new();
    for rule in catalog::all() {
        let Ok((_, fixture)) = read(rule) else { continue };
        let count = |word: &str| fixture.all.iter().filter(|c| c.heading.starts_with(word)).count();
        let needs_unknown = rule.meta.needs().next().is_some() && count("Unknown") == 0;
        if count("Fires") == 0 || count("Quiet") == 0 || needs_unknown {
            wrong.push(rule.meta.id);
        }
        if fixture.all.iter().any(|case| case.report.is_empty()) {
            wrong.push(rule.meta.id);
        }
    }
    assert!(wrong.is_empty(), "a Fires, a Quiet or an Unknown case is missing: {wrong:?}");
}

fn every_fixture_has_a_rule() {
    let is_orphan = |id: &String| catalog::find(id).is_none();
    let orphans: Vec<_> = fixtures().into_iter().map(|(id, _)| id).filter(is_orphan).collect();
    assert!(orphans.is_empty(), "fixtures without a rule: {orphans:?}");
}

/// Two tests of one name cannot be told apart.
fn every_case_has_its_own_heading() {
    let mut twice = Vec::new();
    for (id, text) in fixtures() {
        let mut seen = BTreeSet::new();
        let headings = text.lines().filter(|line| line.starts_with("## "));
        twice.extend(headings.filter(|h| !seen.insert(*h)).map(|h| format!("{id}: {h}")));
    }
    assert!(twice.is_empty(), "headings that stand twice in a fixture: {twice:?}");
}

fn every_base_cluster_is_included() {
    let mut included = BTreeSet::new();
    for (_, text) in fixtures() {
        let names = text.lines().filter_map(|line| line.strip_prefix("```include "));
        included.extend(names.flat_map(str::split_whitespace).map(str::to_owned));
    }
    let bases = fs::read_dir(folder().join("../clusters")).unwrap();
    let mut unused: Vec<_> = bases.map(|base| stem(&base.unwrap().path())).collect();
    unused.retain(|base| !included.contains(base));
    assert!(unused.is_empty(), "base clusters that no fixture includes: {unused:?}");
}

/// Every file below the folder of the fixtures: its id and its text.
fn fixtures() -> Vec<(String, String)> {
    let mut fixtures = Vec::new();
    for area in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        for fixture in fs::read_dir(&area).unwrap().map(|entry| entry.unwrap().path()) {
            let id = format!("{}/{}", stem(&area), stem(&fixture));
            fixtures.push((id, fs::read_to_string(&fixture).unwrap()));
        }
    }
    fixtures.sort();
    fixtures
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
