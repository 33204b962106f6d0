//! The input of a report.

use serde::Serialize;

use crate::redact::SafeText;

/// The input of a report.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ArchiveInfo {
    /// The input, as it was given.
    pub path: SafeText,
    /// What made it: `must-gather`, `kubectl cluster-info dump`, ...; several where several were
    /// merged.
    pub format: SafeText,
    /// The folders in it that hold the cluster.
    pub roots: Vec<SafeText>,
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes were read, uncompressed.
    pub bytes: u64,
    /// Whether it is truncated, or was not read to its end.
    pub truncated: bool,
    /// The flags of the limits that ended the reading: `--max-entries`, `--timeout`, ...
    pub limits: Vec<&'static str>,
    /// Whether sensitive data was removed from it before it was handed on.
    pub redacted: bool,
    /// Whether values in it were replaced by a placeholder.
    pub masked: bool,
}

/// A file, or a part of the input, that could not be read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DamagedFile {
    /// The file.
    pub path: SafeText,
    /// Why.
    pub why: SafeText,
}
