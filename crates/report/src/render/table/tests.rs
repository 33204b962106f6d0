//! Tests of the table's text and widths.

use mustknow_rules::Severity;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::model::Failed;
use crate::redact::SafeText;
use crate::render::text::{Drawing, TextStyle};
use crate::triage::{RuleCount, Triage, TriageRow};

const MISSING: &str = "ConfigMap kube-system/bootstrap does not exist";

fn named(severity: Severity, rule: &str, count: usize) -> RuleCount {
    RuleCount { rule: SafeText::name(rule), severity: Some(severity), count }
}

fn row(path: &str, id: &str, causes: Vec<RuleCount>) -> TriageRow {
    TriageRow {
        path: SafeText::name(path),
        within: None,
        cluster: Some(SafeText::name(id)),
        version: Some(SafeText::name("4.16.0-0.okd-scos-2024-09-24-151747")),
        update: SafeText::name("updating 5d, stalled"),
        is_stalled: false,
        lead: (!causes.is_empty()).then(|| SafeText::text(MISSING)),
        causes,
        symptoms: Vec::new(),
        notes: Vec::new(),
        open_checks: Vec::new(),
        inconclusive: 85,
        damage: 0,
        accepted: 0,
        milder: 0,
        not_evaluated: 0,
        is_truncated: false,
        is_judged: true,
        worst: None,
    }
}

fn triage() -> Triage {
    let missing = || named(Severity::Critical, "apiservices/bootstrap-configmap-missing", 1);
    let long = format!("cases/{}.tar.gz", "must-gather-of-a-customer-".repeat(12));
    let many = (0..9).map(|n| named(Severity::Error, &format!("pods/state-{n}"), n + 1)).collect();
    Triage {
        rows: vec![
            row("cases/healthy.tgz", "11111111-0000", Vec::new()),
            row("cases/a.tgz", "5d1f7c1e-2f0b", vec![missing()]),
            row(
                &long,
                "5d1f7c1e-2f0b",
                vec![missing(), named(Severity::Warning, "pods/evicted", 3)],
            ),
            row("other/a.tgz", "99999999-1111", many),
        ],
        failed: vec![Failed::new("cases/broken.tgz", "cases/broken.tgz is empty")],
        inputs: 5,
    }
}

fn written(width: usize, drawing: Drawing) -> String {
    let mut out = Vec::new();
    let style = TextStyle { width, drawing, ..TextStyle::default() };
    write(&triage(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_line_fits_the_width_there_is() {
    for width in [80, 100, 132, 200] {
        let text = written(width, Drawing::Unicode);
        let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
        assert!(widest <= width, "{widest} of {width}\n{text}");
    }
    for width in [80, 100] {
        let text = written(width, Drawing::Unicode);
        assert!(text.contains('…'), "{text}");
    }
    let ascii = written(80, Drawing::Ascii);
    assert!(ascii.is_ascii() && ascii.contains("..."), "{ascii}");
}

#[test]
fn a_rule_id_is_never_broken() {
    for width in 40..140 {
        let text = written(width, Drawing::Unicode);
        let id = "apiservices/bootstrap-configmap-missing";
        // Two rows, and the line of what they have in common.
        assert_eq!(text.matches(id).count(), 3, "{width}\n{text}");
    }
}

#[test]
fn the_table_leads_with_the_cause_in_words_and_shows_what_archives_share() {
    let text = written(300, Drawing::Unicode);
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("ARCHIVE "), "{text}");
    assert!(lines[1].starts_with("cases/a.tgz "), "{text}");
    assert!(lines[1].contains(" 5d1f7c1e  4.16.0"), "{text}");
    assert!(lines[1].contains(MISSING), "{text}");
    let rules = "  critical: apiservices/bootstrap-configmap-missing; 85 checks inconclusive";
    assert_eq!(lines[2], rules, "{text}");
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(at("\nmust-gather-of") < at("\nother/a.tgz"), "the worst first");
    assert!(at("\nbroken.tgz") < at("\nhealthy.tgz"));
    assert!(text.contains("error: pods/state-0, pods/state-1 (2), "), "{text}");
    assert!(text.contains("pods/state-4 (5) and 4 more"), "{text}");
    let shared = "\n  apiservices/bootstrap-configmap-missing: 2 archives (cases/a.tgz,";
    assert!(text.contains(shared), "{text}");
    let totals =
        "\n5 archives, 4 reports on 3 clusters: 3 with a root cause, 1 healthy, 1 not read\n";
    assert!(text.ends_with(totals), "{text}");
}
