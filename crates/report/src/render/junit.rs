//! The scan as JUnit XML, for test reports in CI: a suite for each cluster, a case for each rule.
//!
//! A rule with a finding above `info` fails; one that is inconclusive or does not apply is skipped. The
//! output is valid by `junit-10.xsd` of Jenkins.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use mustknow_rules::Severity;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::summary;
use super::text::{self, TextStyle};
use crate::model::{AsWord, Failed, Report, ReportFinding, ScanReport};

/// The outcome of one case.
enum CaseOutcome<'a> {
    /// Findings of the rule, in the order of the report.
    Found(Vec<&'a ReportFinding>),
    Skipped(&'static str, Cow<'a, str>),
    Passed,
}

/// Writes a suite for each report, and one for each input that could not be read.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").with_attribute(("name", scan.tool.name)).write_inner_content(
        |xml| {
            scan.reports.iter().try_for_each(|report| suite(report, xml))?;
            scan.failed.iter().try_for_each(|failed| not_read(failed, xml))
        },
    )?;
    xml.get_mut().write_all(b"\n")
}

fn suite(report: &Report, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let cases = cases(report);
    let count = |is: fn(&CaseOutcome<'_>) -> bool| cases.values().filter(|case| is(case)).count();
    let failures = count(|case| matches!(case, CaseOutcome::Found(found) if is_bad(found)));
    let skipped = count(|case| matches!(case, CaseOutcome::Skipped(..)));
    let cluster = &report.cluster;
    let which = cluster.id.as_ref().or(report.archive.roots.first()).map(|it| &**it);
    let name = match which.filter(|which| !which.is_empty()) {
        Some(which) => format!("{} ({which})", report.archive.path),
        None => report.archive.path.to_string(),
    };
    xml.create_element("testsuite")
        .with_attribute(("name", legal(&name)))
        .with_attribute(("tests", &*cases.len().to_string()))
        .with_attribute(("failures", &*failures.to_string()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", &*skipped.to_string()))
        .write_inner_content(|xml| {
            properties(report, xml)?;
            cases.iter().try_for_each(|(rule, outcome)| case(report, rule, outcome, xml))
        })?;
    Ok(())
}

fn properties(report: &Report, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let cluster = &report.cluster;
    let attention = summary::attention(report);
    let facts = [
        ("attention", (!attention.is_empty()).then(|| attention.join("; "))),
        ("verdict", Some(summary::verdict(report))),
        ("cluster", Some(summary::cluster(cluster))),
        ("format", Some(report.archive.format.to_string())),
        ("root folder", summary::only_root(report).map(str::to_owned)),
        ("gathered", Some(summary::gathered(cluster))),
        ("update", cluster.update.as_ref().map(summary::update)),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in facts.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)))
        {
            xml.create_element("property")
                .with_attribute(("name", name))
                .with_attribute(("value", legal(value)))
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The outcome of every rule.
fn cases(report: &Report) -> BTreeMap<&'static str, CaseOutcome<'_>> {
    let mut cases = BTreeMap::new();
    for finding in &report.findings {
        match cases.entry(finding.rule).or_insert_with(|| CaseOutcome::Found(Vec::new())) {
            CaseOutcome::Found(found) => found.push(finding),
            CaseOutcome::Skipped(..) | CaseOutcome::Passed => {}
        }
    }
    for suppressed in &report.suppressed {
        let why = Cow::from(summary::suppressed(suppressed));
        cases.entry(suppressed.rule).or_insert(CaseOutcome::Skipped("suppressed", why));
    }
    for unknown in &report.unknown {
        let mut why = unknown.what.to_string();
        if let [first, ..] = unknown.ask.as_slice() {
            why.push_str(&format!("; to settle it: {first}"));
        }
        cases.insert(unknown.rule, CaseOutcome::Skipped(unknown.gap.as_str(), why.into()));
    }
    for rule in &report.not_applicable {
        let why = Cow::from(rule.why.as_str());
        cases.insert(rule.rule, CaseOutcome::Skipped("not-applicable", why));
    }
    cases.extend(report.healthy.iter().map(|healthy| (healthy.rule, CaseOutcome::Passed)));
    cases
}

fn case(
    report: &Report,
    rule: &str,
    outcome: &CaseOutcome<'_>,
    xml: &mut Writer<&mut dyn Write>,
) -> io::Result<()> {
    let area = rule.split_once('/').map_or(rule, |(area, _)| area);
    let case = xml
        .create_element("testcase")
        .with_attribute(("classname", area))
        .with_attribute(("name", rule));
    match outcome {
        CaseOutcome::Passed => case.write_empty()?,
        CaseOutcome::Skipped(gap, why) => case.write_inner_content(|xml| {
            let message = format!("{gap}: {why}");
            xml.create_element("skipped")
                .with_attribute(("message", legal(&message)))
                .write_empty()?;
            Ok(())
        })?,
        CaseOutcome::Found(found) => case.write_inner_content(|xml| {
            let all: Vec<_> = found.iter().map(|finding| text(report, finding)).collect();
            let all = all.join("\n");
            let all = BytesText::from_escaped(quick_xml::escape::partial_escape(legal(&all)));
            let Some(worst) = found.iter().find(|finding| finding.severity > Severity::Info) else {
                xml.create_element("system-out").write_text_content(all)?;
                return Ok(());
            };
            xml.create_element("failure")
                .with_attribute(("type", worst.severity.as_str()))
                .with_attribute(("message", legal(&worst.summary)))
                .write_text_content(all)?;
            Ok(())
        })?,
    };
    Ok(())
}

fn is_bad(found: &[&ReportFinding]) -> bool {
    found.iter().any(|finding| finding.severity > Severity::Info)
}

/// A finding as the terminal shows it, and its causes.
fn text(report: &Report, finding: &ReportFinding) -> String {
    let mut text = text::one_finding(report, finding, TextStyle::default());
    let causes = finding.explained_by.iter().filter_map(|id| report.finding(*id));
    for cause in causes {
        text.push_str(&format!("  Consequence of: {} ({})\n", cause.summary, cause.rule));
    }
    text
}

fn not_read(failed: &Failed, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let path = legal(&failed.path);
    xml.create_element("testsuite")
        .with_attribute(("name", path.clone()))
        .with_attributes([("tests", "1"), ("failures", "0"), ("errors", "1"), ("skipped", "0")])
        .write_inner_content(|xml| {
            xml.create_element("testcase")
                .with_attributes([("classname", "input"), ("name", "input/read")])
                .write_inner_content(|xml| {
                    xml.create_element("error")
                        .with_attribute(("type", "input-not-read"))
                        .with_attribute(("message", legal(&failed.error)))
                        .write_empty()?;
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

/// Text without the characters that XML 1.0 cannot hold, not even escaped.
fn legal(text: &str) -> Cow<'_, str> {
    let is_legal = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(is_legal) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if is_legal(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(legal("a\u{fffe}\u{1}b\n\tc\u{1f600}"), "a\u{fffd}\u{fffd}b\n\tc\u{1f600}");
        assert!(matches!(legal("<&>"), Cow::Borrowed("<&>")));
    }

    #[test]
    fn no_text_breaks_out_of_an_element() {
        let failed = Failed::new("a\"b<c>&'\u{ffff}", "]]> <!-- --> \u{1b}[0m");
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out as &mut dyn Write);
        not_read(&failed, &mut writer).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("name=\"a&quot;b&lt;c&gt;&amp;&apos;\u{fffd}\""), "{text}");
        assert!(text.contains("message=\"]]&gt; &lt;!-- --&gt; \\u{1b}[0m\""), "{text}");
    }
}
