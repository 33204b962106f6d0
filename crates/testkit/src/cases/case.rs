//! One case: the files of an archive and what a rule reports about them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The files of an archive, by path.
pub(super) type ArchiveFiles = BTreeMap<String, String>;

/// One case of a rule.
#[derive(Default)]
pub struct Case {
    /// The heading; its first word is the expected verdict.
    pub heading: String,
    /// The files of the archive, by path.
    pub files: BTreeMap<String, String>,
    /// What the rule reports.
    pub report: String,
}

impl Case {
    /// The expected verdict: `Fires`, `Quiet`, `Unknown`, `NotApplicable`.
    pub fn expected(&self) -> &str {
        self.heading.split([':', ' ']).next().unwrap_or_default()
    }

    /// Writes the files of its archive below a folder.
    pub fn lay_out(&self, folder: &Path) -> io::Result<()> {
        for (path, body) in &self.files {
            let path = folder.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, body)?;
        }
        Ok(())
    }
}
