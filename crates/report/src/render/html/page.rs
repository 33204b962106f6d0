//! The page with every report.

use std::io::{self, Write};

use askama::Template;
use mustknow_rules::Severity;

use super::budget::PageBudget;
use super::part::ReportPart;
use super::policy::policy;
use crate::model::ScanReport;
use crate::render::summary;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes one page with every report in it.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    let mut budget = PageBudget::default();
    let is_alone = scan.reports.len() == 1 && scan.failed.is_empty();
    let parts: Vec<_> = scan
        .reports
        .iter()
        .enumerate()
        .map(|(at, report)| ReportPart::new(at + 1, report, is_alone, &mut budget))
        .collect();
    let policy = policy(STYLE, SCRIPT);
    let severities = Severity::ALL.into_iter().rev().collect();
    let page = HtmlPage { scan, title: title(scan), policy, parts, severities };
    // The formatter hides the error of the writer: a closed pipe or a full disk.
    page.write_into(out).map_err(io::Error::other)
}

#[derive(Template)]
#[template(path = "page.html")]
struct HtmlPage<'r> {
    scan: &'r ScanReport,
    title: String,
    policy: String,
    parts: Vec<ReportPart<'r>>,
    /// The choices of the filter.
    severities: Vec<Severity>,
}

/// The title: the only input, or the number of clusters.
fn title(scan: &ScanReport) -> String {
    match scan.reports.as_slice() {
        [report] if scan.failed.is_empty() => {
            let path = report.archive.path.trim_end_matches('/');
            path.rsplit('/').next().unwrap_or(path).to_owned()
        }
        reports => summary::count(reports.len(), "cluster", "clusters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tool;

    #[test]
    fn style_and_script_can_be_inlined() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains(['<', '&']), "XML parsers reject it");
            for loads in ["url(", "@import", "http:", "https:", "fetch(", "XMLHttp", "innerHTML"] {
                assert!(!text.contains(loads), "{loads}");
            }
        }
    }

    #[test]
    fn a_page_without_a_report_is_a_page() {
        let tool = Tool { name: "mustknow", version: "0", rules: 1 };
        let scan = ScanReport { schema: "", tool, reports: Vec::new(), failed: Vec::new() };
        let mut page = Vec::new();
        write(&scan, &mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains("0 clusters"));
    }
}
