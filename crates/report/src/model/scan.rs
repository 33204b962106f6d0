//! The result of one call of the program.

use serde::Serialize;

use super::report::Report;
use crate::redact::SafeText;

/// Name and version of the serialised form.
pub const SCHEMA: &str = "mustknow/scan/v1";
/// Name and version of one line of the serialised form that is made of lines.
pub const LINE_SCHEMA: &str = "mustknow/line/v1";

/// The result of one call of the program.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScanReport {
    /// Name and version of this form.
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: &'static str,
    /// The program.
    pub tool: Tool,
    /// One report for each cluster, in the order of the inputs.
    pub reports: Vec<Report>,
    /// Inputs that could not be read at all.
    pub failed: Vec<Failed>,
}

/// The program that made a report.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// How many rules were evaluated.
    pub rules: usize,
}

/// An input that could not be read at all.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failed {
    /// The input, as it was given.
    pub path: SafeText,
    /// Why.
    pub error: SafeText,
}

impl Failed {
    /// The input at `path` as the user typed it, which could not be read because of `error`. The path is
    /// not redacted; the rest of the error is, because it may quote the archive.
    pub fn new(path: &str, error: &str) -> Self {
        Self { path: SafeText::own_line(path), error: SafeText::about(path, error) }
    }
}
