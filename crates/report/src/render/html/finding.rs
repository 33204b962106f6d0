//! One finding with its evidence, its consequences and what to do.

use askama::Template;
use askama::filters::HtmlSafe;

use super::anchor::anchor;
use super::budget::PageBudget;
use super::diagram::{self, Diagram};
use super::lines::{self, ExcerptLine};
use super::tree::{self, EffectNode};
use crate::model::{
    PreconditionState, Report, ReportEvidence, ReportFinding, ReportPrecondition, ReportRemedy,
};
use crate::render::summary::relative;

/// The most pieces of evidence of a finding.
const EVIDENCE: usize = 12;
/// The most members of a finding.
const MEMBERS: usize = 60;
/// A finding as a part of the page.
#[derive(Template)]
#[template(path = "finding.html")]
pub(super) struct FindingPart<'r> {
    pub(super) anchor: String,
    finding: &'r ReportFinding,
    folded: bool,
    evidence: Vec<EvidenceItem<'r>>,
    more_evidence: usize,
    members: Vec<String>,
    more_members: usize,
    effects: Vec<EffectNode<'r>>,
    more_effects: usize,
    diagram: Option<Diagram>,
    causes: Vec<CauseLink<'r>>,
    advice: Option<RemedyPart<'r>>,
}

// Its template escapes what it is given.
impl HtmlSafe for FindingPart<'_> {}

/// A finding that explains this one.
struct CauseLink<'r> {
    anchor: String,
    finding: &'r ReportFinding,
}

/// One piece of evidence.
struct EvidenceItem<'r> {
    subject: String,
    place: String,
    note: &'r str,
    is_missing: bool,
    lines: Vec<ExcerptLine<'r>>,
    shortened: bool,
    /// Whether lines are left out to limit the size of the page.
    is_left_out: bool,
}

struct RemedyPart<'r> {
    remedy: &'r ReportRemedy,
    checks: Vec<PreconditionItem<'r>>,
}

struct PreconditionItem<'r> {
    class: &'static str,
    word: &'static str,
    what: &'r str,
    how: String,
    /// Whether `how` is a command.
    is_command: bool,
}

impl<'r> FindingPart<'r> {
    /// A finding of the `n`th report; a `folded` one has no diagram.
    pub(super) fn new(
        n: usize,
        report: &'r Report,
        finding: &'r ReportFinding,
        folded: bool,
        budget: &mut PageBudget,
    ) -> Self {
        let own = anchor(n, finding.id);
        let (effects, more_effects) =
            tree::effect_tree(report, finding, &|id| anchor(n, id), budget);
        let diagram =
            if folded { None } else { diagram::draw(format!("{own}-drawing"), finding, &effects) };
        let evidence = finding.evidence.iter().take(EVIDENCE);
        let causes = finding.explained_by.iter().filter_map(|id| report.finding(*id));
        let advice = finding
            .remedy
            .as_ref()
            .map(|remedy| RemedyPart { remedy, checks: checks(report, remedy) });
        Self {
            evidence: evidence.map(|evidence| proof(report, evidence, budget)).collect(),
            more_evidence: finding.evidence.len().saturating_sub(EVIDENCE),
            members: finding.members.iter().take(MEMBERS).map(ToString::to_string).collect(),
            more_members: finding.members.len().saturating_sub(MEMBERS),
            causes: causes
                .map(|finding| CauseLink { anchor: anchor(n, finding.id), finding })
                .collect(),
            anchor: own,
            finding,
            folded,
            effects,
            more_effects,
            diagram,
            advice,
        }
    }
}

fn proof<'r>(
    report: &Report,
    evidence: &'r ReportEvidence,
    budget: &mut PageBudget,
) -> EvidenceItem<'r> {
    match evidence {
        ReportEvidence::Seen { subject, file, line, excerpt, note } => {
            let has_room = budget.quote(excerpt.text.len());
            let has_lines = !excerpt.text.is_empty();
            EvidenceItem {
                subject: subject.to_string(),
                place: format!("{}:{line}", relative(report, file)),
                note,
                is_missing: false,
                lines: if has_lines && has_room { lines::lines(excerpt) } else { Vec::new() },
                shortened: excerpt.shortened,
                is_left_out: has_lines && !has_room,
            }
        }
        ReportEvidence::Missing { subject, file, note } => EvidenceItem {
            subject: subject.to_string(),
            place: relative(report, file),
            note,
            is_missing: true,
            lines: Vec::new(),
            shortened: false,
            is_left_out: false,
        },
    }
}

fn checks<'r>(report: &Report, remedy: &'r ReportRemedy) -> Vec<PreconditionItem<'r>> {
    let check = |check: &'r ReportPrecondition| {
        let how = relative(report, &check.how);
        let (class, word) = match check.state {
            PreconditionState::Verified => ("verified", "verified"),
            PreconditionState::Violated => ("violated", "violated"),
            PreconditionState::Manual => ("by-hand", "manual check"),
        };
        let is_command = check.state == PreconditionState::Manual && !how.is_empty();
        PreconditionItem { class, word, what: &check.what, how, is_command }
    };
    remedy.before_you_act.iter().map(check).collect()
}
