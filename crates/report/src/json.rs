//! The scan as JSON, as `docs/json.md` describes it.

use std::io::{self, Write};

use crate::report::Scan;

/// Writes the scan as one indented JSON value.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, scan)?;
    out.write_all(b"\n")
}
