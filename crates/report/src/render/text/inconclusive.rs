//! The inconclusive checks, what is missing for them, and how to collect it.

use super::page::TextPage;
use crate::model::Report;
use crate::render::summary;

/// The checks that could explain a finding.
pub(super) fn open_checks(report: &Report, page: &mut TextPage) {
    let mut checks = report.open_checks().peekable();
    if checks.peek().is_none() {
        return;
    }
    page.heading("Inconclusive checks");
    for check in checks {
        page.raw("\n");
        page.paragraph(&format!("{}.", summary::open_check(report, check)));
        if !check.ask.is_empty() {
            page.paragraph("To settle it:");
            check.ask.iter().for_each(|command| page.command(command));
        }
    }
}

/// The other checks: one line, with `-v` all of them by what is missing.
pub(super) fn others(report: &Report, page: &mut TextPage) {
    let Some(line) = summary::other_checks(report) else { return };
    if !page.style.verbose {
        let line = page.dim(&format!("{line}; -v lists them"));
        page.raw("\n");
        page.wrapped(&line, "", "  ");
        return;
    }
    page.heading("Other inconclusive checks");
    page.paragraph(&line);
    for (what, members) in summary::gaps(report) {
        let rules: Vec<_> = members.iter().map(|check| check.rule).collect();
        page.item(&format!("{} ({})", summary::relative(report, what), rules.join(", ")));
        members.iter().take(1).flat_map(|it| &it.ask).for_each(|command| page.command(command));
    }
}
