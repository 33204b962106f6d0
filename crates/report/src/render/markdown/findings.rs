//! A finding with its evidence, its consequences and what to do.

use super::bounded_page::BoundedPage;
use super::escape::{cell, code, fenced, prose};
use crate::model::{
    InconclusiveCheck, PreconditionState, Report, ReportEvidence, ReportFinding,
    ReportPrecondition, ReportRemedy,
};
use crate::redact::SafeText;
use crate::render::summary::{self, relative};

/// The most pieces of evidence of a finding.
const EVIDENCE_SHOWN: usize = 3;
/// The most lines of an excerpt.
const EXCERPT_SHOWN: usize = 8;
/// The most consequences of a finding.
const CONSEQUENCES_SHOWN: usize = 8;

const EVIDENCE: (&str, &str) = ("piece of evidence", "pieces of evidence");
const CONSEQUENCES: (&str, &str) = ("consequence", "consequences");
const REMEDIES: (&str, &str) = ("remedy", "remedies");

/// Adds a finding in full; what does not fit is left out from its end. Answers whether the finding
/// itself is on the page.
pub(super) fn finding_in_full(
    report: &Report,
    finding: &ReportFinding,
    heading: &str,
    page: &mut BoundedPage,
) -> bool {
    let since = match (&finding.since, &finding.age) {
        (Some(since), Some(age)) => format!(", since {since} ({age})"),
        (Some(since), None) => format!(", since {since}"),
        _ => String::new(),
    };
    let (certainty, because) = (finding.certainty.as_str(), prose(&finding.certainty_because));
    let mut lines = vec![
        format!("### {heading}: {}, {}", finding.severity, prose(finding.rule)),
        String::new(),
        prose(&finding.summary),
        String::new(),
        format!("*{certainty}{since}: {because}.*"),
    ];
    if !finding.why.is_empty() {
        lines.extend([String::new(), prose(&finding.why)]);
    }
    if !page.add(lines) {
        return false;
    }
    for one in finding.evidence.iter().take(EVIDENCE_SHOWN) {
        page.block(EVIDENCE, evidence(report, one));
    }
    page.leave_out(EVIDENCE, finding.evidence.len().saturating_sub(EVIDENCE_SHOWN));
    if page.block(CONSEQUENCES, consequences(report, finding)) {
        let more = finding.explains.len().saturating_sub(CONSEQUENCES_SHOWN);
        page.leave_out(CONSEQUENCES, more);
    }
    if let Some(it) = &finding.remedy {
        page.block(REMEDIES, remedy(report, it));
    }
    true
}

/// An inconclusive check that could explain a finding.
pub(super) fn open_check(report: &Report, check: &InconclusiveCheck) -> Vec<String> {
    let mut lines =
        vec![format!("**Inconclusive:** {}.", prose(&summary::open_check(report, check)))];
    commands(Some("To settle it:"), &check.ask, &mut lines);
    lines
}

fn evidence(report: &Report, evidence: &ReportEvidence) -> Vec<String> {
    match evidence {
        ReportEvidence::Seen { subject, file, line, excerpt, note } => {
            let place = code(&format!("{}:{line}", relative(report, file)));
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
        ReportEvidence::Missing { subject, file, note } => vec![format!(
            "{} is not in {}: {}",
            prose(&subject.to_string()),
            code(&relative(report, file)),
            prose(note)
        )],
    }
}

fn consequences(report: &Report, finding: &ReportFinding) -> Vec<String> {
    let all: Vec<_> =
        finding.explains.iter().filter_map(|step| report.finding(step.finding)).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "Consequences:".to_owned(),
        String::new(),
        "| severity | what | rule |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    lines.extend(all.iter().take(CONSEQUENCES_SHOWN).map(|effect| {
        let what = cell(&prose(&effect.summary));
        format!("| {} | {what} | {} |", effect.severity, prose(effect.rule))
    }));
    lines
}

fn remedy(report: &Report, remedy: &ReportRemedy) -> Vec<String> {
    let mut lines = vec![format!("**What to do:** {}", prose(&remedy.what))];
    if !remedy.before_you_act.is_empty() {
        lines.extend([String::new(), "Preconditions:".to_owned(), String::new()]);
    }
    lines.extend(remedy.before_you_act.iter().map(|check| precondition(report, check)));
    if remedy.withheld {
        lines.extend([String::new(), "**Do not act yet: a precondition is violated.**".to_owned()]);
        return lines;
    }
    commands(None, &remedy.commands, &mut lines);
    if !remedy.side_effects.is_empty() {
        let all: Vec<_> = remedy.side_effects.iter().map(|effect| prose(effect)).collect();
        lines.extend([String::new(), format!("Side effects: {}", all.join("; "))]);
    }
    commands(Some("Verify:"), &remedy.verify, &mut lines);
    lines
}

fn precondition(report: &Report, check: &ReportPrecondition) -> String {
    let what = prose(&check.what);
    let how = relative(report, &check.how);
    match check.state {
        PreconditionState::Verified => format!("- verified: {what}: {}", prose(&how)),
        PreconditionState::Violated => format!("- **violated:** {what}: {}", prose(&how)),
        PreconditionState::Manual if how.is_empty() => format!("- manual check: {what}"),
        PreconditionState::Manual => format!("- manual check: {what}: {}", code(&how)),
    }
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
