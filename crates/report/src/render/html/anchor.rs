//! The anchors of the page.

/// The anchor of a finding of the `n`th report.
pub(super) fn anchor(n: usize, finding: usize) -> String {
    format!("r{n}-f{finding}")
}
