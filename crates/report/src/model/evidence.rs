//! What a finding is based on.

use serde::Serialize;

use super::subject::ReportSubject;
use crate::redact::SafeText;

/// One piece of evidence.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ReportEvidence {
    /// Text in the archive.
    Seen {
        /// The object it is about.
        subject: ReportSubject,
        /// The file.
        file: SafeText,
        /// The line it begins at, from 1.
        line: u64,
        /// The quoted lines; empty where they must not be shown.
        excerpt: Excerpt,
        /// What they show.
        note: SafeText,
    },
    /// An object that is provably absent.
    Missing {
        /// The absent object.
        subject: ReportSubject,
        /// The place that was searched.
        file: SafeText,
        /// Why that place counts as complete.
        note: SafeText,
    },
}

/// Some lines of a file, safe to show, with the quoted part marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first_line: u64,
    /// The lines.
    pub text: SafeText,
    /// Where the quoted part begins in `text`, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether lines or parts of them were left out.
    pub shortened: bool,
}
