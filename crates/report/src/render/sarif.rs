//! The scan as SARIF 2.1.0, for code scanning and other collectors of findings.
//!
//! One run holds all clusters. Paths are relative to their input, which has a base of its own. What is
//! inconclusive or could not be read is a notification: only a bad state is a result.

use std::collections::BTreeSet;
use std::io::{self, Write};

use mustknow_rules::{Rule, Severity, catalog};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::summary;
use crate::model::{
    Report, ReportEvidence, ReportFinding, ReportSubject, ScanReport, SuppressedFinding,
};

/// The schema that the output is valid by.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The name of the fingerprint; another recipe would have another name.
const FINGERPRINT: &str = "clusterRuleSubject/v1";
/// The notifications, each with its description.
const INPUT_NOT_READ: (&str, &str) = ("input-not-read", "an input could not be read at all");
const INCOMPLETE: (&str, &str) = ("archive-not-whole", "the archive is incomplete");
const LEFT_OUT: (&str, &str) = ("left-out", "what the caller chose not to evaluate or to see");
const DAMAGED: (&str, &str) = ("damaged", "a file in the archive could not be read");
const OPEN_CHECK: (&str, &str) =
    ("cannot-tell", "a check that could explain a finding is inconclusive");
const INCONCLUSIVE: (&str, &str) = ("not-judged", "checks are inconclusive");
/// The characters of a path that stay as they are in a URI (RFC 3986: unreserved, and separators).
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the scan as one SARIF log.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    let found = findings(scan).map(|(_, finding)| finding.rule);
    let rules: BTreeSet<_> = found.chain(suppressed(scan).map(|(_, it)| it.rule)).collect();
    let rules: Vec<_> = rules.into_iter().collect();
    let inputs: BTreeSet<_> = scan.reports.iter().map(|report| &*report.archive.path).collect();
    let inputs: Vec<_> = inputs.into_iter().collect();
    let bases = inputs.iter().map(|path| (base(&inputs, path), json!({"description": text(path)})));
    let index = |id: &str| rules.iter().position(|rule| *rule == id);
    let results = findings(scan).map(|(report, finding)| {
        result(report, finding, index(finding.rule), &base(&inputs, &report.archive.path))
    });
    let accepted = suppressed(scan).map(|(report, it)| accepted(report, it, index(it.rule)));
    let described = [INPUT_NOT_READ, INCOMPLETE, LEFT_OUT, DAMAGED, OPEN_CHECK, INCONCLUSIVE]
        .map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}}));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": scan.tool.name,
                "version": scan.tool.version,
                "semanticVersion": scan.tool.version,
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().filter_map(|id| catalog::find(id)).map(rule).collect::<Vec<_>>(),
                "notifications": described,
            }},
            "invocations": [{
                "executionSuccessful": scan.failed.is_empty(),
                "toolExecutionNotifications": notifications(scan),
            }],
            "originalUriBaseIds": bases.collect::<serde_json::Map<_, _>>(),
            "results": results.chain(accepted).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn findings(scan: &ScanReport) -> impl Iterator<Item = (&Report, &ReportFinding)> {
    scan.reports.iter().flat_map(|report| report.findings.iter().map(move |it| (report, it)))
}

fn suppressed(scan: &ScanReport) -> impl Iterator<Item = (&Report, &SuppressedFinding)> {
    scan.reports.iter().flat_map(|report| report.suppressed.iter().map(move |it| (report, it)))
}

/// An accepted finding: a suppressed result.
fn accepted(report: &Report, suppressed: &SuppressedFinding, rule: Option<usize>) -> Value {
    json!({
        "ruleId": suppressed.rule,
        "ruleIndex": rule,
        "level": level(suppressed.severity),
        "message": text(&suppressed.summary),
        "partialFingerprints": fingerprint(report, suppressed.rule, &suppressed.subject),
        "suppressions": [{
            "kind": "external",
            "status": "accepted",
            "justification": suppressed.reason,
            "properties": {"until": suppressed.until, "effects": suppressed.effects},
        }],
        "properties": {
            "archive": report.archive.path,
            "cluster": report.cluster.id,
            "severity": suppressed.severity.as_str(),
            "subject": suppressed.subject,
        },
    })
}

/// The part of a finding that is the same in the next archive of the cluster.
fn fingerprint(report: &Report, rule: &str, subject: &ReportSubject) -> Value {
    let cluster = report.cluster.id.as_deref().unwrap_or_default();
    json!({FINGERPRINT: format!("{cluster}/{rule}/{subject}")})
}

/// The name of the base that paths within an input are relative to.
fn base(inputs: &[&str], path: &str) -> String {
    let at = inputs.iter().position(|input| *input == path).unwrap_or_default();
    format!("INPUT{}", at + 1)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A plain message. A viewer makes a link of `[text](target)`, so nothing may look like one.
fn text(words: &str) -> Value {
    json!({"text": words.replace("](", "] (")})
}

fn rule(rule: &Rule) -> Value {
    let manual = rule.manual();
    json!({
        "id": rule.meta.id,
        "shortDescription": {"text": rule.meta.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": manual.trim_end(), "markdown": manual.trim_end()},
        "defaultConfiguration": {"level": level(rule.meta.severity)},
        "properties": {"tags": rule.meta.tags()},
    })
}

fn result(report: &Report, finding: &ReportFinding, rule: Option<usize>, base: &str) -> Value {
    let mut evidence: Vec<_> = finding.evidence.iter().collect();
    // A place with a line is better than a file without the object.
    evidence.sort_by_key(|evidence| matches!(evidence, ReportEvidence::Missing { .. }));
    let (first, further) = evidence.split_at(evidence.len().min(1));
    let further: Vec<_> = further
        .iter()
        .zip(1..)
        .map(|(evidence, id)| {
            let mut location = location(evidence, base);
            put(&mut location, "id", Value::from(id));
            location
        })
        .collect();
    let words = [&*finding.summary, &*finding.why].join("\n\n");
    let subject = &finding.subject;
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": text(words.trim_end()),
        "locations": first.iter().map(|evidence| location(evidence, base)).collect::<Vec<_>>(),
        "partialFingerprints": fingerprint(report, finding.rule, subject),
        "properties": {
            "archive": report.archive.path,
            "cluster": report.cluster.id,
            "id": finding.id,
            "severity": finding.severity.as_str(),
            "certainty": finding.certainty.as_str(),
            "certaintyBecause": finding.certainty_because,
            "role": finding.role.as_str(),
            "subject": subject,
            "since": finding.since,
            "explains": finding.explains,
            "explainedBy": finding.explained_by,
        },
    });
    if !further.is_empty() {
        put(&mut result, "relatedLocations", Value::from(further));
    }
    result
}

fn location(evidence: &ReportEvidence, base: &str) -> Value {
    let (file, note) = match evidence {
        ReportEvidence::Seen { file, note, .. } | ReportEvidence::Missing { file, note, .. } => {
            (file, note)
        }
    };
    let path = file.trim_start_matches('/');
    let uri = utf8_percent_encode(path, ESCAPED).to_string();
    let mut place = json!({"artifactLocation": {"uri": uri, "uriBaseId": base}});
    if let ReportEvidence::Seen { line, .. } = evidence {
        put(&mut place, "region", json!({"startLine": (*line).max(1)}));
    }
    let mut location = json!({"physicalLocation": place});
    if !note.is_empty() {
        put(&mut location, "message", text(note));
    }
    location
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// What could not be read, and what is inconclusive.
fn notifications(scan: &ScanReport) -> Vec<Value> {
    let note = |level: &str, (id, _): (&str, &str), words: &str| json!({"level": level, "descriptor": {"id": id}, "message": text(words)});
    let failed = scan
        .failed
        .iter()
        .map(|failed| note("error", INPUT_NOT_READ, &format!("{}: {}", failed.path, failed.error)));
    let of_report = |report: &Report| {
        let path = &report.archive.path;
        let damaged = report.damage.iter().map(|damage| {
            note("warning", DAMAGED, &format!("{path}: {}: {}", damage.path, damage.why))
        });
        let limits = summary::incomplete(report)
            .into_iter()
            .map(|words| note("warning", INCOMPLETE, &format!("{path}: {words}")));
        let chosen = summary::left_out(report)
            .into_iter()
            .map(|words| note("note", LEFT_OUT, &format!("{path}: {words}")));
        let open = report.open_checks().map(|check| {
            let text = format!("{path}: {} is inconclusive: {}", check.rule, check.what);
            note("warning", OPEN_CHECK, &text)
        });
        let gaps = summary::gaps(report).into_iter().map(|(what, members)| {
            let rules: Vec<_> = members.iter().map(|unknown| unknown.rule).collect();
            note("note", INCONCLUSIVE, &format!("{path}: {what} ({})", rules.join(", ")))
        });
        damaged.chain(limits).chain(chosen).chain(open).chain(gaps).collect::<Vec<_>>()
    };
    failed.chain(scan.reports.iter().flat_map(of_report)).collect()
}
