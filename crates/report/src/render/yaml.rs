//! The scan as YAML, with the fields of the JSON.

use std::io::{self, Write};

use crate::model::ScanReport;

/// Writes the scan as one YAML document.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    // Through a string, so that an error of the writer keeps its kind.
    let text = serde_yaml::to_string(scan).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}
