//! Tests of how rows are made and which is the more urgent.

use super::*;

fn named(severity: &str) -> Vec<Named> {
    vec![Named { rule: SafeText::name("a/b"), severity: SafeText::name(severity), count: 1 }]
}

fn row() -> Row {
    Row {
        path: SafeText::name("a.tgz"),
        within: None,
        cluster: None,
        version: None,
        update: SafeText::default(),
        is_stalled: false,
        causes: Vec::new(),
        symptoms: Vec::new(),
        notes: Vec::new(),
        asked: Vec::new(),
        unknown: 7,
        damage: 0,
        accepted: 0,
        milder: 0,
        not_asked: 0,
        is_truncated: false,
        is_judged: true,
        worst: None,
    }
}

#[test]
fn what_stands_still_comes_before_what_will_hurt_and_that_before_what_is_well() {
    let falling = [
        Row { causes: named("critical"), ..row() },
        Row { causes: named("error"), symptoms: named("critical"), ..row() },
        Row { causes: named("error"), ..row() },
        Row { is_stalled: true, causes: named("warning"), ..row() },
        Row { is_stalled: true, ..row() },
        Row { symptoms: named("critical"), ..row() },
        Row { causes: named("warning"), ..row() },
        Row { symptoms: named("warning"), ..row() },
        Row { notes: named("warning"), ..row() },
        Row { is_truncated: true, ..row() },
        row(),
    ];
    let urgencies: Vec<_> = falling.iter().map(|row| Reverse(row.urgency())).collect();
    assert!(urgencies.is_sorted(), "{urgencies:?}");
}

#[test]
fn what_was_not_looked_at_is_not_healthy() {
    assert_eq!(row().standing(), TriageStatus::Healthy);
    for open in [
        Row { is_judged: false, ..row() },
        Row { damage: 1, ..row() },
        Row { is_truncated: true, ..row() },
        Row { asked: named(""), ..row() },
    ] {
        assert_eq!(open.standing(), TriageStatus::Undecided);
    }
}

#[test]
fn rules_are_counted_and_the_worst_stands_first() {
    let found = [("a/x", "warning"), ("b/y", "critical"), ("a/x", "warning"), ("a/x", "error")];
    let counted: Vec<_> = counted(found.into_iter())
        .into_iter()
        .map(|named| format!("{} {} {}", named.severity, named.rule, named.count))
        .collect();
    assert_eq!(counted, ["critical b/y 1", "error a/x 1", "warning a/x 2"]);
}
