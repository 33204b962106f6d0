//! The report in at most ten lines, for a ticket or a chat.

use std::io::{self, Write};

use crate::report::{Evidence, Failed, Finding, Report, Scan};
use crate::summary::{self, count};

/// How many findings have a line of their own.
const FINDINGS: usize = 2;

/// Writes at most ten lines for each cluster, and one for each input that could not be read.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
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
    let mut say = |name: &str, words: &str| {
        lines.push(format!("{name:<12} {}", words.replace('\n', " ")));
    };
    say("cluster", &summary::cluster(cluster));
    say("gathered", &summary::gathered(cluster));
    if let Some(update) = &cluster.update {
        say(update.state, &summary::update(update));
    }
    let attention = summary::attention(report);
    if !attention.is_empty() {
        say("attention", &attention.join("; "));
    }
    say("verdict", &summary::verdict(report));
    let causes: Vec<_> = report.root_causes().collect();
    let symptoms: Vec<_> = report.unexplained().collect();
    let (name, rest, leads) = match causes.as_slice() {
        [] => ("symptom", ("more symptom", "more symptoms"), symptoms),
        _ => ("root cause", ("more root cause", "more root causes"), causes),
    };
    let shown = if leads.len() > FINDINGS { FINDINGS - 1 } else { FINDINGS };
    for finding in leads.iter().take(shown) {
        say(name, &of_finding(report, finding));
    }
    if leads.len() > shown {
        let rules = leads.iter().skip(shown).map(|finding| finding.rule);
        let more = leads.len() - shown;
        say("", &format!("and {}: {}", count(more, rest.0, rest.1), once_each(rules)));
    }
    if let Some(remedy) = leads.first().and_then(|finding| finding.remedy.as_ref()) {
        let before = match remedy.before_you_act.iter().filter(|it| it.state != "verified").count()
        {
            _ if remedy.withheld => " Not yet: a precondition does not hold.".to_owned(),
            0 => String::new(),
            n => format!(" Before: {} in the full report.", count(n, "check", "checks")),
        };
        say("to do", &format!("{}{before}", remedy.what));
    }
    if let Some(asked) = report.unknown.iter().find(|unknown| !unknown.concerns.is_empty()) {
        let ask = asked.ask.first().map(|ask| format!("; this settles it: {ask}"));
        let what = summary::below_root(report, &asked.what);
        let words = format!("whether this cluster has {} ({}): {what}", asked.title, asked.rule);
        say("cannot tell", &format!("{words}{}", ask.unwrap_or_default()));
    }
    lines
}

fn of_finding(report: &Report, finding: &Finding) -> String {
    let place = finding.evidence.first().map(|evidence| match evidence {
        Evidence::Seen { file, line, .. } => {
            format!(", {}:{line}", summary::below_root(report, file))
        }
        Evidence::Missing { file, .. } => format!(", {}", summary::below_root(report, file)),
    });
    let since = finding.since.as_ref().map(|since| format!(", since {since}")).unwrap_or_default();
    let Finding { severity, summary, rule, .. } = finding;
    format!("{severity}: {summary} ({rule}{since}{})", place.unwrap_or_default())
}

/// The words, each once.
fn once_each<'r>(words: impl Iterator<Item = &'r str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for word in words {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen.join(", ")
}
