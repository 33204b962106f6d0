//! The report in at most ten lines, for a ticket or a chat.

use std::io::{self, Write};

use super::summary::{self, count};
use crate::model::{
    AsWord, Failed, PreconditionState, Report, ReportEvidence, ReportFinding, ReportRemedy,
    ScanReport,
};

/// How many findings have a line of their own.
const FINDINGS: usize = 2;

/// Writes at most ten lines for each cluster, and one for each input that could not be read.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    let reports = scan.reports.iter().map(lines);
    let failed = scan.failed.iter().map(|Failed { path, error }| vec![format!("{path}: {error}")]);
    for (at, lines) in reports.chain(failed).enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

fn lines(report: &Report) -> Vec<String> {
    let cluster = &report.cluster;
    let mut lines = vec![report.archive.path.to_string()];
    let mut field = |name: &str, text: &str| {
        lines.push(format!("{name:<12} {}", text.replace('\n', " ")));
    };
    field("cluster", &summary::cluster(cluster));
    field("gathered", &summary::gathered(cluster));
    if let Some(update) = &cluster.update {
        field(update.state.as_str(), &summary::update(update));
    }
    let attention = summary::attention(report);
    if !attention.is_empty() {
        field("attention", &attention.join("; "));
    }
    field("verdict", &summary::verdict(report));
    let causes: Vec<_> = report.root_causes().collect();
    let symptoms: Vec<_> = report.unexplained().collect();
    let (name, rest, leads) = match causes.as_slice() {
        [] => ("symptom", ("more symptom", "more symptoms"), symptoms),
        _ => ("root cause", ("more root cause", "more root causes"), causes),
    };
    let shown = if leads.len() > FINDINGS { FINDINGS - 1 } else { FINDINGS };
    for finding in leads.iter().take(shown) {
        field(name, &one_finding(report, finding));
    }
    if leads.len() > shown {
        let rules = leads.iter().skip(shown).map(|finding| finding.rule);
        let more = leads.len() - shown;
        field("", &format!("and {}: {}", count(more, rest.0, rest.1), once_each(rules)));
    }
    if let Some(remedy) = leads.first().and_then(|finding| finding.remedy.as_ref()) {
        field("to do", &action(remedy));
    }
    if let Some(check) = report.open_checks().next() {
        let ask = check.ask.first().map(|ask| format!("; to settle it: {ask}"));
        let open = summary::open_check(report, check);
        field("inconclusive", &format!("{open}{}", ask.unwrap_or_default()));
    }
    lines
}

fn one_finding(report: &Report, finding: &ReportFinding) -> String {
    let place = finding.evidence.first().map(|evidence| match evidence {
        ReportEvidence::Seen { file, line, .. } => {
            format!(", {}:{line}", summary::relative(report, file))
        }
        ReportEvidence::Missing { file, .. } => format!(", {}", summary::relative(report, file)),
    });
    let since = finding.since.as_ref().map(|since| format!(", since {since}")).unwrap_or_default();
    let ReportFinding { severity, summary, rule, .. } = finding;
    format!("{severity}: {summary} ({rule}{since}{})", place.unwrap_or_default())
}

/// What to do, and how many preconditions have to be checked before.
fn action(remedy: &ReportRemedy) -> String {
    let is_open = |state| state != PreconditionState::Verified;
    let open = remedy.before_you_act.iter().filter(|it| is_open(it.state)).count();
    let before = match open {
        _ if remedy.withheld => " Not yet: a precondition is violated.".to_owned(),
        0 => String::new(),
        n => {
            let checks = count(n, "precondition", "preconditions");
            format!(" Before that: check {checks}, see the full report.")
        }
    };
    format!("{}{before}", remedy.what)
}

/// The words, each once.
fn once_each<'r>(words: impl Iterator<Item = &'r str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for as_str in words {
        if !seen.contains(&as_str) {
            seen.push(as_str);
        }
    }
    seen.join(", ")
}
