//! The scan as SARIF 2.1.0, for code scanning and whatever else collects findings of many tools.
//!
//! One run holds all clusters. Paths are relative to the input they lie in, which has a base of its
//! own. What could not be judged or read is a notification: a result is a bad state and nothing else.

use std::collections::BTreeSet;
use std::io::{self, Write};

use mustknow_rules::{Rule, Severity, catalog};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::report::{Evidence, Finding, Report, Scan, Subject, Suppressed};
use crate::summary;

/// The schema that the output is valid by.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What makes up a fingerprint; another recipe has another name.
const FINGERPRINT: &str = "clusterRuleSubject/v1";
/// The notifications, each with what it says.
const INPUT_NOT_READ: (&str, &str) = ("input-not-read", "an input could not be read at all");
const NOT_WHOLE: (&str, &str) = ("archive-not-whole", "the archive lacks a part, or was cleaned");
const LEFT_OUT: (&str, &str) = ("left-out", "what the caller chose not to ask or to see");
const DAMAGED: (&str, &str) = ("damaged", "a file in the archive could not be read");
const CANNOT_TELL: (&str, &str) =
    ("cannot-tell", "a rule that would explain a finding could not judge");
const NOT_JUDGED: (&str, &str) = ("not-judged", "rules could not judge");
/// What of a path stands for itself in a URI (RFC 3986: unreserved, and what parts it).
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the scan as one SARIF log.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
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
    let described = [INPUT_NOT_READ, NOT_WHOLE, LEFT_OUT, DAMAGED, CANNOT_TELL, NOT_JUDGED]
        .map(|(id, says)| json!({"id": id, "shortDescription": {"text": says}}));
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

fn findings(scan: &Scan) -> impl Iterator<Item = (&Report, &Finding)> {
    scan.reports.iter().flat_map(|report| report.findings.iter().map(move |it| (report, it)))
}

fn suppressed(scan: &Scan) -> impl Iterator<Item = (&Report, &Suppressed)> {
    scan.reports.iter().flat_map(|report| report.suppressed.iter().map(move |it| (report, it)))
}

/// What was accepted beforehand: a result that says so, for whoever keeps count.
fn accepted(report: &Report, suppressed: &Suppressed, rule: Option<usize>) -> Value {
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
            "severity": suppressed.severity,
            "subject": suppressed.subject,
        },
    })
}

/// What is the same in the next archive of the cluster.
fn fingerprint(report: &Report, rule: &str, subject: &Subject) -> Value {
    let cluster = report.cluster.id.as_deref().unwrap_or_default();
    json!({FINGERPRINT: format!("{cluster}/{rule}/{subject}")})
}

/// The name of the base that paths within an input are relative to.
fn base(inputs: &[&str], path: &str) -> String {
    let at = inputs.iter().position(|input| *input == path).unwrap_or_default();
    format!("INPUT{}", at + 1)
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "error" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

/// A plain message. A viewer makes a link of `[words](place)`, so nothing may look like one.
fn text(words: &str) -> Value {
    json!({"text": words.replace("](", "] (")})
}

fn rule(rule: &Rule) -> Value {
    let manual = rule.manual;
    let (full, _) = manual.split_once("\n# ").unwrap_or((manual, ""));
    let severity: Severity = rule.meta.severity;
    json!({
        "id": rule.meta.id,
        "shortDescription": {"text": rule.meta.title},
        "fullDescription": {"text": full.trim()},
        "help": {"text": manual.trim_end(), "markdown": manual.trim_end()},
        "defaultConfiguration": {"level": level(severity.word())},
        "properties": {"tags": rule.meta.tags()},
    })
}

fn result(report: &Report, finding: &Finding, rule: Option<usize>, base: &str) -> Value {
    let mut evidence: Vec<_> = finding.evidence.iter().collect();
    // A place with a line is better than a file in which something is not.
    evidence.sort_by_key(|evidence| matches!(evidence, Evidence::Missing { .. }));
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
            "severity": finding.severity,
            "certainty": finding.certainty,
            "certaintyBecause": finding.certainty_because,
            "role": finding.role,
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

fn location(evidence: &Evidence, base: &str) -> Value {
    let (file, note) = match evidence {
        Evidence::Seen { file, note, .. } | Evidence::Missing { file, note, .. } => (file, note),
    };
    let path = file.trim_start_matches('/');
    let uri = utf8_percent_encode(path, ESCAPED).to_string();
    let mut place = json!({"artifactLocation": {"uri": uri, "uriBaseId": base}});
    if let Evidence::Seen { line, .. } = evidence {
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

/// What went wrong with the reading, and what could not be judged.
fn notifications(scan: &Scan) -> Vec<Value> {
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
        let limits = summary::not_whole(report)
            .into_iter()
            .map(|words| note("warning", NOT_WHOLE, &format!("{path}: {words}")));
        let chosen = summary::left_out(report)
            .into_iter()
            .map(|words| note("note", LEFT_OUT, &format!("{path}: {words}")));
        let asked = report.unknown.iter().filter(|unknown| !unknown.concerns.is_empty());
        let asked = asked.map(|unknown| {
            let words = format!("{path}: cannot tell {}: {}", unknown.rule, unknown.what);
            note("warning", CANNOT_TELL, &words)
        });
        let gaps = summary::gaps(report).into_iter().map(|(what, members)| {
            let rules: Vec<_> = members.iter().map(|unknown| unknown.rule).collect();
            note("note", NOT_JUDGED, &format!("{path}: {what} ({})", rules.join(", ")))
        });
        damaged.chain(limits).chain(chosen).chain(asked).chain(gaps).collect::<Vec<_>>()
    };
    failed.chain(scan.reports.iter().flat_map(of_report)).collect()
}
