//! What the page says of one cluster, in its order.

use askama::Template;
use askama::filters::HtmlSafe;

use super::SEVERITIES;
use super::finding::{Budget, Shown};
use super::operators::{self, Operators};
use super::timeline::{self, TimelineReport};
use crate::report::{Damage, Finding, Report, Unknown};
use crate::summary::{self, below_root};

/// How many findings of a section are shown; the worst come first.
const FINDINGS: usize = 150;
/// How many files that could not be read are named.
const FILES: usize = 200;

/// The place of a finding of the `n`th report on the page.
pub(super) fn anchor(n: usize, finding: usize) -> String {
    format!("r{n}-f{finding}")
}

/// One report as a part of the page.
#[derive(Template)]
#[template(path = "part.html")]
pub(super) struct CertificateField<'r> {
    /// Its place on the page.
    pub(super) id: String,
    pub(super) report: &'r Report,
    /// Whether the page is about nothing else, so that its title names the archive.
    is_alone: bool,
    pub(super) verdict: String,
    /// The worst severity of what leads, or `calm`.
    pub(super) state: &'static str,
    facts: Vec<(&'static str, String)>,
    /// What is known of the archive itself.
    origin: Vec<(&'static str, String)>,
    attention: Vec<String>,
    causes: Section<'r>,
    questions: Vec<Question<'r>>,
    symptoms: Section<'r>,
    operators: Option<Operators<'r>>,
    timeline: Option<TimelineReport<'r>>,
    effects: Section<'r>,
    notes: Section<'r>,
    accepted: Vec<String>,
    gaps: Vec<Gap<'r>>,
    damage: Vec<(String, &'r Damage)>,
    more_damage: usize,
    healthy: Vec<Area<'r>>,
}

// Its template escapes what it is given.
impl HtmlSafe for CertificateField<'_> {}

/// Findings under one heading.
#[derive(Template)]
#[template(path = "section.html")]
struct Section<'r> {
    id: String,
    heading: &'static str,
    findings: Vec<Shown<'r>>,
    left_out: usize,
}

impl HtmlSafe for Section<'_> {}

/// What could not be judged and would explain something.
struct Question<'r> {
    unknown: &'r Unknown,
    concerns: String,
    what: String,
}

/// What is missing, and which rules miss it.
struct Gap<'r> {
    what: String,
    rules: Vec<&'static str>,
    ask: Vec<&'r str>,
}

/// Rules of one area that found nothing wrong.
struct Area<'r> {
    name: &'r str,
    rules: usize,
    /// The most objects that one of them examined.
    most: usize,
}

impl<'r> CertificateField<'r> {
    /// What there is to say of the `n`th report.
    pub(super) fn new(n: usize, report: &'r Report, is_alone: bool, budget: &mut Budget) -> Self {
        let mut section = |name: &str, heading, folded, findings: Vec<&'r Finding>| {
            let shown = findings.iter().take(FINDINGS);
            Section {
                id: format!("r{n}-{name}"),
                heading,
                findings: shown
                    .map(|finding| Shown::new(n, report, finding, folded, budget))
                    .collect(),
                left_out: findings.len().saturating_sub(FINDINGS),
            }
        };
        let effects = report.findings.iter().filter(|finding| !finding.leads()).collect();
        let (symptoms, notes) = (report.unexplained().collect(), report.notes().collect());
        Self {
            id: format!("r{n}"),
            is_alone,
            verdict: summary::verdict(report),
            state: state(report),
            facts: facts(report),
            origin: origin(report),
            attention: summary::attention(report),
            causes: section("causes", "Root causes", false, report.root_causes().collect()),
            questions: questions(report),
            symptoms: section("symptoms", "Symptoms without their cause", false, symptoms),
            operators: operators::draw(n, report),
            timeline: timeline::draw(n, report),
            effects: section("effects", "Explained effects", true, effects),
            notes: section("notes", "Worth knowing", true, notes),
            accepted: report.suppressed.iter().map(summary::suppressed).collect(),
            gaps: gaps(report),
            damage: report
                .damage
                .iter()
                .take(FILES)
                .map(|damage| (below_root(report, &damage.path), damage))
                .collect(),
            more_damage: report.damage.len().saturating_sub(FILES),
            healthy: healthy(report),
            report,
        }
    }
}

impl CertificateField<'_> {
    /// Its sections of findings.
    fn sections(&self) -> [&Section<'_>; 4] {
        [&self.causes, &self.symptoms, &self.effects, &self.notes]
    }
}

fn state(report: &Report) -> &'static str {
    let is_there = |word: &&&str| report.leads().any(|finding| finding.severity == **word);
    SEVERITIES.iter().find(is_there).copied().unwrap_or("calm")
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let cluster = &report.cluster;
    let mut facts = vec![("Cluster", summary::cluster(cluster))];
    if let Some(update) = &cluster.update {
        let name = if update.state == "installing" { "Installing" } else { "Updating" };
        facts.push((name, summary::update(update)));
    }
    facts.push(("Gathered", summary::gathered(cluster)));
    facts
}

fn origin(report: &Report) -> Vec<(&'static str, String)> {
    let archive = &report.archive;
    let mut facts =
        vec![("Path", archive.path.to_string()), ("Format", archive.format.to_string())];
    if let Some(root) = summary::only_root(report) {
        facts.push(("Files below", root.to_owned()));
    }
    let objects = summary::count(report.cluster.objects, "object", "objects");
    facts.push(("Read", format!("{objects} from {} entries", archive.entries)));
    facts
}

fn questions(report: &Report) -> Vec<Question<'_>> {
    let concerning = report.unknown.iter().filter(|unknown| !unknown.concerns.is_empty());
    concerning
        .map(|unknown| {
            let concerns: Vec<_> = unknown.concerns.iter().map(ToString::to_string).collect();
            let what = below_root(report, &unknown.what);
            Question { unknown, concerns: concerns.join(" and "), what }
        })
        .collect()
}

/// What is missing; first what would answer most questions.
fn gaps(report: &Report) -> Vec<Gap<'_>> {
    summary::gaps(report)
        .into_iter()
        .map(|(what, members)| Gap {
            what: below_root(report, what),
            rules: members.iter().map(|unknown| unknown.rule).collect(),
            ask: members.iter().take(1).flat_map(|unknown| &unknown.ask).map(|it| &**it).collect(),
        })
        .collect()
}

fn healthy(report: &Report) -> Vec<Area<'_>> {
    let mut areas: Vec<Area<'_>> = Vec::new();
    for healthy in &report.healthy {
        let name = healthy.rule.split_once('/').map_or(healthy.rule, |(area, _)| area);
        if let Some(area) = areas.iter_mut().find(|area| area.name == name) {
            area.rules += 1;
            area.most = area.most.max(healthy.examined);
        } else {
            areas.push(Area { name, rules: 1, most: healthy.examined });
        }
    }
    areas
}
