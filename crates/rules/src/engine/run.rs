//! Runs all rules over one snapshot in parallel, links causes to effects, and merges findings.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mustknow_archive::Deadline;
use mustknow_cluster::Snapshot;
use mustknow_cluster::model::platform::Platform;
use mustknow_cluster::views::ClusterVersion;
use rayon::prelude::*;

use crate::engine::aggregate;
use crate::engine::causality::{self, Explanation};
use crate::engine::floor;
use crate::engine::needs;
use crate::engine::rule::Rule;
use crate::engine::settle::settle;
use crate::terms::client::word_commands;
use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::memo::Memo;
use crate::terms::meta::Scope;
use crate::terms::verdict::{Gap, GapKind, Judged, NotJudged, Verdict};

pub use crate::engine::needs::interest;
pub use crate::engine::outcome::RuleOutcome;

/// The verdicts of all rules, and which finding explains which.
#[derive(Debug)]
pub struct Judgement {
    /// One outcome for each rule, by id.
    pub outcomes: Vec<RuleOutcome>,
    /// Which finding explains which.
    pub explanations: Vec<Explanation>,
}

impl Judgement {
    /// Every finding, in the order of [`Self::outcomes`]; [`Explanation`] counts in this order.
    pub fn findings(&self) -> impl Iterator<Item = (&'static Rule, &Finding)> {
        self.outcomes.iter().flat_map(|outcome| match &outcome.verdict {
            Verdict::Found(findings) => {
                findings.iter().map(|finding| (outcome.rule, finding)).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        })
    }
}

/// Runs `rules` over one cluster, on the threads of the current pool.
pub fn judge(
    snapshot: &Snapshot,
    rules: impl IntoParallelIterator<Item = &'static Rule>,
) -> Judgement {
    judge_until(Deadline::default(), snapshot, rules)
}

/// Does the same, but is inconclusive about the rules that have not ended at the deadline.
pub fn judge_until(
    deadline: Deadline,
    snapshot: &Snapshot,
    rules: impl IntoParallelIterator<Item = &'static Rule>,
) -> Judgement {
    let memo = Memo::default();
    let outcome = |rule| RuleOutcome { rule, verdict: verdict(deadline, snapshot, &memo, rule) };
    let mut outcomes: Vec<RuleOutcome> = rules.into_par_iter().map(outcome).collect();
    outcomes.sort_by_key(|outcome| outcome.rule.meta.id);
    floor::leave_out_reported(snapshot, &mut outcomes);
    let mut judgement = Judgement { outcomes, explanations: Vec::new() };
    let findings: Vec<_> = judgement.findings().collect();
    let explanations = causality::explain(&findings);
    drop(findings);
    let positions = aggregate_findings(&mut judgement.outcomes);
    judgement.explanations = aggregate::remap(explanations, &positions);
    let mut findings: Vec<_> = findings_of(&mut judgement.outcomes).collect();
    causality::weigh(&mut findings, &judgement.explanations);
    judgement
}

/// Every finding, in the order of [`Judgement::findings`].
fn findings_of(outcomes: &mut [RuleOutcome]) -> impl Iterator<Item = &mut Finding> {
    outcomes.iter_mut().flat_map(|outcome| match &mut outcome.verdict {
        Verdict::Found(findings) => findings.iter_mut(),
        _ => [].iter_mut(),
    })
}

/// Merges the findings of each rule; returns the new position of each finding, over all rules.
fn aggregate_findings(outcomes: &mut [RuleOutcome]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut before = 0;
    for outcome in outcomes {
        let Verdict::Found(findings) = &mut outcome.verdict else { continue };
        let (aggregated, new) = aggregate::aggregate(std::mem::take(findings), &outcome.rule.meta);
        positions.extend(new.into_iter().map(|position| before + position));
        before += aggregated.len();
        *findings = aggregated;
    }
    positions
}

fn verdict(deadline: Deadline, snapshot: &Snapshot, memo: &Memo, rule: &'static Rule) -> Verdict {
    if let Some(verdict) = out_of_scope(snapshot, rule.meta.scope) {
        return verdict;
    }
    let overdue = || Verdict::Unknown(Gap::new(GapKind::OutOfTime, deadline.exceeded("judging")));
    if deadline.has_passed() {
        return overdue();
    }
    let cx = RuleContext::new(snapshot, memo, &rule.meta).until(deadline);
    let judged = || needs::check(snapshot, &rule.meta).and_then(|()| rule.judge(&cx));
    match catch_unwind(AssertUnwindSafe(|| decide(&cx, rule, judged()))) {
        // The rule may not have seen all objects.
        Ok(_) if deadline.has_passed() => overdue(),
        Ok(verdict) => verdict,
        Err(panic) => Verdict::Unknown(Gap::new(GapKind::Crashed, panic_message(panic.as_ref()))),
    }
}

/// The verdict over what a rule says. Nothing is healthy without an object that was examined, and
/// what was missing for some objects counts where nothing else is found.
fn decide(cx: &RuleContext<'_>, rule: &'static Rule, judged: Judged) -> Verdict {
    let checked = match judged {
        Ok(checked) => checked,
        Err(not_judged) => return not_decided(cx, not_judged),
    };
    let settled = checked.findings.into_iter().filter_map(|found| settle(cx, rule, found));
    let mut findings: Vec<_> = settled.collect();
    if !findings.is_empty() {
        findings.sort_by(|a, b| (&a.subject, &a.summary).cmp(&(&b.subject, &b.summary)));
        return Verdict::Found(findings);
    }
    match (Gap::all(checked.gaps), checked.examined) {
        (Some(gap), _) => unknown(cx, gap),
        (None, 0) => match needs::check_read_logs(cx.snapshot(), &rule.meta) {
            Ok(()) => Verdict::NotApplicable(nothing_examined(rule)),
            Err(not_judged) => not_decided(cx, not_judged),
        },
        (None, examined) => Verdict::Healthy { examined },
    }
}

fn not_decided(cx: &RuleContext<'_>, not_judged: NotJudged) -> Verdict {
    match not_judged {
        NotJudged::Unknown(gap) => unknown(cx, gap),
        NotJudged::NotApplicable(why) => Verdict::NotApplicable(why),
    }
}

/// The verdict over what is missing. Where nothing shows which platform it is, what only one
/// platform has is not missing.
fn unknown(cx: &RuleContext<'_>, mut gap: Gap) -> Verdict {
    if cx.snapshot().platform() == Platform::Unknown && cx.meta().scope == Scope::OpenShift {
        let why = format!("nothing shows that this is {}", cx.meta().scope);
        return Verdict::NotApplicable(why);
    }
    for command in &mut gap.commands {
        *command = command.filled(|_| None);
    }
    word_commands(cx.snapshot().platform(), &mut gap.commands);
    Verdict::Unknown(gap)
}

/// Why a rule that examined nothing does not apply.
fn nothing_examined(rule: &Rule) -> String {
    match rule.meta.needs().find_map(|need| need.kind()) {
        Some(kind) => format!("no {} that it is about in the archive", kind.name),
        None => "nothing that it is about in the archive".to_owned(),
    }
}

/// The verdict of a rule whose scope does not include the cluster; None if it does.
fn out_of_scope(snapshot: &Snapshot, scope: Scope) -> Option<Verdict> {
    let not_applicable = |why: &str| Some(Verdict::NotApplicable(why.to_owned()));
    match (scope, snapshot.platform()) {
        (Scope::Any, _)
        | (Scope::Plain | Scope::OpenShift, Platform::Unknown)
        | (Scope::Plain, Platform::Kubernetes)
        | (Scope::OpenShift, Platform::OpenShift) => None,
        (Scope::Plain, Platform::OpenShift) => {
            not_applicable("this is an OpenShift or OKD cluster")
        }
        (Scope::OpenShift | Scope::Releases(_), Platform::Kubernetes) => {
            not_applicable(needs::NOT_OPENSHIFT)
        }
        (Scope::Releases(releases), Platform::Unknown) => {
            not_applicable(&format!("nothing shows that this is {releases}"))
        }
        (Scope::Releases(releases), Platform::OpenShift) => {
            let desired = ClusterVersion::find(snapshot).and_then(ClusterVersion::desired_version);
            match desired {
                Some(version) if releases.include(&version) => None,
                Some(version) => not_applicable(&format!("{version} is not {releases}")),
                None => {
                    let what = "the ClusterVersion, which shows the release";
                    let gap = Gap::new(GapKind::NotCollected, what);
                    Some(Verdict::Unknown(gap.command("oc get clusterversion version -o yaml")))
                }
            }
        }
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .to_owned()
}
