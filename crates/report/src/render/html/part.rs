//! The part of the page about one cluster, in its order.

use askama::Template;
use askama::filters::HtmlSafe;

use mustknow_rules::Severity;

use super::budget::PageBudget;
use super::finding::FindingPart;
use super::operators::{self, OperatorsPart};
use super::timeline::{self, TimelinePart};
use crate::model::{DamagedFile, InconclusiveCheck, Report, ReportFinding, UpdateKind};
use crate::render::summary::{self, relative};

/// How many findings of a section are shown; the most severe come first.
const FINDINGS: usize = 150;
/// How many unreadable files are named.
const FILES: usize = 200;

/// One report as a part of the page.
#[derive(Template)]
#[template(path = "part.html")]
pub(super) struct ReportPart<'r> {
    /// Its anchor.
    pub(super) id: String,
    pub(super) report: &'r Report,
    /// Whether it is the only part, so that the title of the page names the archive.
    is_alone: bool,
    pub(super) verdict: String,
    /// The highest severity of the leading findings, or `calm`.
    pub(super) state: &'static str,
    overview: Vec<(&'static str, String)>,
    /// About the archive itself.
    origin: Vec<(&'static str, String)>,
    attention: Vec<String>,
    causes: FindingSection<'r>,
    open_checks: Vec<OpenCheck<'r>>,
    symptoms: FindingSection<'r>,
    operators: Option<OperatorsPart<'r>>,
    timeline: Option<TimelinePart<'r>>,
    effects: FindingSection<'r>,
    notes: FindingSection<'r>,
    accepted: Vec<String>,
    /// The count of the other inconclusive checks.
    other_checks: Option<String>,
    gaps: Vec<MissingData<'r>>,
    damage: Vec<(String, &'r DamagedFile)>,
    more_damage: usize,
    healthy: Vec<HealthyArea<'r>>,
}

// Its template escapes what it is given.
impl HtmlSafe for ReportPart<'_> {}

/// Findings under one heading.
#[derive(Template)]
#[template(path = "section.html")]
struct FindingSection<'r> {
    id: String,
    heading: &'static str,
    findings: Vec<FindingPart<'r>>,
    left_out: usize,
}

impl HtmlSafe for FindingSection<'_> {}

/// An inconclusive check that could explain a finding.
struct OpenCheck<'r> {
    check: &'r InconclusiveCheck,
    text: String,
}

/// What is missing, and the checks that need it.
struct MissingData<'r> {
    what: String,
    rules: Vec<&'static str>,
    ask: Vec<&'r str>,
}

/// The rules of one area that found no problems.
struct HealthyArea<'r> {
    name: &'r str,
    rules: usize,
    /// The largest number of objects that one rule examined.
    most: usize,
}

impl<'r> ReportPart<'r> {
    /// The part about the `n`th report.
    pub(super) fn new(
        n: usize,
        report: &'r Report,
        is_alone: bool,
        budget: &mut PageBudget,
    ) -> Self {
        let mut section = |name: &str, heading, folded, findings: Vec<&'r ReportFinding>| {
            let shown = findings.iter().take(FINDINGS);
            FindingSection {
                id: format!("r{n}-{name}"),
                heading,
                findings: shown
                    .map(|finding| FindingPart::new(n, report, finding, folded, budget))
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
            overview: overview(report),
            origin: origin(report),
            attention: summary::attention(report),
            causes: section("causes", "Root causes", false, report.root_causes().collect()),
            open_checks: open_checks(report),
            symptoms: section("symptoms", "Unexplained symptoms", false, symptoms),
            operators: operators::draw(n, report),
            timeline: timeline::draw(n, report),
            effects: section("effects", "Consequences", true, effects),
            notes: section("notes", "Notes", true, notes),
            accepted: report.suppressed.iter().map(summary::suppressed).collect(),
            other_checks: summary::other_checks(report),
            gaps: gaps(report),
            damage: report
                .damage
                .iter()
                .take(FILES)
                .map(|damage| (relative(report, &damage.path), damage))
                .collect(),
            more_damage: report.damage.len().saturating_sub(FILES),
            healthy: healthy(report),
            report,
        }
    }
}

impl ReportPart<'_> {
    /// The sections of findings.
    fn sections(&self) -> [&FindingSection<'_>; 4] {
        [&self.causes, &self.symptoms, &self.effects, &self.notes]
    }
}

fn state(report: &Report) -> &'static str {
    report.leads().map(|finding| finding.severity).max().map_or("calm", Severity::as_str)
}

fn overview(report: &Report) -> Vec<(&'static str, String)> {
    let cluster = &report.cluster;
    let mut overview = vec![("Cluster", summary::cluster(cluster))];
    if let Some(update) = &cluster.update {
        let name = match update.state {
            UpdateKind::Installing => "Installing",
            UpdateKind::Updating => "Updating",
        };
        overview.push((name, summary::update(update)));
    }
    overview.push(("Gathered", summary::gathered(cluster)));
    overview
}

fn origin(report: &Report) -> Vec<(&'static str, String)> {
    let archive = &report.archive;
    let mut overview =
        vec![("Path", archive.path.to_string()), ("Format", archive.format.to_string())];
    if let Some(root) = summary::only_root(report) {
        overview.push(("Root folder", root.to_owned()));
    }
    let objects = summary::count(report.cluster.objects, "object", "objects");
    overview.push(("Read", format!("{objects} from {} entries", archive.entries)));
    overview
}

fn open_checks(report: &Report) -> Vec<OpenCheck<'_>> {
    let with_text = |check| OpenCheck { check, text: summary::open_check(report, check) };
    report.open_checks().map(with_text).collect()
}

/// What is missing; first what most checks need.
fn gaps(report: &Report) -> Vec<MissingData<'_>> {
    summary::gaps(report)
        .into_iter()
        .map(|(what, members)| MissingData {
            what: relative(report, what),
            rules: members.iter().map(|unknown| unknown.rule).collect(),
            ask: members.iter().take(1).flat_map(|unknown| &unknown.ask).map(|it| &**it).collect(),
        })
        .collect()
}

fn healthy(report: &Report) -> Vec<HealthyArea<'_>> {
    let mut areas: Vec<HealthyArea<'_>> = Vec::new();
    for healthy in &report.healthy {
        let name = healthy.rule.split_once('/').map_or(healthy.rule, |(area, _)| area);
        if let Some(area) = areas.iter_mut().find(|area| area.name == name) {
            area.rules += 1;
            area.most = area.most.max(healthy.examined);
        } else {
            areas.push(HealthyArea { name, rules: 1, most: healthy.examined });
        }
    }
    areas
}
