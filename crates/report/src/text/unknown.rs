//! What could not be judged, why, and how to find out.

use super::page::Page;
use crate::report::Report;
use crate::summary;

/// How many groups of gaps are shown unless all are asked for.
const GROUPS_SHOWN: usize = 8;
/// How many questions of a group are named unless all are asked for.
const NAMED: usize = 3;

/// Questions whose answer would explain something that was found.
pub(super) fn concerning(report: &Report, page: &mut Page) {
    let mut questions = report.unknown.iter().filter(|u| !u.concerns.is_empty()).peekable();
    if questions.peek().is_none() {
        return;
    }
    page.heading("Cannot tell");
    for question in questions {
        let concerns: Vec<_> = question.concerns.iter().map(ToString::to_string).collect();
        let words = format!(
            "whether this cluster has {} ({}), which would explain {}: {}.",
            question.title,
            question.rule,
            concerns.join(" and "),
            summary::below_root(report, &question.what)
        );
        page.raw("\n");
        page.paragraph(&words);
        if !question.ask.is_empty() {
            page.paragraph("This settles it:");
            question.ask.iter().for_each(|command| page.command(command));
        }
    }
}

/// Questions that nothing found depends on, by what is missing.
pub(super) fn others(report: &Report, page: &mut Page) {
    let groups = summary::gaps(report);
    if groups.is_empty() {
        return;
    }
    page.heading("Could not be judged");
    let all = page.style.verbose;
    let shown = if all { usize::MAX } else { GROUPS_SHOWN };
    for (what, members) in groups.iter().take(shown) {
        let rules: Vec<_> = members.iter().map(|unknown| unknown.rule).collect();
        let rules = match rules.get(..NAMED) {
            Some(first) if !all && rules.len() > NAMED + 1 => {
                format!("{} and {} more", first.join(", "), rules.len() - NAMED)
            }
            _ => rules.join(", "),
        };
        page.item(&format!("{} ({rules})", summary::below_root(report, what)));
        if all {
            members.iter().take(1).flat_map(|m| &m.ask).for_each(|command| page.command(command));
        }
    }
    page.more(groups.len().saturating_sub(shown), ("gap", "gaps"));
}
