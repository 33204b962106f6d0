//! Reports as lines of JSON, each complete in itself: written when its archive is done, in whatever
//! order that is.
//!
//! A line may carry a [`Mark`], by which a later call knows that its input is done. What is read back is
//! little, and nothing in it is trusted.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::{Failed, LINE_SCHEMA, Report, Tool};
use crate::safe::{self, SafeText};
use crate::triage::{self, Facts, Row};

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Line<'a> {
    /// Name and version of this form.
    #[schemars(extend("const" = LINE_SCHEMA))]
    schema: &'static str,
    /// The program.
    tool: &'a Tool,
    /// The input, as it was given.
    path: &'a SafeText,
    /// What a later call knows the input by; only with `--resume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<&'a Mark>,
    #[serde(flatten)]
    result: Outcome<'a>,
}

/// What came of an input: one report for each cluster in it, a line each, or an error.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Outcome<'a> {
    /// What is known of one cluster in it.
    Report(&'a Report),
    /// Why it could not be read at all.
    Error(&'a SafeText),
}

/// What a later call knows an input by that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// What is in the input: `sha256:` of its bytes, or `stat:` of the names, sizes and times in a folder.
    pub content: String,
    /// Who judged it: a hash over the version of the program, the rules and the limits.
    pub judged_by: String,
    /// Which of the input's lines this is, from 1.
    pub line: usize,
    /// How many lines the input has.
    pub lines: usize,
}

/// Writes the line of a report.
pub fn report(
    tool: &Tool,
    report: &Report,
    mark: Option<&Mark>,
    out: &mut dyn Write,
) -> io::Result<()> {
    line(tool, &report.archive.path, mark, Outcome::Report(report), out)
}

/// Writes the line of an input that could not be read at all.
pub fn failed(tool: &Tool, failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    line(tool, &failed.path, None, Outcome::Error(&failed.error), out)
}

fn line(
    tool: &Tool,
    path: &SafeText,
    resume: Option<&Mark>,
    result: Outcome<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { schema: LINE_SCHEMA, tool, path, resume, result })?;
    out.write_all(b"\n")
}

/// How every line begins, as it is written here.
pub fn beginning() -> String {
    format!("{{\"schema\":\"{LINE_SCHEMA}\",")
}

/// The mark of a line; none where it is no line of a report, has none, or holds what no line may show.
pub fn mark(line: &str) -> Option<Mark> {
    #[derive(Deserialize)]
    struct Marked {
        schema: String,
        resume: Mark,
        #[serde(rename = "report")]
        _report: IgnoredAny,
    }
    let marked: Marked = serde_json::from_str(line).ok()?;
    let is_ours = marked.schema == LINE_SCHEMA && safe::is_harmless(line);
    is_ours.then_some(marked.resume)
}

/// The rows of an input that is called `path` now, from all of its lines; none where one of them is no
/// line of a report.
pub fn rows(lines: &[String], path: &str) -> Option<Vec<Row>> {
    #[derive(Deserialize)]
    struct Reported {
        report: Facts,
    }
    let read = |line: &String| {
        let mut facts = serde_json::from_str::<Reported>(line).ok()?.report;
        path.clone_into(&mut facts.archive.path);
        Some(facts)
    };
    let facts: Option<Vec<Facts>> = lines.iter().map(read).collect();
    Some(triage::of_facts(&facts?))
}

/// The line with the path by which its input is called now.
pub fn moved<'l>(line: &'l str, path: &str) -> Cow<'l, str> {
    #[derive(Deserialize)]
    struct Named {
        path: String,
    }
    let path = SafeText::name(path);
    if serde_json::from_str::<Named>(line).is_ok_and(|named| named.path == path.as_str()) {
        return line.into();
    }
    let Ok(mut value) = serde_json::from_str::<Value>(line) else { return line.into() };
    for pointer in ["/path", "/report/archive/path"] {
        if let Some(known) = value.pointer_mut(pointer) {
            *known = Value::from(path.as_str());
        }
    }
    value.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"schema":"mustknow/line/v1","path":"a.tgz","resume":{"content":"sha256:0","judged_by":"1","line":1,"lines":1},"report":{"archive":{"path":"a.tgz","roots":["m"],"truncated":false},"cluster":{"distribution":"OKD","id":"x\u001b[2J","version":"4.16","update":null},"findings":[{"rule":"a/b","severity":"error","role":"cause","explained_by":[]}],"unknown":[],"healthy":[],"damage":[],"suppressed":[],"left_out":{"rules":0,"findings":0}}}"#;

    #[test]
    fn a_line_is_known_by_its_mark_and_its_words_cannot_act() {
        let mark = mark(LINE).unwrap();
        assert_eq!((&*mark.content, mark.line, mark.lines), ("sha256:0", 1, 1));
        let rows = rows(&[LINE.to_owned()], "b.tgz").unwrap();
        assert_eq!(&*rows[0].path, "b.tgz");
        assert_eq!(rows[0].cluster.as_deref(), Some("x\\u{1b}[2J"));
        assert_eq!((&*rows[0].update, rows[0].causes.len()), ("settled", 1));
    }

    #[test]
    fn what_is_no_line_of_ours_has_no_mark() {
        let none = [
            String::new(),
            "{}".to_owned(),
            "apiVersion: v1".to_owned(),
            LINE.replace("line/v1", "line/v2"),
            LINE.replace("\"resume\"", "\"other\""),
            LINE.replace("\"report\":", "\"error\":"),
            LINE.replace("4.16", "4.16\u{9b}2J"),
            LINE.get(..LINE.len() - 1).unwrap().to_owned(),
        ];
        for line in none {
            assert_eq!(mark(&line), None, "{line}");
        }
        assert!(rows(&[LINE.replace("findings", "x")], "a").is_none());
    }

    #[test]
    fn a_line_goes_by_the_name_its_input_has_now() {
        assert_eq!(moved(LINE, "a.tgz"), LINE);
        let value: Value = serde_json::from_str(&moved(LINE, "d/b.tgz")).unwrap();
        assert_eq!(
            (&value["path"], &value["report"]["archive"]["path"]),
            (&"d/b.tgz".into(), &"d/b.tgz".into())
        );
        assert_eq!(value["resume"]["content"], "sha256:0");
    }
}
