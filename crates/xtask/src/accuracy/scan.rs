//! Scans one input with every rule, as the program does.

use std::error::Error;
use std::path::Path;

use mustknow_archive::Limits;
use mustknow_report::{Report, ReportOptions, ScannedInput};
use mustknow_rules::catalog;
use mustknow_rules::engine::run;

/// A report for each cluster in the input.
pub(super) fn scan(path: &Path) -> Result<Vec<Report>, Box<dyn Error>> {
    let rules = catalog::all();
    let archive = mustknow_cluster::open(path, &run::interest(rules), Limits::default(), &|_| {})?;
    let input = ScannedInput {
        path: "",
        entries: archive.entries,
        bytes: archive.bytes,
        truncated: archive.truncated,
    };
    let report = |snapshot| {
        let judgement = run::judge(snapshot, rules);
        mustknow_report::build(input, snapshot, &judgement, ReportOptions::default())
    };
    Ok(archive.snapshots.iter().map(report).collect())
}
