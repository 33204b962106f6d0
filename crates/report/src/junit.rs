//! The scan as JUnit XML, for test reports in CI: a suite for each cluster, a case for each rule.
//!
//! A rule that found something worse than information fails; one that could not judge, or whose
//! question does not arise, is skipped. It keeps to what `junit-10.xsd` of Jenkins allows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::report::{Failed, Finding, Report, Scan};
use crate::summary;
use crate::text::{self, Style};

/// What became of one case.
enum Outcome<'a> {
    /// Findings of the rule, in the order of the report.
    Found(Vec<&'a Finding>),
    Skipped(&'static str, Cow<'a, str>),
    Passed,
}

/// Writes a suite for each report, and one for each input that could not be read.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
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
    let count = |is: fn(&Outcome<'_>) -> bool| cases.values().filter(|case| is(case)).count();
    let failures = count(|case| matches!(case, Outcome::Found(found) if is_bad(found)));
    let skipped = count(|case| matches!(case, Outcome::Skipped(..)));
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
        ("files below", summary::only_root(report).map(str::to_owned)),
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

/// Every rule with what became of it.
fn cases(report: &Report) -> BTreeMap<&'static str, Outcome<'_>> {
    let mut cases = BTreeMap::new();
    for finding in &report.findings {
        match cases.entry(finding.rule).or_insert_with(|| Outcome::Found(Vec::new())) {
            Outcome::Found(found) => found.push(finding),
            Outcome::Skipped(..) | Outcome::Passed => {}
        }
    }
    for suppressed in &report.suppressed {
        let why = Cow::from(summary::suppressed(suppressed));
        cases.entry(suppressed.rule).or_insert(Outcome::Skipped("suppressed", why));
    }
    for unknown in &report.unknown {
        let mut why = unknown.what.to_string();
        if let [first, ..] = unknown.ask.as_slice() {
            why.push_str(&format!("; this settles it: {first}"));
        }
        cases.insert(unknown.rule, Outcome::Skipped(unknown.gap, why.into()));
    }
    for rule in &report.not_applicable {
        let why = Cow::from(rule.why.as_str());
        cases.insert(rule.rule, Outcome::Skipped("not-applicable", why));
    }
    cases.extend(report.healthy.iter().map(|healthy| (healthy.rule, Outcome::Passed)));
    cases
}

fn case(
    report: &Report,
    rule: &str,
    outcome: &Outcome<'_>,
    xml: &mut Writer<&mut dyn Write>,
) -> io::Result<()> {
    let area = rule.split_once('/').map_or(rule, |(area, _)| area);
    let case = xml
        .create_element("testcase")
        .with_attribute(("classname", area))
        .with_attribute(("name", rule));
    match outcome {
        Outcome::Passed => case.write_empty()?,
        Outcome::Skipped(gap, why) => case.write_inner_content(|xml| {
            let message = format!("{gap}: {why}");
            xml.create_element("skipped")
                .with_attribute(("message", legal(&message)))
                .write_empty()?;
            Ok(())
        })?,
        Outcome::Found(found) => case.write_inner_content(|xml| {
            let words: Vec<_> = found.iter().map(|finding| words(report, finding)).collect();
            let words = words.join("\n");
            let words = BytesText::from_escaped(quick_xml::escape::partial_escape(legal(&words)));
            let Some(worst) = found.iter().find(|finding| finding.severity != "info") else {
                xml.create_element("system-out").write_text_content(words)?;
                return Ok(());
            };
            xml.create_element("failure")
                .with_attribute(("type", worst.severity))
                .with_attribute(("message", legal(&worst.summary)))
                .write_text_content(words)?;
            Ok(())
        })?,
    };
    Ok(())
}

fn is_bad(found: &[&Finding]) -> bool {
    found.iter().any(|finding| finding.severity != "info")
}

/// A finding as the terminal shows it, after what it follows from.
fn words(report: &Report, finding: &Finding) -> String {
    let mut words = text::one(report, finding, Style::default());
    let causes = finding.explained_by.iter().filter_map(|id| report.finding(*id));
    for cause in causes {
        words.push_str(&format!("  It follows from: {} ({})\n", cause.summary, cause.rule));
    }
    words
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

/// Words without the characters that XML 1.0 cannot hold, not even escaped.
fn legal(words: &str) -> Cow<'_, str> {
    let is_legal = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if words.chars().all(is_legal) {
        return Cow::Borrowed(words);
    }
    words.chars().map(|c| if is_legal(c) { c } else { '\u{fffd}' }).collect()
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
    fn no_words_break_out_of_an_element() {
        let failed = Failed::new("a\"b<c>&'\u{ffff}", "]]> <!-- --> \u{1b}[0m");
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out as &mut dyn Write);
        not_read(&failed, &mut writer).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("name=\"a&quot;b&lt;c&gt;&amp;&apos;\u{fffd}\""), "{text}");
        assert!(text.contains("message=\"]]&gt; &lt;!-- --&gt; \\u{1b}[0m\""), "{text}");
    }
}
