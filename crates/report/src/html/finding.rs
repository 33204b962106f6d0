//! One finding with all that belongs to it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::diagram::{self, Diagram};
use super::lines::{self, Line};
use super::part::anchor;
use super::tree::{self, Node};
use crate::report::{Evidence, Finding, Precondition, Remedy, Report};
use crate::summary::below_root;

/// Pieces of evidence shown for each finding.
const EVIDENCE: usize = 12;
/// Members of a finding that are named.
const MEMBERS: usize = 60;
/// How many bytes of quoted lines a page holds, so that it stays fit for a mail.
const QUOTED: usize = 400 << 10;

/// How many bytes the trees of effects take on a page.
const DRAWN: usize = 200 << 10;

/// What is left of the bytes that a page may hold.
pub(super) struct Budget {
    quoted: usize,
    drawn: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { quoted: QUOTED, drawn: DRAWN }
    }
}

impl Budget {
    /// Whether so many bytes may still be quoted; if so, they are taken.
    fn quote(&mut self, bytes: usize) -> bool {
        take(&mut self.quoted, bytes)
    }

    /// Whether an effect of so many bytes may still be drawn; if so, they are taken.
    pub(super) fn draw(&mut self, bytes: usize) -> bool {
        take(&mut self.drawn, bytes)
    }
}

fn take(left: &mut usize, bytes: usize) -> bool {
    let after = left.checked_sub(bytes);
    *left = after.unwrap_or(*left);
    after.is_some()
}

/// A finding as a part of the page.
#[derive(Template)]
#[template(path = "finding.html")]
pub(super) struct Shown<'r> {
    pub(super) anchor: String,
    finding: &'r Finding,
    folded: bool,
    evidence: Vec<Proof<'r>>,
    more_evidence: usize,
    members: Vec<String>,
    more_members: usize,
    effects: Vec<Node<'r>>,
    more_effects: usize,
    diagram: Option<Diagram>,
    causes: Vec<Cause<'r>>,
    advice: Option<Advice<'r>>,
}

// Its template escapes what it is given.
impl HtmlSafe for Shown<'_> {}

/// A finding that explains this one.
struct Cause<'r> {
    anchor: String,
    finding: &'r Finding,
}

/// One piece of evidence.
struct Proof<'r> {
    subject: String,
    place: String,
    note: &'r str,
    is_missing: bool,
    lines: Vec<Line<'r>>,
    shortened: bool,
    /// Whether lines are left out because the page is large enough.
    is_left_out: bool,
}

struct Advice<'r> {
    remedy: &'r Remedy,
    checks: Vec<Check<'r>>,
}

struct Check<'r> {
    class: &'static str,
    word: &'static str,
    what: &'r str,
    how: String,
    /// Whether `how` is a command.
    is_command: bool,
}

impl<'r> Shown<'r> {
    /// A finding of the `n`th report; `folded` leaves its first line, and draws nothing.
    pub(super) fn new(
        n: usize,
        report: &'r Report,
        finding: &'r Finding,
        folded: bool,
        budget: &mut Budget,
    ) -> Self {
        let own = anchor(n, finding.id);
        let (effects, more_effects) = tree::grow(report, finding, &|id| anchor(n, id), budget);
        let diagram =
            if folded { None } else { diagram::draw(format!("{own}-drawing"), finding, &effects) };
        let evidence = finding.evidence.iter().take(EVIDENCE);
        let causes = finding.explained_by.iter().filter_map(|id| report.finding(*id));
        let advice =
            finding.remedy.as_ref().map(|remedy| Advice { remedy, checks: checks(report, remedy) });
        Self {
            evidence: evidence.map(|evidence| proof(report, evidence, budget)).collect(),
            more_evidence: finding.evidence.len().saturating_sub(EVIDENCE),
            members: finding.members.iter().take(MEMBERS).map(ToString::to_string).collect(),
            more_members: finding.members.len().saturating_sub(MEMBERS),
            causes: causes
                .map(|finding| Cause { anchor: anchor(n, finding.id), finding })
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

fn proof<'r>(report: &Report, evidence: &'r Evidence, budget: &mut Budget) -> Proof<'r> {
    match evidence {
        Evidence::Seen { subject, file, line, excerpt, note } => {
            let has_room = budget.quote(excerpt.text.len());
            let has_lines = !excerpt.text.is_empty();
            Proof {
                subject: subject.to_string(),
                place: format!("{}:{line}", below_root(report, file)),
                note,
                is_missing: false,
                lines: if has_lines && has_room { lines::lines(excerpt) } else { Vec::new() },
                shortened: excerpt.shortened,
                is_left_out: has_lines && !has_room,
            }
        }
        Evidence::Missing { subject, file, note } => Proof {
            subject: subject.to_string(),
            place: below_root(report, file),
            note,
            is_missing: true,
            lines: Vec::new(),
            shortened: false,
            is_left_out: false,
        },
    }
}

fn checks<'r>(report: &Report, remedy: &'r Remedy) -> Vec<Check<'r>> {
    let check = |check: &'r Precondition| {
        let how = below_root(report, &check.how);
        let (class, word) = match check.state {
            "verified" => ("verified", "verified"),
            "violated" => ("violated", "not so"),
            _ => ("by-hand", "check by hand"),
        };
        let is_command = class == "by-hand" && !how.is_empty();
        Check { class, word, what: &check.what, how, is_command }
    };
    remedy.before_you_act.iter().map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_not_taken() {
        let mut budget = Budget::default();
        assert!(!budget.quote(QUOTED + 1) && budget.quote(QUOTED) && !budget.quote(1));
        assert!(budget.draw(DRAWN));
    }
}
