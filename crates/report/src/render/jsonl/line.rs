//! Writes the line of a report.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::model::{Failed, LINE_SCHEMA, Report, Tool};
use crate::redact::SafeText;

/// One line.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ReportLine<'a> {
    /// Name and version of this form.
    #[cfg_attr(feature = "schema", schemars(extend("const" = LINE_SCHEMA)))]
    schema: &'static str,
    /// The program.
    tool: &'a Tool,
    /// The input, as it was given.
    path: &'a SafeText,
    /// How a later call recognises the input; only with `--resume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<&'a ResumeMark>,
    #[serde(flatten)]
    result: LineResult<'a>,
}

/// The result of an input: one report for each cluster in it, a line each, or an error.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum LineResult<'a> {
    /// What is known of one cluster in it.
    Report(&'a Report),
    /// Why it could not be read at all.
    Error(&'a SafeText),
}

/// How a later call recognises an input that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResumeMark {
    /// The content of the input: `sha256:` of its bytes, or `stat:` of the names, sizes and times in a folder.
    pub content: String,
    /// A hash over the version of the program, the rules and the limits.
    pub judged_by: String,
    /// The number of this line among the lines of the input, from 1.
    pub line: usize,
    /// How many lines the input has.
    pub lines: usize,
}

/// Writes the line of a report.
pub fn report(
    tool: &Tool,
    report: &Report,
    mark: Option<&ResumeMark>,
    out: &mut dyn Write,
) -> io::Result<()> {
    line(tool, &report.archive.path, mark, LineResult::Report(report), out)
}

/// Writes the line of an input that could not be read at all.
pub fn failed(tool: &Tool, failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    line(tool, &failed.path, None, LineResult::Error(&failed.error), out)
}

fn line(
    tool: &Tool,
    path: &SafeText,
    resume: Option<&ResumeMark>,
    result: LineResult<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = ReportLine { schema: LINE_SCHEMA, tool, path, resume, result };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
