//! Reads lines of earlier calls: which input is done, and its rows.
//!
//! Little is read back, and nothing in it is trusted.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::line::ResumeMark;
use crate::model::LINE_SCHEMA;
use crate::redact::{self, SafeText};
use crate::triage::{self, RowSource, TriageRow};

/// The beginning of every line.
pub fn beginning() -> String {
    format!("{{\"schema\":\"{LINE_SCHEMA}\",")
}

/// The mark of a line; None where it is not the line of a report, has none, or holds unsafe characters.
pub fn mark(line: &str) -> Option<ResumeMark> {
    #[derive(Deserialize)]
    struct MarkedLine {
        schema: String,
        resume: ResumeMark,
        #[serde(rename = "report")]
        _report: IgnoredAny,
    }
    let marked: MarkedLine = serde_json::from_str(line).ok()?;
    let is_ours = marked.schema == LINE_SCHEMA && redact::is_harmless(line);
    is_ours.then_some(marked.resume)
}

/// The rows of an input whose path is now `path`, from all of its lines; None where one of them is not
/// the line of a report.
pub fn rows(lines: &[String], path: &str) -> Option<Vec<TriageRow>> {
    #[derive(Deserialize)]
    struct WithReport {
        report: RowSource,
    }
    let read = |line: &String| {
        let mut source = serde_json::from_str::<WithReport>(line).ok()?.report;
        path.clone_into(&mut source.archive.path);
        Some(source)
    };
    let sources: Option<Vec<RowSource>> = lines.iter().map(read).collect();
    Some(triage::from_sources(&sources?))
}

/// The line with the current path of its input.
pub fn moved<'l>(line: &'l str, path: &str) -> Cow<'l, str> {
    #[derive(Deserialize)]
    struct WithPath {
        path: String,
    }
    let path = SafeText::own_line(path);
    if serde_json::from_str::<WithPath>(line).is_ok_and(|line| line.path == path.as_str()) {
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

    const LINE: &str = r#"{"schema":"mustknow/line/v1","path":"a.tgz","resume":{"content":"sha256:0","judged_by":"1","line":1,"lines":1},"report":{"archive":{"path":"a.tgz","roots":["m"],"truncated":false},"cluster":{"distribution":"OKD","id":"x\u001b[2J","version":"4.16","update":null},"findings":[{"rule":"a/b","severity":"error","role":"cause","summary":"x is down","explained_by":[]}],"unknown":[],"healthy":[],"damage":[],"suppressed":[],"left_out":{"rules":0,"findings":0}}}"#;

    #[test]
    fn a_line_is_recognised_by_its_mark_and_its_text_is_escaped() {
        let mark = mark(LINE).unwrap();
        assert_eq!((&*mark.content, mark.line, mark.lines), ("sha256:0", 1, 1));
        let rows = rows(&[LINE.to_owned()], "b.tgz").unwrap();
        assert_eq!(&*rows[0].path, "b.tgz");
        assert_eq!(rows[0].cluster.as_deref(), Some("x\\u{1b}[2J"));
        assert_eq!((&*rows[0].update, rows[0].causes.len()), ("completed", 1));
    }

    #[test]
    fn a_foreign_line_has_no_mark() {
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
    fn a_line_gets_the_current_path_of_its_input() {
        assert_eq!(moved(LINE, "a.tgz"), LINE);
        let value: Value = serde_json::from_str(&moved(LINE, "d/b.tgz")).unwrap();
        assert_eq!(
            (&value["path"], &value["report"]["archive"]["path"]),
            (&"d/b.tgz".into(), &"d/b.tgz".into())
        );
        assert_eq!(value["resume"]["content"], "sha256:0");
    }
}
