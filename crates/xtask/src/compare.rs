//! Whether two builds find the same: the check of a change that must not change any verdict.
//!
//! Compared are the findings of each report, with rule, subject, severity, certainty and the places of
//! the evidence, which of them explains which, and the rules that answer unknown, healthy or not
//! applicable. Texts are left out: they may be rewritten.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mustknow_testkit::cases::Cases;
use mustknow_testkit::workspace;
use serde_json::Value;

/// How many differences of one input are printed.
const SHOWN: usize = 6;

/// Compares what the programs `before` and `after` find in each of `inputs` and in every case of every rule.
pub(crate) fn run(before: &Path, after: &Path, inputs: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let (mut same, mut other) = (0, 0);
    let mut compare = |name: &str, path: &Path| -> Result<(), Box<dyn Error>> {
        let differences = differences(&verdicts(before, path)?, &verdicts(after, path)?);
        if differences.is_empty() {
            same += 1;
            return Ok(());
        }
        other += 1;
        eprintln!("{name}: {} differences", differences.len());
        differences.iter().take(SHOWN).for_each(|line| eprintln!("    {line}"));
        Ok(())
    };
    for input in inputs {
        compare(&input.display().to_string(), input)?;
    }
    for (name, text) in rule_fixtures()? {
        for case in &Cases::parse(&text)?.all {
            let folder = tempfile::tempdir()?;
            // Both see the same path, whatever its random name is.
            let archive = folder.path().join("case");
            case.lay_out(&archive)?;
            compare(&format!("{name}: {}", case.heading), &archive)?;
        }
    }
    eprintln!("{same} inputs with the same verdicts, {other} with others");
    if other == 0 { Ok(()) } else { Err("the two programs differ".into()) }
}

/// The fixtures of all rules, by path.
fn rule_fixtures() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut found = Vec::new();
    for rule in mustknow_rules::catalog::all() {
        let path = workspace().join(format!("fixtures/rules/{}.md", rule.meta.id));
        found.push((rule.meta.id.to_owned(), fs::read_to_string(path)?));
    }
    Ok(found)
}

/// The verdicts of a program over one input, a line each; how it failed where it gave no report.
fn verdicts(program: &Path, input: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let output = Command::new(program)
        .args(["scan", "--no-config", "-v", "-o", "json"])
        .arg(input)
        .current_dir(workspace())
        .output()?;
    let Ok(scan) = serde_json::from_slice::<Value>(&output.stdout) else {
        return Ok([format!("no report, exit code {:?}", output.status.code())].into());
    };
    let reports = list(&scan, "reports");
    let mut lines: BTreeSet<String> = reports.iter().enumerate().flat_map(of_report).collect();
    lines.insert(format!("{} reports, {} failed", reports.len(), list(&scan, "failed").len()));
    lines.insert(format!("exit code {:?}", output.status.code()));
    Ok(lines)
}

fn of_report((number, report): (usize, &Value)) -> Vec<String> {
    let findings = list(report, "findings");
    let name = |finding: &Value| format!("{} {}", finding["rule"], finding["subject"]);
    let by_id = |id: &Value| {
        findings.iter().find(|finding| finding["id"] == *id).map(name).unwrap_or_default()
    };
    let mut lines = Vec::new();
    for finding in findings {
        let Value::Object(fields) = finding else { continue };
        let field = |key: &str| fields.get(key).unwrap_or(&Value::Null).to_string();
        let places = list(finding, "evidence")
            .iter()
            .map(|piece| format!("{}:{}-{}", piece["file"], piece["line"], piece["type"]));
        lines.push(format!(
            "{number} finding {} {} {} {} since {} members {} at {}",
            name(finding),
            field("severity"),
            field("certainty"),
            field("role"),
            field("since"),
            list(finding, "members").len(),
            places.collect::<Vec<_>>().join(" ")
        ));
        for effect in list(finding, "explains") {
            lines.push(format!(
                "{number} {} explains {}",
                name(finding),
                by_id(&effect["finding"])
            ));
        }
        let before = list(&finding["remedy"], "before_you_act");
        for check in before {
            lines.push(format!("{number} {} precondition {}", name(finding), check["state"]));
        }
    }
    for (list_of, detail) in [("unknown", "gap"), ("healthy", "examined"), ("not_applicable", "")] {
        for rule in list(report, list_of) {
            lines.push(format!("{number} {list_of} {} {}", rule["rule"], rule[detail]));
        }
    }
    lines
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn differences(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let gone = before.difference(after).map(|line| format!("- {line}"));
    let new = after.difference(before).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(summary: &str, severity: &str) -> Vec<String> {
        let finding = json!({
            "id": 1, "rule": "a/b", "subject": {"kind": "Pod", "name": "x"},
            "severity": severity, "summary": summary,
            "evidence": [{"type": "seen", "file": "f", "line": 3}],
        });
        of_report((0, &json!({ "findings": [finding] })))
    }

    #[test]
    fn texts_may_differ_and_verdicts_may_not() {
        let lines = |summary, severity| report(summary, severity).into_iter().collect();
        assert!(differences(&lines("one", "error"), &lines("two", "error")).is_empty());
        assert_eq!(differences(&lines("one", "error"), &lines("one", "info")).len(), 2);
    }
}
