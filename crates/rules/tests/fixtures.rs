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

use jiff::SignedDuration;
use libtest_mimic::{Arguments, Failed, Trial};
use mustknow_archive::Limits;
use mustknow_cluster::model::clock::Clock;
use mustknow_rules::engine::rule::GracePeriod;
use mustknow_rules::engine::run;
use mustknow_rules::terms::client::has_plain_form;
use mustknow_rules::{
    Evidence, Finding, Judgement, Place, Proof, Remedy, Rule, Scope, Verdict, catalog,
};
use mustknow_testkit::cases::{Case, Cases, difference};

fn main() -> ExitCode {
    let is_update = std::env::var_os("UPDATE").is_some();
    let trials = if is_update {
        updates()
    } else {
        cases().into_iter().chain(clocks()).chain(house()).collect()
    };
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

/// A test for each rule that compares ages: what fires is not healthy without a clock, nor with one
/// that is an hour early or a year late.
fn clocks() -> Vec<Trial> {
    let is_limited =
        |rule: &&Rule| matches!(rule.grace, GracePeriod::Silent(_) | GracePeriod::Note(_));
    let test = |rule: &'static Rule| {
        Trial::test(format!("clocks: {}", rule.meta.id), move || without_clock(rule))
    };
    catalog::all().iter().filter(is_limited).map(test).collect()
}

fn without_clock(rule: &'static Rule) -> Result<(), Failed> {
    let (_, fixture) = read(rule)?;
    let mut wrong = String::new();
    for case in fixture.all.iter().filter(|case| case.expected() == "Fires") {
        for (when, change) in CLOCKS {
            let JudgedCase { judgement, .. } = run_at(case, rule, change);
            let verdict = &judgement.outcomes[0].verdict;
            let is_known = matches!(verdict, Verdict::Found(_) | Verdict::Unknown(_));
            if !is_known && !is_young_then(case, rule, change) {
                writeln!(wrong, "{}, {when}: {}", case.heading, report(verdict)).unwrap();
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Whether everything that fires is so young by the other clock that it need not count.
fn is_young_then(case: &Case, rule: &'static Rule, change: ClockChange) -> bool {
    let (GracePeriod::Silent(limit) | GracePeriod::Note(limit)) = rule.grace else { return false };
    let JudgedCase { judgement, clock, .. } = run_at(case, rule, Some);
    let now = clock.and_then(change).map(|clock| clock.now);
    judgement.findings().all(|(_, finding)| {
        let since = finding.lasts_since.or(finding.since);
        let age = since.zip(now).map(|(since, now)| now.duration_since(since).as_secs());
        let limit = finding.grace.unwrap_or(limit).seconds();
        age.is_some_and(|age| (-120..=limit).contains(&age))
    })
}

/// How a clock is changed.
type ClockChange = fn(Clock) -> Option<Clock>;

const CLOCKS: [(&str, ClockChange); 3] = [
    ("without a clock", |_| None),
    ("an hour early", |clock| {
        let now = clock.now.checked_sub(SignedDuration::from_hours(1)).ok()?;
        Some(Clock { now, ..clock })
    }),
    ("a year late", |clock| {
        let now = clock.now.checked_add(SignedDuration::from_hours(365 * 24)).ok()?;
        Some(Clock { now, ..clock })
    }),
];

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
        test("rules_of_any_cluster_have_plain_commands", rules_of_any_cluster_have_plain_commands),
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
    let JudgedCase { judgement, .. } = run_at(case, rule, Some);
    let verdict = &judgement.outcomes[0].verdict;
    (name_of(verdict), report(verdict))
}

/// A case and what a rule says of it.
struct JudgedCase {
    judgement: Judgement,
    /// The clock it was judged by.
    clock: Option<Clock>,
    /// Evidence refers to its files.
    _dir: tempfile::TempDir,
}

/// Judges a case with a changed clock.
fn run_at(case: &Case, rule: &'static Rule, change: ClockChange) -> JudgedCase {
    let dir = tempfile::tempdir().unwrap();
    case.lay_out(dir.path()).unwrap();
    let rules = std::slice::from_ref(rule);
    let mut archive = {
        let interest = run::interest(rules);
        mustknow_cluster::open(dir.path(), &interest, Limits::default(), &|_| {}).unwrap()
    };
    assert_eq!(archive.snapshots.len(), 1, "{}: one cluster", case.heading);
    let snapshot = archive.snapshots.remove(0);
    let clock = snapshot.clock().and_then(change);
    let judgement = run::judge(&snapshot.with_clock(clock), rules);
    JudgedCase { judgement, clock, _dir: dir }
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
            Proof::Verified(how) => ("verified", how.as_str()),
            Proof::ByHand(how) => ("by hand", how.as_str()),
            Proof::Violated(how) => ("violated", how.as_str()),
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

/// On a plain cluster no command names what only OpenShift has.
fn rules_of_any_cluster_have_plain_commands() {
    let mut wrong = Vec::new();
    for rule in catalog::all() {
        if !matches!(rule.meta.scope, Scope::Any | Scope::Plain) {
            continue;
        }
        let advice = rule.advice;
        let by_hand = advice.before.iter().map(|(_, how)| how).filter(|how| !how.is_empty());
        let commands = advice.run.iter().chain(advice.verify).chain(by_hand);
        let of_openshift = commands.filter(|it| it.starts_with("oc ") && !has_plain_form(it));
        wrong.extend(of_openshift.map(|command| format!("{}: {command}", rule.meta.id)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
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
