//! Every case in which a rule fires, judged by all rules: whether the rule's finding is reported and
//! leads, and what else leads.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use mustknow_report::Report;
use mustknow_rules::{Role, Severity, catalog};
use mustknow_testkit::cases::Cases;
use mustknow_testkit::workspace;

use super::scan::scan;
use super::truth::percent;

/// What all rules report about the cases of the rules.
pub(super) fn section() -> Result<String, Box<dyn Error>> {
    let folder = workspace().join("fixtures/rules");
    let (mut judged, mut reported, mut alarmed, mut leading) = (0, 0, 0, 0);
    let mut others: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for rule in catalog::all() {
        let Ok(text) = fs::read_to_string(folder.join(format!("{}.md", rule.meta.id))) else {
            continue;
        };
        for case in Cases::parse(&text)?.all.iter().filter(|case| case.expected() == "Fires") {
            let archive = tempfile::tempdir()?;
            case.lay_out(archive.path())?;
            let reports = scan(archive.path())?;
            let findings = || reports.iter().flat_map(|report| &report.findings);
            let is_its = |rule_of: &str| rule_of == rule.meta.id;
            judged += 1;
            reported += usize::from(findings().any(|finding| is_its(finding.rule)));
            let alarms = findings()
                .any(|finding| is_its(finding.rule) && finding.severity != Severity::Info);
            if rule.meta.role != Role::Cause || !alarms {
                continue;
            }
            alarmed += 1;
            leading +=
                usize::from(findings().any(|finding| is_its(finding.rule) && finding.leads()));
            for other in reports.iter().flat_map(Report::root_causes) {
                if !is_its(other.rule) {
                    *others.entry((rule.meta.id.to_owned(), other.rule)).or_default() += 1;
                }
            }
        }
    }
    let mut page = format!(
        "\n{judged} cases in which a rule fires, each judged by all {} rules: {reported} report the rule's finding ({}). Of {alarmed} cases of rules that \
         can be a cause, {leading} lead with it ({}); in the others something above it leads.\n",
        catalog::all().len(),
        percent(reported, judged),
        percent(leading, alarmed)
    );
    if !others.is_empty() {
        page.push_str("\nRoot causes of other rules that lead in such a case, because the case contains them too:\n\n| case of | also leads | cases |\n|---|---|---|\n");
        for ((rule, other), count) in others {
            let _ = writeln!(page, "| {rule} | {other} | {count} |");
        }
    }
    Ok(page)
}
