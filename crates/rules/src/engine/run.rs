//! Runs every rule over one snapshot, in parallel, explains and unites what they found, and puts
//! the outcomes in order.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::CONFIG_MAP;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_cluster::views::ClusterVersion;
use mustknow_cluster::{ConfigMapInterest, Interest, Snapshot};
use rayon::prelude::*;

use crate::engine::aggregate;
use crate::engine::causality::{self, Explanation};
use crate::engine::context::{ALWAYS, RuleContext};
use crate::engine::finding::Finding;
use crate::engine::memo::Memo;
use crate::engine::meta::{Need, Scope};
use crate::engine::rule::Rule;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// What one rule said.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// Its verdict.
    pub verdict: Verdict,
}

/// What all rules said, and which finding explains which.
#[derive(Debug)]
pub struct Judgement {
    /// One outcome for each rule, by id.
    pub outcomes: Vec<Outcome>,
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

/// What `rules` want to have read.
pub fn interest(rules: &[Rule]) -> Interest {
    let mut interest = Interest::default();
    let mut config_maps = BTreeSet::new();
    interest.kinds.extend(ALWAYS);
    for need in rules.iter().flat_map(|rule| rule.meta.needs.iter().chain(rule.meta.uses)) {
        interest.kinds.extend(need.kind());
        match need {
            Need::Kind(_) => {}
            Need::Certificates(kind) => drop(interest.certificates.insert(kind)),
            Need::ConfigMap(namespace, name) => drop(config_maps.insert((*namespace, *name))),
            Need::Log(pattern) => drop(interest.logs.insert(pattern)),
            Need::KnownFile(known_file) => drop(interest.known_files.insert(*known_file)),
        }
    }
    interest.config_maps = ConfigMapInterest::These(config_maps);
    interest
}

/// Judges one cluster by `rules`, on the threads of the present pool.
pub fn judge(snapshot: &Snapshot, rules: &'static [Rule]) -> Judgement {
    let memo = Memo::default();
    let judged = |rule| Outcome { rule, verdict: verdict(snapshot, &memo, rule) };
    let mut outcomes: Vec<Outcome> = rules.par_iter().map(judged).collect();
    outcomes.sort_by_key(|outcome| outcome.rule.meta.id);
    let mut judgement = Judgement { outcomes, explanations: Vec::new() };
    let findings: Vec<_> = judgement.findings().collect();
    let explanations = causality::explain(&findings);
    drop(findings);
    let places = unite(&mut judgement.outcomes);
    judgement.explanations = aggregate::remap(explanations, &places);
    judgement
}

/// Makes one finding of those that share what is wrong, within each rule; says where each went,
/// counted over all rules.
fn unite(outcomes: &mut [Outcome]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut before = 0;
    for outcome in outcomes {
        let Verdict::Found(findings) = &mut outcome.verdict else { continue };
        let (folded, went) = aggregate::aggregate(std::mem::take(findings), outcome.rule.meta);
        places.extend(went.into_iter().map(|place| before + place));
        before += folded.len();
        *findings = folded;
    }
    places
}

fn verdict(snapshot: &Snapshot, memo: &Memo, rule: &'static Rule) -> Verdict {
    if let Some(why_not) = out_of_scope(snapshot, rule.meta.scope) {
        return why_not;
    }
    if let Some(gap) = rule.meta.needs.iter().find_map(|need| gap(snapshot, need)) {
        return Verdict::Unknown(gap);
    }
    let cx = RuleContext::new(snapshot, memo, rule.meta);
    match catch_unwind(AssertUnwindSafe(|| (rule.check)(&cx))) {
        Ok(verdict) => tidy(verdict, rule),
        Err(panic) => Verdict::Unknown(Gap::new(GapKind::Crashed, words(panic.as_ref()))),
    }
}

/// What is said where a rule of that scope has no business; None where it has.
fn out_of_scope(snapshot: &Snapshot, scope: Scope) -> Option<Verdict> {
    let not_applicable = |why: &str| Some(Verdict::NotApplicable(why.to_owned()));
    match (scope, snapshot.is_openshift()) {
        (Scope::Any, _) | (Scope::Plain, false) | (Scope::OpenShift, true) => None,
        (Scope::Plain, true) => not_applicable("this is an OpenShift or OKD cluster"),
        (Scope::OpenShift | Scope::Releases(_), false) => {
            not_applicable("this is not an OpenShift or OKD cluster")
        }
        (Scope::Releases(releases), true) => {
            let desired = ClusterVersion::find(snapshot).and_then(ClusterVersion::desired_version);
            match desired {
                Some(version) if releases.include(&version) => None,
                Some(version) => not_applicable(&format!("{version} is not {releases}")),
                None => {
                    let what = "the ClusterVersion, which tells the release";
                    let gap = Gap::new(GapKind::NotCollected, what);
                    Some(Verdict::Unknown(gap.ask("oc get clusterversion version -o yaml")))
                }
            }
        }
    }
}

/// Fills in what only the engine knows, and orders the findings of one rule.
fn tidy(verdict: Verdict, rule: &'static Rule) -> Verdict {
    match verdict {
        Verdict::Found(mut findings) => {
            for finding in &mut findings {
                finding.rule = rule.meta.id;
                finding.severity.get_or_insert(rule.meta.severity);
            }
            findings.sort_by(|a, b| (&a.subject, &a.summary).cmp(&(&b.subject, &b.summary)));
            Verdict::Found(findings)
        }
        // Nothing was looked at, so nothing was found to be well.
        Verdict::Healthy { examined: 0 } => {
            Verdict::NotApplicable("the archive holds nothing of what it judges".to_owned())
        }
        other => other,
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .to_owned()
}

/// What is missing of `need`, if anything.
fn gap(snapshot: &Snapshot, need: &Need) -> Option<Gap> {
    match need {
        Need::Kind(kind) | Need::Certificates(kind) => gap_of_kind(snapshot, kind),
        Need::ConfigMap(..) => gap_of_kind(snapshot, &CONFIG_MAP),
        Need::KnownFile(known_file) => match snapshot.known_file(*known_file) {
            Some(KnownFileContent::Read(_)) => None,
            Some(KnownFileContent::Damaged(path, why)) => {
                Some(Gap::new(GapKind::Damaged, format!("{path}: {why}")))
            }
            None if snapshot.coverage().is_truncated() => {
                Some(Gap::new(GapKind::Truncated, format!("{}: cut off", known_file.usual_path())))
            }
            None => {
                let what = format!("{}: not collected", known_file.usual_path());
                Some(Gap::new(GapKind::NotCollected, what).ask("oc adm must-gather"))
            }
        },
        Need::Log(pattern) if snapshot.logs_scanned(pattern) > 0 => None,
        Need::Log(pattern) => {
            let what = match (pattern.namespace, pattern.container) {
                ("", service) => format!("journal of {service} on the nodes: not collected"),
                (namespace, "") => format!("logs of namespace {namespace}: not collected"),
                (namespace, container) => {
                    format!("logs of container {container} in {namespace}: not collected")
                }
            };
            let kind = if snapshot.coverage().is_truncated() {
                GapKind::Truncated
            } else {
                GapKind::NotCollected
            };
            let ask = if pattern.namespace.is_empty() {
                format!("oc adm node-logs --role=master -u {}", pattern.container)
            } else {
                format!("oc adm inspect ns/{}", pattern.namespace)
            };
            Some(Gap::new(kind, what).ask(ask))
        }
    }
}

fn gap_of_kind(snapshot: &Snapshot, kind: &'static Kind) -> Option<Gap> {
    match snapshot.coverage().of_kind(kind) {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        state => Some(Gap::kind(kind, &state)),
    }
}
