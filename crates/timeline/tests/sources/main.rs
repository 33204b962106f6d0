//! Tests of the timeline: events of each source, and hostile archives.

#![cfg(test)]

mod certificates;
mod hostile;
mod sources;

use std::fs;

use mustknow_archive::Limits;
use mustknow_cluster::{Interest, Snapshot, open};
use mustknow_rules::catalog;
use mustknow_rules::engine::run;
use mustknow_timeline::{self, Filter, ReadScope, Timeline, TimelineEvent};

const IMAGE: &str = "must-gather/image";

fn snapshot(files: &[(&str, &str)], interest: &Interest) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    for (path, body) in files {
        let path = dir.path().join(IMAGE).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }
    let stamp = dir.path().join(IMAGE).join("timestamp");
    fs::write(stamp, "2024-10-28 10:30:00.5 +0000 UTC m=+0.1\n").unwrap();
    let limits = Limits { threads: 1, ..Limits::default() };
    let mut found = open(dir.path(), interest, limits, &|_| {}).unwrap().snapshots;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// The timeline of a cluster of these files, filtered.
fn filtered(files: &[(&str, &str)], filter: &Filter) -> Timeline {
    let rules = catalog::all();
    let snapshot = snapshot(files, &mustknow_timeline::interest(rules));
    let judgement = run::judge(&snapshot, rules);
    mustknow_timeline::of(&snapshot, &judgement, ReadScope::Whole, filter)
}

fn collect(files: &[(&str, &str)]) -> Timeline {
    filtered(files, &Filter::default())
}

/// The events of one source, a line each.
fn lines(timeline: &Timeline, source: &str) -> Vec<String> {
    timeline.events.iter().filter(|event| event.source.as_str() == source).map(line).collect()
}

fn line(event: &TimelineEvent) -> String {
    let TimelineEvent { at, until, count, severity, subject, message, .. } = event;
    let until = until.map(|until| format!(" to {until}")).unwrap_or_default();
    let times = if *count == 1 { String::new() } else { format!(" x{count}") };
    format!("{at}{until}{times} {severity} {subject}: {message}")
}
