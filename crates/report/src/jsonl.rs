//! Reports as lines of JSON, each complete in itself: written when its archive is done, in whatever
//! order that is.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{Failed, LINE_SCHEMA, Report, Tool};
use crate::safe::Words;

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Line<'a> {
    /// Name and version of this form.
    #[schemars(extend("const" = LINE_SCHEMA))]
    schema: &'static str,
    /// The program.
    tool: &'a Tool,
    /// The input, as it was given.
    path: &'a Words,
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
    Error(&'a Words),
}

/// Writes the line of a report.
pub fn report(tool: &Tool, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    line(tool, &report.archive.path, Outcome::Report(report), out)
}

/// Writes the line of an input that could not be read at all.
pub fn failed(tool: &Tool, failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    line(tool, &failed.path, Outcome::Error(&failed.error), out)
}

fn line(tool: &Tool, path: &Words, result: Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { schema: LINE_SCHEMA, tool, path, result })?;
    out.write_all(b"\n")
}
