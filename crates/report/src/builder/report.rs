//! Builds the report of one cluster.

use mustknow_archive::Limit;
use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_rules::{Gap, Judgement, Rule, Verdict};
use mustknow_timeline::Timeline;

use super::cluster::{age, cluster};
use super::findings::findings;
use super::operators::operators;
use super::select::{Selection, select};
use super::subject::subject;
use super::timeline::chart;
use crate::model::{
    ArchiveInfo, DamagedFile, HealthyCheck, InconclusiveCheck, NotApplicableCheck, OmittedByChoice,
    Report,
};
use crate::redact::SafeText;

/// The input a snapshot came from.
#[derive(Clone, Copy, Debug)]
pub struct ScannedInput<'a> {
    /// The input, as the user typed it.
    pub path: &'a str,
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes were read, uncompressed.
    pub bytes: u64,
    /// Whether it is truncated, or was not read to its end.
    pub truncated: bool,
}

/// What a report contains besides all that was found.
#[derive(Debug, Default)]
pub struct ReportOptions<'a> {
    /// Which findings to leave out; none where it is None.
    pub selection: Option<&'a Selection>,
    /// The events for a page that draws them.
    pub timeline: Option<Timeline>,
}

/// Builds the report of one cluster.
pub fn build(
    input: ScannedInput<'_>,
    snapshot: &Snapshot,
    judgement: &Judgement,
    options: ReportOptions<'_>,
) -> Report {
    let mut report = Report {
        archive: archive(input, snapshot),
        cluster: cluster(snapshot),
        findings: findings(snapshot, judgement),
        suppressed: Vec::new(),
        left_out: OmittedByChoice::default(),
        operators: operators(snapshot, &|since| age(snapshot, since)),
        unknown: Vec::new(),
        healthy: Vec::new(),
        not_applicable: Vec::new(),
        damage: snapshot
            .damage()
            .iter()
            .map(|damage| DamagedFile {
                path: SafeText::name(&damage.path),
                why: SafeText::text(&damage.why),
            })
            .collect(),
        timeline: options.timeline.map(chart),
    };
    for outcome in &judgement.outcomes {
        let rule = outcome.rule.meta.id;
        match &outcome.verdict {
            Verdict::Found(_) => {}
            Verdict::Healthy { examined } => {
                report.healthy.push(HealthyCheck { rule, examined: *examined });
            }
            Verdict::NotApplicable(why) => {
                report.not_applicable.push(NotApplicableCheck { rule, why: SafeText::text(why) });
            }
            Verdict::Unknown(gap) => report.unknown.push(inconclusive(outcome.rule, gap)),
        }
    }
    // A check that could explain a finding comes first.
    report.unknown.sort_by_key(|check| (check.concerns.is_empty(), check.rule));
    if let Some(selection) = options.selection {
        select(&mut report, selection);
    }
    report
}

fn archive(input: ScannedInput<'_>, snapshot: &Snapshot) -> ArchiveInfo {
    let coverage = snapshot.coverage();
    ArchiveInfo {
        path: SafeText::own_line(input.path),
        format: SafeText::text(&snapshot.format()),
        roots: snapshot.roots().map(SafeText::name).collect(),
        entries: input.entries,
        bytes: input.bytes,
        truncated: input.truncated,
        limits: coverage.limits_reached().map(Limit::flag).collect(),
        redacted: coverage.is_redacted(),
        masked: coverage.is_masked(),
    }
}

fn inconclusive(rule: &Rule, gap: &Gap) -> InconclusiveCheck {
    InconclusiveCheck {
        rule: rule.meta.id,
        title: rule.meta.title,
        gap: gap.kind,
        what: SafeText::text(&gap.what),
        ask: gap.commands.iter().map(|ask| SafeText::text(ask.as_str())).collect(),
        concerns: gap.would_explain.iter().map(subject).collect(),
    }
}
