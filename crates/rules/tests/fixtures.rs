//! Runs every case of `fixtures/rules/<area>/<bad-state>.md` and compares what the rule reports.
//!
//! What a fixture is made of, `mustknow_dev::cases` says. `UPDATE=1 cargo test -p mustknow-rules --test fixtures` writes the reports anew.

#![cfg(test)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_dev::cases::{Case, Cases};
use mustknow_gather::Limits;
use mustknow_rules::engine::{self, Judgement};
use mustknow_rules::{Evidence, Finding, Place, Proof, Remedy, Rule, Verdict, catalog};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules")
}

fn run(case: &Case, rule: &'static Rule) -> (Judgement, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    case.lay_out(dir.path()).unwrap();
    let rules = std::slice::from_ref(rule);
    let archive = {
        let wanted = engine::wanted(rules);
        mustknow_gather::open(dir.path(), &wanted, Limits::default(), &|_| {}).unwrap()
    };
    assert_eq!(archive.snapshots.len(), 1, "{}: one cluster", case.heading);
    (engine::judge(&archive.snapshots[0], rules), dir)
}

fn report(verdict: &Verdict) -> String {
    let mut out = String::new();
    match verdict {
        Verdict::Found(findings) => findings.iter().for_each(|finding| found(&mut out, finding)),
        Verdict::Healthy { examined } => writeln!(out, "healthy: {examined} examined").unwrap(),
        Verdict::Unknown(gap) => {
            writeln!(out, "unknown, {}: {}", gap.kind, gap.what).unwrap();
            gap.ask.iter().for_each(|ask| writeln!(out, "  ask: {ask}").unwrap());
            gap.concerns.iter().for_each(|s| writeln!(out, "  concerns: {s}").unwrap());
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
        writeln!(out, "  explains: {} saying {:?}", effect.subject, effect.saying).unwrap();
    }
    if let Some(remedy) = &finding.remedy {
        advice(out, remedy);
    }
}

fn advice(out: &mut String, remedy: &Remedy) {
    let withheld = if remedy.is_withheld() { " (withheld)" } else { "" };
    writeln!(out, "  remedy{withheld}: {}", remedy.what).unwrap();
    remedy.commands.iter().for_each(|command| writeln!(out, "    $ {command}").unwrap());
    for check in &remedy.before_you_act {
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

fn fixture_path(rule: &Rule) -> PathBuf {
    folder().join(format!("{}.md", rule.meta.id))
}

#[test]
fn every_case_reports_what_its_fixture_says() {
    let update = std::env::var_os("UPDATE").is_some();
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    for rule in catalog::all().iter().filter(|rule| rule.meta.id.contains(&only)) {
        let path = fixture_path(rule);
        let Ok(text) = fs::read_to_string(&path) else {
            wrong.push(format!("{}: no fixture at {}", rule.meta.id, path.display()));
            continue;
        };
        let mut fixture =
            Cases::parse(&text).unwrap_or_else(|why| panic!("{}: {why}", rule.meta.id));
        for case in &mut fixture.all {
            let (judgement, _dir) = run(case, rule);
            let verdict = &judgement.outcomes[0].verdict;
            let place = format!("{}: {}", rule.meta.id, case.heading);
            if name_of(verdict) != case.expected() {
                wrong.push(format!("{place}: it is {}\n{}", name_of(verdict), report(verdict)));
            }
            let got = report(verdict);
            if got != case.report && !update {
                wrong.push(format!("{place}\n--- expected\n{}--- reported\n{got}", case.report));
            }
            case.report = got;
        }
        if update {
            let written = fixture.written();
            if written != text {
                fs::write(&path, written).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn every_fixture_has_each_kind_of_case() {
    if std::env::var_os("UPDATE").is_some() {
        // The reports are being written this very moment.
        return;
    }
    let mut wrong = Vec::new();
    for rule in catalog::all() {
        let Ok(text) = fs::read_to_string(fixture_path(rule)) else { continue };
        let fixture = Cases::parse(&text).unwrap();
        let count = |word: &str| fixture.all.iter().filter(|c| c.heading.starts_with(word)).count();
        let needs_unknown = !rule.meta.needs.is_empty() && count("Unknown") == 0;
        if count("Fires") == 0 || count("Quiet") == 0 || needs_unknown {
            wrong.push(rule.meta.id);
        }
        if fixture.all.iter().any(|case| case.report.is_empty()) {
            wrong.push(rule.meta.id);
        }
    }
    assert!(wrong.is_empty(), "a Fires, a Quiet or an Unknown case is lacking: {wrong:?}");
}

#[test]
fn every_fixture_has_a_rule() {
    let mut orphans = Vec::new();
    for area in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        for fixture in fs::read_dir(&area).unwrap().map(|entry| entry.unwrap().path()) {
            let area = area.file_name().unwrap().to_string_lossy();
            let id = format!("{area}/{}", fixture.file_stem().unwrap().to_string_lossy());
            if catalog::find(&id).is_none() {
                orphans.push(id);
            }
        }
    }
    assert!(orphans.is_empty(), "fixtures without a rule: {orphans:?}");
}
