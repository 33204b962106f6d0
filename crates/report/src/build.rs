//! From a judged snapshot to its report: everything in its final order, every foreign word made
//! harmless.

use mustknow_archive::Limit;
use mustknow_cluster::model::kinds::{NODE, SECRET};
use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterVersion, Infrastructure, UpdatePhase};
use mustknow_rules::domain::{UpdatePace, UpdateProgress};
use mustknow_rules::engine::INSTALLATION;
use mustknow_rules::engine::evidence::seconds;
use mustknow_rules::{
    Evidence, Finding, GapKind, Judgement, Place, Proof, Remedy, Rule, Severity, Subject, Verdict,
};

use crate::report::{self, Report};
use crate::safe::SafeText;
use crate::timeline::TimelineChart;
use crate::{excerpt, operators, rank};

/// The input a snapshot came from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The input, as it was given.
    pub path: &'a str,
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes were read, inflated.
    pub bytes: u64,
    /// Whether it broke off before its end, or was not read to it.
    pub truncated: bool,
}

/// Builds the report of one cluster.
pub fn build(input: Input<'_>, snapshot: &Snapshot, judgement: &Judgement) -> Report {
    let mut report = Report {
        archive: report::Archive {
            path: SafeText::name(input.path),
            format: SafeText::text(&snapshot.format()),
            roots: snapshot.roots().map(SafeText::name).collect(),
            entries: input.entries,
            bytes: input.bytes,
            truncated: input.truncated,
            limits: snapshot.coverage().bounds().map(Limit::flag).collect(),
            redacted: snapshot.coverage().is_redacted(),
            masked: snapshot.coverage().is_masked(),
        },
        cluster: cluster(snapshot),
        findings: findings(snapshot, judgement),
        suppressed: Vec::new(),
        left_out: report::LeftOut::default(),
        operators: operators::operators(snapshot, &|since| age(snapshot, since)),
        unknown: Vec::new(),
        healthy: Vec::new(),
        not_applicable: Vec::new(),
        damage: snapshot
            .damage()
            .iter()
            .map(|damage| report::Damage {
                path: SafeText::name(&damage.path),
                why: SafeText::text(&damage.why),
            })
            .collect(),
        history: TimelineChart::default(),
    };
    for outcome in &judgement.outcomes {
        let rule = outcome.rule.meta.id;
        match &outcome.verdict {
            Verdict::Found(_) => {}
            Verdict::Healthy { examined } => {
                report.healthy.push(report::Healthy { rule, examined: *examined });
            }
            Verdict::NotApplicable(why) => {
                report
                    .not_applicable
                    .push(report::NotApplicable { rule, why: SafeText::text(why) });
            }
            Verdict::Unknown(gap) => report.unknown.push(report::Unknown {
                rule,
                title: outcome.rule.meta.title,
                gap: gap_word(gap.kind),
                what: SafeText::text(&gap.what),
                ask: gap.commands.iter().map(|ask| SafeText::text(ask)).collect(),
                concerns: gap.would_explain.iter().map(subject).collect(),
            }),
        }
    }
    // What would explain something that was found comes first.
    report.unknown.sort_by_key(|unknown| (unknown.concerns.is_empty(), unknown.rule));
    report
}

pub(crate) fn cluster(snapshot: &Snapshot) -> report::Cluster {
    let version = snapshot.cluster_version();
    let update = version.and_then(UpdatePhase::of);
    let desired = version
        .and_then(ClusterVersion::desired_version)
        .or_else(|| Some(update?.newest().version()).filter(|version| !version.is_empty()))
        .map(|version| SafeText::text(&version));
    let distribution = match &desired {
        _ if !snapshot.is_openshift() => "Kubernetes",
        Some(version) if version.contains("okd") => "OKD",
        _ => "OpenShift",
    };
    let nodes = snapshot.of_kind(&NODE);
    let kubelet = || nodes.first()?.text(&["status", "nodeInfo", "kubeletVersion"]);
    let infrastructure = snapshot.find::<Infrastructure<'_>>("", "cluster");
    let clock = snapshot.clock();
    report::Cluster {
        distribution,
        id: version.and_then(ClusterVersion::cluster_id).map(|id| SafeText::text(&id)),
        version: desired.or_else(|| kubelet().map(|version| SafeText::text(&version))),
        platform: infrastructure.and_then(Infrastructure::platform).map(|it| SafeText::text(&it)),
        topology: infrastructure
            .and_then(Infrastructure::control_plane_topology)
            .map(|it| SafeText::text(&it)),
        nodes: (!nodes.is_empty()).then_some(nodes.len()),
        gathered_at: clock.map(|clock| seconds(clock.now)),
        gathered_by: clock.map(|clock| SafeText::text(&clock.source.to_string())),
        update: update.and_then(|update| going_on(snapshot, update)),
        objects: snapshot.objects(),
    }
}

fn going_on(snapshot: &Snapshot, update: UpdatePhase<'_>) -> Option<report::Update> {
    let state = match update {
        UpdatePhase::Completed(_) => return None,
        UpdatePhase::Installing(_) => "installing",
        UpdatePhase::Updating { .. } => "updating",
    };
    let progress = UpdateProgress::of(snapshot);
    let installs_in_time = || {
        let (started, now) = (update.started()?, snapshot.now()?);
        let is_young = Span::between(started, now) <= INSTALLATION;
        (update.is_installing() && is_young).then_some(UpdatePace::OnTime)
    };
    Some(report::Update {
        state,
        done: progress.as_ref().map(UpdateProgress::percent),
        pace: progress.map(|it| it.pace).or_else(installs_in_time).map(UpdatePace::as_str),
        from: update.completed().map(|entry| SafeText::text(&entry.version())),
        to: SafeText::text(&update.newest().version()),
        since: update.started().map(seconds),
        age: age(snapshot, update.started()),
    })
}

fn age(snapshot: &Snapshot, since: Option<Time>) -> Option<String> {
    Some(Span::between(since?, snapshot.now()?).max(Span::minutes(0)).to_string())
}

fn findings(snapshot: &Snapshot, judgement: &Judgement) -> Vec<report::Finding> {
    let found: Vec<(&'static Rule, &Finding)> = judgement.findings().collect();
    let order = rank::order(&found, &judgement.explanations);
    let number = |at: usize| order.iter().position(|other| *other == at).map_or(0, |n| n + 1);
    order
        .iter()
        .filter_map(|&at| Some((at, found.get(at)?)))
        .map(|(at, (rule, finding))| {
            let steps = &judgement.explanations;
            let mut explains: Vec<_> = steps
                .iter()
                .filter(|step| step.cause == at)
                .map(|step| report::Explained {
                    finding: number(step.effect),
                    because: step.mechanism,
                })
                .collect();
            explains.sort_by_key(|explained| explained.finding);
            let mut explained_by: Vec<_> = steps
                .iter()
                .filter(|step| step.effect == at)
                .map(|step| number(step.cause))
                .collect();
            explained_by.sort_unstable();
            report::Finding {
                id: number(at),
                rule: rule.meta.id,
                title: rule.meta.title,
                severity: finding.severity.unwrap_or(Severity::Info).as_str(),
                certainty: finding.certainty.as_str(),
                certainty_because: SafeText::text(finding.certainty_reason()),
                role: rule.meta.role.as_str(),
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

fn evidence(evidence: &Evidence) -> report::Evidence {
    match evidence {
        Evidence::Seen { subject: about, place, note } => {
            let mut excerpt = match place {
                Place::Document { document, span } => excerpt::of_tree(&document.tree, span),
                Place::Line { number, text, mark, .. } => {
                    excerpt::of_line(*number, text, mark.clone())
                }
            };
            let line = excerpt.first_line;
            // Not a word of a Secret is shown, whichever part of it a rule points at.
            if about.kind == SECRET.name || is_of_secrets(place) {
                excerpt = report::Excerpt { first_line: line, ..report::Excerpt::default() };
            }
            let file = SafeText::name(place.path());
            report::Evidence::Seen {
                subject: subject(about),
                file,
                line,
                excerpt,
                note: SafeText::text(note),
            }
        }
        Evidence::Missing { what, looked_in, note } => report::Evidence::Missing {
            subject: subject(what),
            file: SafeText::name(looked_in),
            note: SafeText::text(note),
        },
    }
}

/// Whether a place is in a file of Secrets, whatever the evidence is about.
fn is_of_secrets(place: &Place) -> bool {
    let Place::Document { document, .. } = place else { return false };
    let mut parts = document.path.rsplit('/').map(|part| part.split('.').next());
    let file = parts.next().flatten();
    file == Some("secrets") || parts.next().flatten() == Some("secrets")
}

pub(crate) fn subject(subject: &Subject) -> report::Subject {
    report::Subject {
        kind: SafeText::name(&subject.kind),
        namespace: SafeText::name(&subject.namespace),
        name: SafeText::name(&subject.name),
    }
}

fn remedy(remedy: &Remedy) -> report::Remedy {
    let withheld = remedy.is_withheld();
    let commands = if withheld { &[][..] } else { &remedy.commands[..] };
    let all = |lines: &[String]| lines.iter().map(|line| SafeText::text(line)).collect();
    report::Remedy {
        what: SafeText::text(&remedy.action),
        commands: all(commands),
        withheld,
        verify: all(&remedy.verify),
        side_effects: all(&remedy.side_effects),
        before_you_act: remedy
            .preconditions
            .iter()
            .map(|check| {
                let (state, how) = match &check.proof {
                    Proof::Verified(how) => ("verified", how),
                    Proof::ByHand(how) => ("by-hand", how),
                    Proof::Violated(how) => ("violated", how),
                };
                report::Precondition {
                    what: SafeText::text(&check.what),
                    state,
                    how: SafeText::text(how),
                }
            })
            .collect(),
    }
}

pub(crate) fn gap_word(kind: GapKind) -> &'static str {
    match kind {
        GapKind::NotCollected => "not-collected",
        GapKind::Damaged => "damaged",
        GapKind::Truncated => "truncated",
        GapKind::Redacted => "redacted",
        GapKind::FieldAbsent => "field-absent",
        GapKind::Crashed => "crashed",
    }
}
