//! The report for a browser: one page that holds everything, loads nothing and is whole without
//! script.
//!
//! Templates escape whatever they are given. The policy of the page names its one style and its one
//! script by their hashes, so that nothing else can act even if something got through.

mod axis;
mod diagram;
mod finding;
mod lanes;
mod lines;
mod operators;
mod part;
mod policy;
mod timeline;
mod tree;

use std::io::{self, Write};

use askama::Template;
use finding::Budget;
use part::CertificateField;

use crate::report::Scan;
use crate::summary;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// What a reader may choose to see, the worst first.
const SEVERITIES: [&str; 4] = ["critical", "error", "warning", "info"];

/// Writes one page with every report in it.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut budget = Budget::default();
    let is_alone = scan.reports.len() == 1 && scan.failed.is_empty();
    let parts: Vec<_> = scan
        .reports
        .iter()
        .enumerate()
        .map(|(at, report)| CertificateField::new(at + 1, report, is_alone, &mut budget))
        .collect();
    let policy = policy::policy(STYLE, SCRIPT);
    let page = Page { scan, title: title(scan), policy, parts };
    // The writer's own error is lost on the way through the formatter; it is a full pipe or disk.
    page.write_into(out).map_err(io::Error::other)
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    scan: &'r Scan,
    title: String,
    policy: String,
    parts: Vec<CertificateField<'r>>,
}

/// What the page is about: the one input, or how many clusters.
fn title(scan: &Scan) -> String {
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
    use crate::report::Tool;

    #[test]
    fn style_and_script_can_stand_in_a_page() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains(['<', '&']), "a parser of XML would stumble");
            for loads in ["url(", "@import", "http:", "https:", "fetch(", "XMLHttp", "innerHTML"] {
                assert!(!text.contains(loads), "{loads}");
            }
        }
    }

    #[test]
    fn a_page_without_a_report_is_a_page() {
        let tool = Tool { name: "mustknow", version: "0", rules: 1 };
        let scan = Scan { schema: "", tool, reports: Vec::new(), failed: Vec::new() };
        let mut page = Vec::new();
        write(&scan, &mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains("0 clusters"));
    }
}
