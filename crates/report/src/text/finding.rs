//! One finding: what is wrong, how that is known, what follows from it, what to do.

use super::page::Page;
use super::{Drawing, snippet};
use crate::report::{Evidence, Finding, Precondition, Remedy, Report};
use crate::{effects, summary};

/// How many pieces of evidence are shown unless all are asked for.
const EVIDENCE_SHOWN: usize = 5;

/// Writes one finding in full.
pub(super) fn write(report: &Report, finding: &Finding, page: &mut Page) {
    let severity = page.severity(finding.severity);
    let summary = page.bold(&finding.summary);
    page.raw("\n");
    page.wrapped(&format!("{severity}: {summary}"), "", "  ");
    let since = match (&finding.since, &finding.age) {
        (Some(since), Some(age)) => format!(", since {since} ({age})"),
        (Some(since), None) => format!(", since {since}"),
        _ => String::new(),
    };
    let sure = if finding.certainty == "certain" && !page.style.verbose {
        finding.certainty.to_owned()
    } else {
        format!("{} ({})", finding.certainty, finding.certainty_because)
    };
    let line = format!("{}, {sure}{since}", finding.rule);
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
        page.paragraph("It was found in");
        finding.members.iter().for_each(|member| page.item(&member.to_string()));
    }
    if !finding.explains.is_empty() {
        page.paragraph(&page.bold("It explains"));
        let mut seen = vec![finding.id];
        tree(report, finding, page, "  ", &mut seen);
    }
    if let Some(remedy) = &finding.remedy {
        advice(report, remedy, page);
    }
}

fn evidence(report: &Report, evidence: &Evidence, page: &mut Page) {
    match evidence {
        Evidence::Seen { subject, file, line, excerpt, note } => {
            let file = summary::below_root(report, file);
            if excerpt.text.is_empty() {
                page.item(&format!("{subject}: {note} ({file}:{line})"));
            } else {
                snippet::write(page, &file, excerpt, note);
            }
        }
        Evidence::Missing { subject, file, note } => {
            let file = summary::below_root(report, file);
            page.item(&format!("{subject} is not in {file}: {note}"));
        }
    }
}

/// Draws the tree of what follows from `finding`; each effect once.
fn tree(report: &Report, finding: &Finding, page: &mut Page, prefix: &str, seen: &mut Vec<usize>) {
    let (fork, last, down) = match page.style.drawing {
        Drawing::Unicode => ("├─ ", "└─ ", "│  "),
        Drawing::Ascii => ("|- ", "`- ", "|  "),
        Drawing::Plain => ("- ", "- ", "  "),
    };
    // As wide as a branch, and empty.
    let after = if page.style.drawing == Drawing::Plain { "  " } else { "   " };
    let direct = effects::direct(report, finding);
    for (at, (step, effect)) in direct.iter().enumerate() {
        let is_last = at + 1 == direct.len();
        let branch = format!("{prefix}{}", if is_last { last } else { fork });
        let below = format!("{prefix}{}", if is_last { after } else { down });
        let again = seen.contains(&effect.id);
        let severity = page.severity(effect.severity);
        let mut words = format!("{severity}: {} ({})", effect.summary, effect.rule);
        if again {
            words.push_str(", see above");
        } else if page.style.verbose {
            words.push_str(&format!("; {}", step.because));
        }
        page.wrapped(&words, &branch, &below);
        if !again {
            seen.push(effect.id);
            tree(report, effect, page, &below, seen);
        }
    }
}

fn advice(report: &Report, remedy: &Remedy, page: &mut Page) {
    page.raw("\n");
    let what = format!("{} {}", page.bold("What to do:"), remedy.what);
    page.paragraph(&what);
    if !remedy.before_you_act.is_empty() {
        page.paragraph("Before you act:");
        remedy.before_you_act.iter().for_each(|check| precondition(report, check, page));
    }
    if remedy.withheld {
        let warning = page.bold("Do not act yet: a precondition does not hold.");
        page.paragraph(&warning);
        return;
    }
    if !remedy.commands.is_empty() && !remedy.before_you_act.is_empty() {
        page.paragraph("Then:");
    }
    remedy.commands.iter().for_each(|command| page.command(command));
    if !remedy.side_effects.is_empty() {
        page.paragraph("It will also have these effects:");
        remedy.side_effects.iter().for_each(|effect| page.item(effect));
    }
    if !remedy.verify.is_empty() {
        page.paragraph("See that it worked:");
        remedy.verify.iter().for_each(|command| page.command(command));
    }
}

fn precondition(report: &Report, check: &Precondition, page: &mut Page) {
    let Precondition { what, state, how } = check;
    let how = summary::below_root(report, how);
    match *state {
        "verified" => page.item(&format!("[verified] {what}: {how}")),
        "violated" => page.item(&format!("[NOT SO] {what}: {how}")),
        _ if how.is_empty() => page.item(&format!("[check by hand] {what}")),
        _ => {
            page.item(&format!("[check by hand] {what}:"));
            page.command(&how);
        }
    }
}
