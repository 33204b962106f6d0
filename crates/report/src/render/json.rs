//! The scan as JSON, as documented in `docs/json.md`.

use std::io::{self, Write};

use crate::model::ScanReport;

/// Writes the scan as one indented JSON value.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, scan)?;
    out.write_all(b"\n")
}
