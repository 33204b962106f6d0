//! Tests of how rows are made and which is more urgent.

use std::cmp::Reverse;

use mustknow_rules::Severity;

use super::row::count;
use super::*;
use crate::redact::SafeText;

fn one(severity: Severity) -> Vec<RuleCount> {
    vec![RuleCount { rule: SafeText::name("a/b"), severity: Some(severity), count: 1 }]
}

fn row() -> TriageRow {
    TriageRow {
        path: SafeText::name("a.tgz"),
        within: None,
        cluster: None,
        version: None,
        update: SafeText::default(),
        is_stalled: false,
        lead: None,
        causes: Vec::new(),
        symptoms: Vec::new(),
        notes: Vec::new(),
        open_checks: Vec::new(),
        inconclusive: 7,
        damage: 0,
        accepted: 0,
        milder: 0,
        not_evaluated: 0,
        is_truncated: false,
        is_judged: true,
        worst: None,
    }
}

#[test]
fn stalled_updates_come_before_warnings_and_warnings_before_healthy_clusters() {
    let falling = [
        TriageRow { causes: one(Severity::Critical), ..row() },
        TriageRow { causes: one(Severity::Error), symptoms: one(Severity::Critical), ..row() },
        TriageRow { causes: one(Severity::Error), ..row() },
        TriageRow { is_stalled: true, causes: one(Severity::Warning), ..row() },
        TriageRow { is_stalled: true, ..row() },
        TriageRow { symptoms: one(Severity::Critical), ..row() },
        TriageRow { causes: one(Severity::Warning), ..row() },
        TriageRow { symptoms: one(Severity::Warning), ..row() },
        TriageRow { notes: one(Severity::Warning), ..row() },
        TriageRow { is_truncated: true, ..row() },
        row(),
    ];
    let urgencies: Vec<_> = falling.iter().map(|row| Reverse(row.urgency())).collect();
    assert!(urgencies.is_sorted(), "{urgencies:?}");
}

#[test]
fn what_was_not_examined_is_not_healthy() {
    assert_eq!(row().status(), TriageStatus::Healthy);
    for open in [
        TriageRow { is_judged: false, ..row() },
        TriageRow { damage: 1, ..row() },
        TriageRow { is_truncated: true, ..row() },
        TriageRow {
            open_checks: vec![RuleCount { rule: SafeText::name("a/b"), severity: None, count: 1 }],
            ..row()
        },
    ] {
        assert_eq!(open.status(), TriageStatus::Undecided);
    }
}

#[test]
fn rules_are_counted_and_the_most_severe_comes_first() {
    let found = [
        ("a/x", Severity::Warning),
        ("b/y", Severity::Critical),
        ("a/x", Severity::Warning),
        ("a/x", Severity::Error),
    ];
    let counts: Vec<_> = count(found.into_iter().map(|(rule, severity)| (rule, Some(severity))))
        .into_iter()
        .map(|it| format!("{} {} {}", it.severity.unwrap(), it.rule, it.count))
        .collect();
    assert_eq!(counts, ["critical b/y 1", "error a/x 1", "warning a/x 2"]);
}
