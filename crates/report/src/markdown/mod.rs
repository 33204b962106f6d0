//! The report for a ticket: short, in the Markdown that GitHub and Jira both read, without HTML.

mod escape;
mod page;

use std::io::{self, Write};

use escape::{cell, code, fenced, prose};
use page::Page;

use crate::report::{Damage, Evidence, Finding, Remedy, Report, Scan, Unknown};
use crate::safe::SafeText;
use crate::summary::{self, below_root};

/// Pieces of evidence for each finding.
const EVIDENCE_SHOWN: usize = 3;
/// Lines of an excerpt.
const EXCERPT_SHOWN: usize = 8;
/// Rows of what a finding explains.
const EFFECTS_SHOWN: usize = 8;
/// Rules named for each gap.
const RULES_SHOWN: usize = 3;
/// Gaps, files that could not be read, and what is worth knowing.
const ITEMS_SHOWN: usize = 6;

const FINDINGS: (&str, &str) = ("finding", "findings");
const EVIDENCE: (&str, &str) = ("piece of evidence", "pieces of evidence");
const EFFECTS: (&str, &str) = ("effect", "effects");
const REMEDIES: (&str, &str) = ("remedy", "remedies");
const QUESTIONS: (&str, &str) = ("open question", "open questions");
const NOTES: (&str, &str) = ("note", "notes");
const ACCEPTED: (&str, &str) = ("accepted finding", "accepted findings");
const GAPS: (&str, &str) = ("gap", "gaps");
const FILES: (&str, &str) = ("damaged file", "damaged files");

/// Writes every report, each of at most 150 lines.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let pages = scan.reports.iter().map(page);
    let failed = scan.failed.iter().map(|failed| {
        format!("## {}\n\nNot read: {}\n", prose(&failed.path), prose(&failed.error))
    });
    for (at, text) in pages.chain(failed).enumerate() {
        if at > 0 {
            out.write_all(b"\n---\n\n")?;
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn page(report: &Report) -> String {
    let tail = [
        list("Worth knowing", NOTES, &one_line_each(report.notes())),
        list("Accepted beforehand", ACCEPTED, &accepted(report)),
        list("Could not be judged", GAPS, &gaps(report)),
        list("Could not be read", FILES, &damage(report)),
    ];
    let mut page = Page::new(tail.iter().map(|list| &list.lines));
    head(report, &mut page);
    let mut others = Vec::new();
    for finding in report.root_causes() {
        if !whole(report, finding, "Root cause", &mut page) {
            others.push(finding);
        }
    }
    for unknown in report.unknown.iter().filter(|unknown| !unknown.concerns.is_empty()) {
        page.block(QUESTIONS, question(report, unknown));
    }
    for finding in report.unexplained() {
        if !whole(report, finding, "Symptom without its cause", &mut page) {
            others.push(finding);
        }
    }
    page.open_reserve();
    let others = list("Also found", FINDINGS, &one_line_each(others));
    for List { name, lines, items, shown } in [others].into_iter().chain(tail) {
        let is_in = page.add(lines);
        page.leave_out(name, if is_in { items - shown } else { items });
    }
    page.finish()
}

fn head(report: &Report, page: &mut Page) {
    let cluster = &report.cluster;
    let mut rows = vec![
        format!("## {}", prose(&summary::verdict(report))),
        String::new(),
        "| | |".to_owned(),
        "|---|---|".to_owned(),
    ];
    let mut row =
        |name: &str, markdown: &str| rows.push(format!("| {name} | {} |", cell(markdown)));
    row("cluster", &prose(&summary::cluster(cluster)));
    row("archive", &code(&report.archive.path));
    if let Some(root) = summary::only_root(report) {
        row("files below", &code(root));
    }
    row("gathered", &prose(&summary::gathered(cluster)));
    if let Some(update) = &cluster.update {
        row(update.state, &prose(&summary::update(update)));
    }
    for words in summary::attention(report) {
        row("attention", &prose(&words));
    }
    page.block(NOTES, rows);
}

/// A finding with all that belongs to it; what does not fit is left out from its end. Answers whether
/// the finding itself is there.
fn whole(report: &Report, finding: &Finding, heading: &str, page: &mut Page) -> bool {
    let since = match (&finding.since, &finding.age) {
        (Some(since), Some(age)) => format!(", since {since} ({age})"),
        (Some(since), None) => format!(", since {since}"),
        _ => String::new(),
    };
    let mut lines = vec![
        format!("### {heading}: {}, {}", finding.severity, prose(finding.rule)),
        String::new(),
        prose(&finding.summary),
        String::new(),
        format!("*{}{since}: {}.*", finding.certainty, prose(&finding.certainty_because)),
    ];
    if !finding.why.is_empty() {
        lines.extend([String::new(), prose(&finding.why)]);
    }
    if !page.add(lines) {
        return false;
    }
    for evidence in finding.evidence.iter().take(EVIDENCE_SHOWN) {
        page.block(EVIDENCE, self::evidence(report, evidence));
    }
    page.leave_out(EVIDENCE, finding.evidence.len().saturating_sub(EVIDENCE_SHOWN));
    if page.block(EFFECTS, effects(report, finding)) {
        page.leave_out(EFFECTS, finding.explains.len().saturating_sub(EFFECTS_SHOWN));
    }
    if let Some(remedy) = &finding.remedy {
        page.block(REMEDIES, self::remedy(report, remedy));
    }
    true
}

fn evidence(report: &Report, evidence: &Evidence) -> Vec<String> {
    match evidence {
        Evidence::Seen { subject, file, line, excerpt, note } => {
            let place = code(&format!("{}:{line}", below_root(report, file)));
            let head = format!("{place} ({}): {}", prose(&subject.to_string()), prose(note));
            if excerpt.text.is_empty() {
                return vec![head];
            }
            let shown: Vec<_> = excerpt.text.lines().take(EXCERPT_SHOWN).collect();
            let is_cut = shown.len() < excerpt.text.lines().count();
            let extension = file.rsplit('.').next().unwrap_or_default();
            let language = match extension {
                "yaml" | "yml" => "yaml",
                "json" => "json",
                _ => "text",
            };
            let text = shown.join("\n") + if is_cut { "\n[...]" } else { "" };
            let mut lines = vec![head, String::new()];
            lines.extend(fenced(language, &text));
            lines
        }
        Evidence::Missing { subject, file, note } => vec![format!(
            "{} is not in {}: {}",
            prose(&subject.to_string()),
            code(&below_root(report, file)),
            prose(note)
        )],
    }
}

fn effects(report: &Report, finding: &Finding) -> Vec<String> {
    let effects: Vec<_> =
        finding.explains.iter().filter_map(|step| report.finding(step.finding)).collect();
    if effects.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "It explains:".to_owned(),
        String::new(),
        "| severity | what | rule |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    lines.extend(effects.iter().take(EFFECTS_SHOWN).map(|effect| {
        let what = cell(&prose(&effect.summary));
        format!("| {} | {what} | {} |", effect.severity, prose(effect.rule))
    }));
    lines
}

fn remedy(report: &Report, remedy: &Remedy) -> Vec<String> {
    let mut lines = vec![format!("**What to do:** {}", prose(&remedy.what))];
    if !remedy.before_you_act.is_empty() {
        lines.extend([String::new(), "Before you act:".to_owned(), String::new()]);
    }
    lines.extend(remedy.before_you_act.iter().map(|check| {
        let what = prose(&check.what);
        let how = below_root(report, &check.how);
        match check.state {
            "verified" => format!("- verified: {what}: {}", prose(&how)),
            "violated" => format!("- **not so:** {what}: {}", prose(&how)),
            _ if how.is_empty() => format!("- check by hand: {what}"),
            _ => format!("- check by hand: {what}: {}", code(&how)),
        }
    }));
    if remedy.withheld {
        lines.extend([
            String::new(),
            "**Do not act yet: a precondition does not hold.**".to_owned(),
        ]);
        return lines;
    }
    commands(None, &remedy.commands, &mut lines);
    if !remedy.side_effects.is_empty() {
        let all: Vec<_> = remedy.side_effects.iter().map(|effect| prose(effect)).collect();
        lines.extend([
            String::new(),
            format!("It will also have these effects: {}", all.join("; ")),
        ]);
    }
    commands(Some("See that it worked:"), &remedy.verify, &mut lines);
    lines
}

fn commands(head: Option<&str>, commands: &[SafeText], lines: &mut Vec<String>) {
    if commands.is_empty() {
        return;
    }
    if let Some(head) = head {
        lines.extend([String::new(), head.to_owned()]);
    }
    let all: Vec<_> = commands.iter().map(SafeText::as_str).collect();
    lines.push(String::new());
    lines.extend(fenced("sh", &all.join("\n")));
}

fn question(report: &Report, unknown: &Unknown) -> Vec<String> {
    let concerns: Vec<_> =
        unknown.concerns.iter().map(|subject| prose(&subject.to_string())).collect();
    let mut lines = vec![format!(
        "**Cannot tell** whether this cluster has {} ({}), which would explain {}: {}",
        prose(unknown.title),
        prose(unknown.rule),
        concerns.join(" and "),
        prose(&below_root(report, &unknown.what))
    )];
    commands(Some("This settles it:"), &unknown.ask, &mut lines);
    lines
}

/// Findings of which no more than a line is shown.
fn one_line_each<'r>(findings: impl IntoIterator<Item = &'r Finding>) -> Vec<String> {
    let line = |finding: &Finding| {
        format!("{}: {} ({})", finding.severity, prose(&finding.summary), prose(finding.rule))
    };
    findings.into_iter().map(line).collect()
}

fn accepted(report: &Report) -> Vec<String> {
    report.suppressed.iter().map(|it| prose(&summary::suppressed(it))).collect()
}

fn gaps(report: &Report) -> Vec<String> {
    summary::gaps(report)
        .iter()
        .map(|(what, members)| {
            let shown = members.iter().take(RULES_SHOWN).map(|unknown| prose(unknown.rule));
            let more = members.len().saturating_sub(RULES_SHOWN);
            let more = (more > 0).then(|| format!("{more} more"));
            let rules: Vec<_> = shown.chain(more).collect();
            format!("{} ({})", prose(&below_root(report, what)), rules.join(", "))
        })
        .collect()
}

fn damage(report: &Report) -> Vec<String> {
    let line = |damage: &Damage| {
        format!("{}: {}", code(&below_root(report, &damage.path)), prose(&damage.why))
    };
    report.damage.iter().map(line).collect()
}

/// A list under a heading, of its first items.
struct List {
    name: (&'static str, &'static str),
    lines: Vec<String>,
    items: usize,
    shown: usize,
}

fn list(heading: &str, name: (&'static str, &'static str), items: &[String]) -> List {
    let shown = items.len().min(ITEMS_SHOWN);
    let mut lines = Vec::new();
    if shown > 0 {
        lines.extend([format!("### {heading}"), String::new()]);
        lines.extend(items.iter().take(shown).map(|item| format!("- {item}")));
    }
    List { name, lines, items: items.len(), shown }
}
