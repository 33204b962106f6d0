//! The findings of a report, in order, numbered and linked.

use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_rules::terms::evidence::seconds;
use mustknow_rules::{Command, Finding, Judgement, Proof, Remedy, Rule, Severity};

use rayon::prelude::*;

use super::cluster::age;
use super::evidence::evidence;
use super::links::Links;
use super::rank;
use super::subject::subject;
use crate::model::{
    Consequence, PreconditionState, ReportFinding, ReportPrecondition, ReportRemedy,
};
use crate::redact::SafeText;

/// The findings of a judgement.
pub(super) fn findings(snapshot: &Snapshot, judgement: &Judgement) -> Vec<ReportFinding> {
    let found: Vec<(&'static Rule, &Finding)> = judgement.findings().collect();
    let links = Links::of(&judgement.explanations, found.len());
    let order = rank::order(&found, &links);
    let mut numbers = vec![0; found.len()];
    for (before, at) in order.iter().enumerate() {
        if let Some(number) = numbers.get_mut(*at) {
            *number = before + 1;
        }
    }
    let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
    order
        .par_iter()
        .filter_map(|&at| Some((at, found.get(at)?)))
        .map(|(at, (rule, finding))| {
            let after = links.from(at).iter();
            let mut explains: Vec<_> = after
                .map(|step| Consequence { finding: number(step.effect), because: step.mechanism })
                .collect();
            explains.sort_by_key(|consequence| consequence.finding);
            let mut explained_by: Vec<_> =
                links.to(at).iter().map(|step| number(step.cause)).collect();
            explained_by.sort_unstable();
            ReportFinding {
                id: number(at),
                rule: rule.meta.id,
                title: rule.meta.title,
                severity: finding.severity.unwrap_or(Severity::Info),
                certainty: finding.certainty,
                certainty_because: SafeText::text(finding.certainty_reason()),
                role: rule.meta.role,
                subject: subject(&finding.subject),
                members: finding.members.iter().map(subject).collect(),
                summary: SafeText::text(&finding.summary),
                why: SafeText::text(&finding.why),
                since: finding.since.map(seconds),
                age: age(snapshot, finding.since),
                evidence: finding.evidence.iter().map(evidence).collect(),
                explains,
                explained_by,
                remedy: finding.remedy.as_ref().map(remedy),
            }
        })
        .collect()
}

fn remedy(remedy: &Remedy) -> ReportRemedy {
    let withheld = remedy.is_withheld();
    let commands = if withheld { &[][..] } else { &remedy.commands[..] };
    let all = |lines: &[String]| lines.iter().map(|line| SafeText::text(line)).collect();
    let lines = |commands: &[Command]| {
        commands.iter().map(|command| SafeText::text(command.as_str())).collect()
    };
    let preconditions = remedy.preconditions.iter().map(|check| {
        let (state, how) = match &check.proof {
            Proof::Verified(how) => (PreconditionState::Verified, how.as_str()),
            Proof::ByHand(how) => (PreconditionState::Manual, how.as_str()),
            Proof::Violated(how) => (PreconditionState::Violated, how.as_str()),
        };
        ReportPrecondition { what: SafeText::text(&check.what), state, how: SafeText::text(how) }
    });
    ReportRemedy {
        what: SafeText::text(&remedy.action),
        commands: lines(commands),
        withheld,
        verify: lines(&remedy.verify),
        side_effects: all(&remedy.side_effects),
        before_you_act: preconditions.collect(),
    }
}
