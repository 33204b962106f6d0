//! What a history makes of each of its sources, and of what a stranger puts there.

#![cfg(test)]

mod certificates;
mod hostile;
mod sources;

use std::fs;

use mustknow_gather::{Limits, Snapshot, Wanted, open};
use mustknow_rules::history::{self, Depth, Filter, History, Moment};
use mustknow_rules::{catalog, engine};

const IMAGE: &str = "must-gather/image";

fn snapshot(files: &[(&str, &str)], wanted: &Wanted) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    for (path, body) in files {
        let path = dir.path().join(IMAGE).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }
    let stamp = dir.path().join(IMAGE).join("timestamp");
    fs::write(stamp, "2024-10-28 10:30:00.5 +0000 UTC m=+0.1\n").unwrap();
    let limits = Limits { threads: 1, ..Limits::default() };
    let mut found = open(dir.path(), wanted, limits, &|_| {}).unwrap().snapshots;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// The history of a cluster of these files, of which `filter` is asked for.
fn filtered(files: &[(&str, &str)], filter: &Filter) -> History {
    let rules = catalog::all();
    let snapshot = snapshot(files, &history::wanted(rules));
    let judgement = engine::judge(&snapshot, rules);
    history::of(&snapshot, &judgement, Depth::Whole, filter)
}

fn told(files: &[(&str, &str)]) -> History {
    filtered(files, &Filter::default())
}

/// Moments of one source, a line each.
fn lines(history: &History, source: &str) -> Vec<String> {
    history.moments.iter().filter(|moment| moment.source.word() == source).map(line).collect()
}

fn line(moment: &Moment) -> String {
    let Moment { at, until, count, severity, subject, words, .. } = moment;
    let until = until.map(|until| format!(" to {until}")).unwrap_or_default();
    let times = if *count == 1 { String::new() } else { format!(" x{count}") };
    format!("{at}{until}{times} {severity} {subject}: {words}")
}
