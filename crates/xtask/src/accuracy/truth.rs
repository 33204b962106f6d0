//! The known truth about an archive, compared with what was reported about it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mustknow_report::Report;
use mustknow_rules::Role;

/// What is true of an archive.
#[derive(Clone, Copy)]
pub(super) struct Truth {
    /// What it is called.
    pub(super) name: &'static str,
    /// What happened, in a few words.
    pub(super) story: &'static str,
    /// The rules of its root causes.
    pub(super) causes: &'static [&'static str],
    /// What may lead as well: true, but not the story.
    pub(super) tolerated: &'static [&'static str],
}

impl Truth {
    /// A healthy cluster: nothing may lead.
    pub(super) const fn calm(name: &'static str, story: &'static str) -> Self {
        Self { name, story, causes: &[], tolerated: &[] }
    }

    /// These rules find the root causes.
    pub(super) const fn of(
        name: &'static str,
        story: &'static str,
        causes: &'static [&'static str],
    ) -> Self {
        Self { name, story, causes, tolerated: &[] }
    }

    /// Allows these to lead as well.
    pub(super) const fn tolerated(self, tolerated: &'static [&'static str]) -> Self {
        Self { tolerated, ..self }
    }
}

/// The truth about an archive, and what was reported about it.
pub(super) struct AccuracyRow {
    truth: Truth,
    reported: BTreeSet<&'static str>,
    /// Leading symptoms of an archive without anything wrong.
    alarms: BTreeSet<&'static str>,
}

impl AccuracyRow {
    /// Compares the reports of an archive with its truth.
    pub(super) fn new(truth: Truth, reports: &[Report]) -> Self {
        let rules = |causes: bool| {
            let leads = reports.iter().flat_map(Report::leads);
            leads
                .filter(|lead| (lead.role == Role::Cause) == causes)
                .map(|lead| lead.rule)
                .collect()
        };
        let is_healthy = truth.causes.is_empty();
        let alarms = if is_healthy { rules(false) } else { BTreeSet::new() };
        Self { truth, reported: rules(true), alarms }
    }

    fn hits(&self) -> usize {
        self.truth.causes.iter().filter(|cause| self.reported.contains(*cause)).count()
    }

    /// What was reported and is not true.
    fn wrong(&self) -> Vec<&'static str> {
        let is_true =
            |rule: &&str| self.truth.causes.contains(rule) || self.truth.tolerated.contains(rule);
        self.reported.iter().chain(&self.alarms).copied().filter(|rule| !is_true(rule)).collect()
    }

    fn line(&self) -> String {
        let list = |rules: &[&str]| match rules {
            [] => "none".to_owned(),
            rules => rules.join(", "),
        };
        let reported: Vec<_> = self.reported.iter().chain(&self.alarms).copied().collect();
        let missed = self.truth.causes.len() - self.hits();
        let verdict = match (missed, self.wrong().as_slice()) {
            (0, []) => "right".to_owned(),
            (0, wrong) => format!("wrong: {}", wrong.join(", ")),
            (_, []) => "missed".to_owned(),
            (_, wrong) => format!("missed, and wrong: {}", wrong.join(", ")),
        };
        let Truth { name, story, causes, .. } = self.truth;
        format!("| {name} | {story} | {} | {} | {verdict} |\n", list(causes), list(&reported))
    }
}

/// The rows as a table with its sums.
pub(super) fn table(rows: &[AccuracyRow]) -> String {
    let mut page =
        "\n| archive | what happened | root causes | reported | |\n|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        page.push_str(&row.line());
    }
    let hits: usize = rows.iter().map(AccuracyRow::hits).sum();
    let wrong: usize = rows.iter().map(|row| row.wrong().len()).sum();
    let expected: usize = rows.iter().map(|row| row.truth.causes.len()).sum();
    let healthy = rows.iter().filter(|row| row.truth.causes.is_empty());
    let (quiet, all): (Vec<_>, Vec<_>) =
        (healthy.clone().filter(|row| row.wrong().is_empty()).collect(), healthy.collect());
    let _ = writeln!(
        page,
        "\n{} archives: precision {} ({hits} of {}), recall {} ({hits} of {expected}); {} of {} without a cause to be named are silent.",
        rows.len(),
        percent(hits, hits + wrong),
        hits + wrong,
        percent(hits, expected),
        quiet.len(),
        all.len()
    );
    page
}

/// A part in percent, rounded down: 100 % means all.
pub(super) fn percent(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(percent) => format!("{percent} %"),
        None => "of nothing".to_owned(),
    }
}
