//! The shared base clusters that fixtures include: `fixtures/clusters/NAME.md`.
//!
//! A base holds whole files and prose, nothing else, so that a reader follows one step at most.

use std::fs;
use std::path::PathBuf;

use super::blocks::{self, FixtureItem};
use super::case::ArchiveFiles;
use crate::workspace;

/// The folder of the base clusters.
pub(super) struct Bases {
    folder: PathBuf,
}

impl Bases {
    /// The bases of this repository.
    pub(super) fn of_workspace() -> Self {
        Self::at(workspace().join("fixtures/clusters"))
    }

    /// The bases in a folder.
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The files of a base cluster; an error lists the bases that exist, or names what does not
    /// belong in one.
    pub(super) fn files(&self, name: &str) -> Result<ArchiveFiles, String> {
        let names = self.names();
        if !names.iter().any(|known| known == name) {
            let known = names.join(", ");
            return Err(format!("there is no base cluster {name}; there are: {known}"));
        }
        let path = self.folder.join(format!("{name}.md"));
        let text = fs::read_to_string(path).map_err(|error| format!("base {name}: {error}"))?;
        whole_files(&text).map_err(|why| format!("base {name}: {why}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<_> =
            names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
        names.sort();
        names
    }
}

fn whole_files(text: &str) -> Result<ArchiveFiles, String> {
    let mut files = ArchiveFiles::new();
    for item in blocks::items(text)? {
        let block = match item {
            FixtureItem::Line(line) if line.starts_with("## ") => {
                return Err(format!("`{line}`: a base has no cases"));
            }
            FixtureItem::Line(_) => continue,
            FixtureItem::Block(block) => block,
        };
        let (line, info) = (block.line, block.info);
        let is_keyword = matches!(block.language(), "include" | "edit" | "absent" | "report");
        if is_keyword || block.argument().is_empty() {
            return Err(format!("line {line}: ```{info}: a base holds whole files only"));
        }
        if files.insert(block.argument().to_owned(), block.body).is_some() {
            return Err(format!("line {line}: ```{info}: the path is there already"));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_base_is_answered_with_those_that_exist() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("two-nodes.md"), "").unwrap();
        fs::write(folder.path().join("one-node.md"), "").unwrap();
        let bases = Bases::at(folder.path().to_owned());
        for name in ["three-nodes", "../one-node", "", "one-node.md"] {
            let why = bases.files(name).unwrap_err();
            assert_eq!(
                why,
                format!("there is no base cluster {name}; there are: one-node, two-nodes")
            );
        }
        assert!(bases.files("one-node").unwrap().is_empty());
    }

    #[test]
    fn a_base_holds_whole_files_only() {
        let of = |text: &str| whole_files(text).unwrap_err();
        assert!(of("# A\n\n```edit a\n```\n").starts_with("line 3: ```edit a: a base holds"));
        assert!(of("```include other\n```\n").contains("whole files only"));
        assert!(of("```yaml\n```\n").contains("whole files only"));
        assert!(of("## Fires: a\n").contains("a base has no cases"));
        assert!(of("```yaml a\n```\n```yaml a\n```\n").contains("there already"));
    }

    #[test]
    fn every_base_of_this_repository_can_be_read() {
        let bases = Bases::of_workspace();
        assert!(!bases.names().is_empty());
        for name in bases.names() {
            assert!(!bases.files(&name).unwrap().is_empty(), "{name} has files");
        }
    }
}
