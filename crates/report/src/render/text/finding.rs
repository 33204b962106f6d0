//! One finding: what is wrong, its evidence, its consequences, what to do.

use std::collections::BTreeSet;

use mustknow_rules::Certainty;

use super::page::TextPage;
use super::snippet;
use super::style::Drawing;
use crate::model::{
    PreconditionState, Report, ReportEvidence, ReportFinding, ReportPrecondition, ReportRemedy,
};
use crate::render::summary;

/// How many pieces of evidence are shown without `-v`.
const EVIDENCE_SHOWN: usize = 5;

/// Writes one finding in full.
pub(super) fn write(report: &Report, finding: &ReportFinding, page: &mut TextPage) {
    let severity = page.severity(finding.severity);
    let summary = page.bold(&finding.summary);
    page.raw("\n");
    page.wrapped(&format!("{severity}: {summary}"), "", "  ");
    let since = match (&finding.since, &finding.age) {
        (Some(since), Some(age)) => format!(", since {since} ({age})"),
        (Some(since), None) => format!(", since {since}"),
        _ => String::new(),
    };
    let certainty = finding.certainty.as_str();
    let certainty = if finding.certainty == Certainty::Certain && !page.style.verbose {
        certainty.to_owned()
    } else {
        format!("{certainty} ({})", finding.certainty_because)
    };
    let line = format!("{}, {certainty}{since}", finding.rule);
    page.paragraph(&page.dim(&line));
    if !finding.why.is_empty() {
        page.paragraph(&finding.why);
    }
    let shown = if page.style.verbose { usize::MAX } else { EVIDENCE_SHOWN };
    for evidence in finding.evidence.iter().take(shown) {
        self::evidence(report, evidence, page);
    }
    page.more(
        finding.evidence.len().saturating_sub(shown),
        ("piece of evidence", "pieces of evidence"),
    );
    if page.style.verbose && !finding.members.is_empty() {
        page.paragraph("Affected:");
        finding.members.iter().for_each(|member| page.item(&member.to_string()));
    }
    if !finding.explains.is_empty() {
        page.paragraph(&page.bold("Consequences"));
        let mut seen = BTreeSet::from([finding.id]);
        tree(report, finding, page, "  ", &mut seen);
    }
    if let Some(remedy) = &finding.remedy {
        advice(report, remedy, page);
    }
}

fn evidence(report: &Report, evidence: &ReportEvidence, page: &mut TextPage) {
    match evidence {
        ReportEvidence::Seen { subject, file, line, excerpt, note } => {
            let file = summary::relative(report, file);
            if excerpt.text.is_empty() {
                page.item(&format!("{subject}: {note} ({file}:{line})"));
            } else {
                snippet::write(page, &file, excerpt, note);
            }
        }
        ReportEvidence::Missing { subject, file, note } => {
            let file = summary::relative(report, file);
            page.item(&format!("{subject} is not in {file}: {note}"));
        }
    }
}

/// Draws the tree of the consequences of `finding`, each once.
fn tree(
    report: &Report,
    finding: &ReportFinding,
    page: &mut TextPage,
    prefix: &str,
    seen: &mut BTreeSet<usize>,
) {
    let (fork, last, down) = match page.style.drawing {
        Drawing::Unicode => ("├─ ", "└─ ", "│  "),
        Drawing::Ascii => ("|- ", "`- ", "|  "),
        Drawing::Plain => ("- ", "- ", "  "),
    };
    // As wide as a branch.
    let after = if page.style.drawing == Drawing::Plain { "  " } else { "   " };
    let direct = report.direct_consequences(finding);
    for (at, (step, effect)) in direct.iter().enumerate() {
        let is_last = at + 1 == direct.len();
        let branch = format!("{prefix}{}", if is_last { last } else { fork });
        let below = format!("{prefix}{}", if is_last { after } else { down });
        let again = !seen.insert(effect.id);
        let severity = page.severity(effect.severity);
        let mut text = format!("{severity}: {} ({})", effect.summary, effect.rule);
        if again {
            text.push_str(", see above");
        } else if page.style.verbose {
            text.push_str(&format!("; {}", step.because));
        }
        page.wrapped(&text, &branch, &below);
        if !again {
            tree(report, effect, page, &below, seen);
        }
    }
}

fn advice(report: &Report, remedy: &ReportRemedy, page: &mut TextPage) {
    page.raw("\n");
    let what = format!("{} {}", page.bold("What to do:"), remedy.what);
    page.paragraph(&what);
    if !remedy.before_you_act.is_empty() {
        page.paragraph("Preconditions:");
        remedy.before_you_act.iter().for_each(|check| precondition(report, check, page));
    }
    if remedy.withheld {
        let warning = page.bold("Do not act yet: a precondition is violated.");
        page.paragraph(&warning);
        return;
    }
    if !remedy.commands.is_empty() && !remedy.before_you_act.is_empty() {
        page.paragraph("Then:");
    }
    remedy.commands.iter().for_each(|command| page.command(command));
    if !remedy.side_effects.is_empty() {
        page.paragraph("Side effects:");
        remedy.side_effects.iter().for_each(|effect| page.item(effect));
    }
    if !remedy.verify.is_empty() {
        page.paragraph("Verify:");
        remedy.verify.iter().for_each(|command| page.command(command));
    }
}

fn precondition(report: &Report, check: &ReportPrecondition, page: &mut TextPage) {
    let ReportPrecondition { what, state, how } = check;
    let how = summary::relative(report, how);
    match state {
        PreconditionState::Verified => page.item(&format!("[verified] {what}: {how}")),
        PreconditionState::Violated => page.item(&format!("[violated] {what}: {how}")),
        PreconditionState::Manual if how.is_empty() => {
            page.item(&format!("[manual check] {what}"));
        }
        PreconditionState::Manual => {
            page.item(&format!("[manual check] {what}:"));
            page.command(&how);
        }
    }
}
