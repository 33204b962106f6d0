//! A fixture: every case of one rule.

use super::bases::Bases;
use super::blocks::{self, FixtureBlock, FixtureItem};
use super::case::{ArchiveFiles, Case};
use super::edit;

/// Every case of one rule.
///
/// An `edit PATH` block is a unified diff without line numbers: a line begins with a space (it
/// stays), `-` (it goes) or `+` (it comes), and a line `@@` alone begins another hunk. The lines of a
/// hunk that stay and go must stand in the file exactly once.
#[derive(Default)]
pub struct Cases {
    /// The cases in their order.
    pub all: Vec<Case>,
    /// The text but for the contents of the reports, each piece with the case whose report follows.
    prose: Vec<(String, Option<usize>)>,
}

impl Cases {
    /// Reads a fixture, with the base clusters of this repository; an error names the line, the case
    /// and the path where something does not fit.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_with(text, &Bases::of_workspace())
    }

    fn parse_with(text: &str, bases: &Bases) -> Result<Self, String> {
        let mut shared = ArchiveFiles::new();
        let mut cases = Self::default();
        let mut prose = String::new();
        for item in blocks::items(text)? {
            match item {
                FixtureItem::Line(line) => {
                    prose.extend([line, "\n"]);
                    if let Some(heading) = line.strip_prefix("## ") {
                        let (heading, files) = (heading.to_owned(), shared.clone());
                        cases.all.push(Case { heading, files, report: String::new() });
                    }
                }
                FixtureItem::Block(block) if block.language() == "report" => {
                    prose.extend(["```", block.info, "\n"]);
                    cases.report(block, &mut prose)?;
                }
                FixtureItem::Block(block) => {
                    let files = cases.all.last_mut().map_or(&mut shared, |case| &mut case.files);
                    let change = change(&block, files, bases);
                    change.map_err(|why| cases.blame(block.line, &why))?;
                    prose.extend(["```", block.info, "\n", &block.body, "```\n"]);
                }
            }
        }
        cases.prose.push((prose, None));
        Ok(cases)
    }

    fn report(&mut self, block: FixtureBlock, prose: &mut String) -> Result<(), String> {
        let at = self.all.len().checked_sub(1);
        let Some(case) = self.all.last_mut() else {
            return Err(self.blame(block.line, "a report block stands before any case"));
        };
        case.report = block.body;
        self.prose.push((std::mem::take(prose), at));
        prose.push_str("```\n");
        Ok(())
    }

    /// The error with its place.
    fn blame(&self, line: usize, why: &str) -> String {
        match self.all.last() {
            Some(case) => format!("line {line}, case \"{}\": {why}", case.heading),
            None => format!("line {line}, before the first case: {why}"),
        }
    }

    /// The text of the fixture with the reports as they are now.
    pub fn written(&self) -> String {
        let report = |at: Option<usize>| Some(self.all.get(at?)?.report.as_str());
        let piece = |(prose, at): &(String, Option<usize>)| {
            format!("{prose}{}", report(*at).unwrap_or_default())
        };
        self.prose.iter().map(piece).collect()
    }
}

/// Lets a block act on the files that are there so far.
fn change(block: &FixtureBlock, files: &mut ArchiveFiles, bases: &Bases) -> Result<(), String> {
    let (info, path) = (block.info, block.argument());
    let needs_body = !matches!(block.language(), "include" | "absent");
    if path.trim().is_empty() {
        return Err(format!("```{info} names nothing: a path or a base follows the first word"));
    }
    if !needs_body && !block.body.is_empty() {
        return Err(format!("```{info}: the block should be empty"));
    }
    match block.language() {
        "include" => {
            for name in path.split_whitespace() {
                files.extend(bases.files(name)?);
            }
        }
        "edit" => {
            let file = files.get_mut(path).ok_or_else(|| format!("edit {path}: no such file"))?;
            *file = edit::apply(file, &block.body).map_err(|why| format!("edit {path}: {why}"))?;
        }
        "absent" => drop(files.remove(path)),
        _ => drop(files.insert(path.to_owned(), block.body.clone())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const BASE: &str = "# Two nodes\n\n```text a\n1\n2\n```\n\n```text b\n1\n```\n";

    fn parse(text: &str) -> Result<Cases, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("two-nodes.md"), BASE).unwrap();
        fs::write(folder.path().join("settled.md"), "```text c\n3\n```\n").unwrap();
        Cases::parse_with(text, &Bases::at(folder.path().to_owned()))
    }

    fn files_of(case: &Case) -> Vec<(&str, &str)> {
        case.files.iter().map(|(path, body)| (&**path, &**body)).collect()
    }

    #[test]
    fn a_case_has_the_files_of_the_bases_the_common_blocks_and_its_own() {
        let text = "# A\n\n```include two-nodes settled\n```\n```edit a\n-1\n+one\n```\n\n## Fires: x\n\
                    ```edit a\n 2\n+3\n```\n```absent b\n```\n## Quiet: y\n```text b\nown\n```\n";
        let cases = parse(text).unwrap();
        let [fires, quiet] = cases.all.as_slice() else { panic!("two cases") };
        assert_eq!(files_of(fires), [("a", "one\n2\n3\n"), ("c", "3\n")]);
        assert_eq!(files_of(quiet), [("a", "one\n2\n"), ("b", "own\n"), ("c", "3\n")]);
    }

    #[test]
    fn an_edit_follows_the_blocks_above_it_in_the_case() {
        let text =
            "## Fires: x\n```include two-nodes\n```\n```text b\nx\ny\n```\n```edit b\n-x\n```\n";
        let cases = parse(text).unwrap();
        assert_eq!(files_of(&cases.all[0]), [("a", "1\n2\n"), ("b", "y\n")]);
    }

    #[test]
    fn only_the_reports_are_rewritten() {
        let text = "# A\n\nProse  \n\n```include two-nodes\n```\n\n## Fires: x\n\n```edit a\n-1\n\n@@\n+0\n```\n";
        assert!(parse(text).is_err(), "an empty line is a line of the file");
        let text = "# A\n\nProse  \n\n```include two-nodes\n```\n\n## Fires: x\n\n```edit a\n-1\n+0\n```\n\n\
                    ```report\nold\n```\n\n## Quiet: y\n\n```report\n```\nend\n";
        let mut cases = parse(text).unwrap();
        assert_eq!(cases.written(), text);
        cases.all[0].report = "new\nlines\n".to_owned();
        assert_eq!(cases.written(), text.replace("old\n", "new\nlines\n"));
    }

    #[test]
    fn an_error_names_the_line_the_case_and_the_path() {
        let why = |text| parse(text).err().expect("an error");
        assert_eq!(
            why("# A\n\n## Fires: x\n\n```edit a/b.yaml\n-x\n```\n"),
            "line 5, case \"Fires: x\": edit a/b.yaml: no such file"
        );
        assert_eq!(
            why("```include two-nodes\n```\n## Quiet: y\n```edit a\n-7\n```\n"),
            "line 4, case \"Quiet: y\": edit a: hunk 1 does not match: the file has no line `7`"
        );
        assert_eq!(
            why("```include three-nodes\n```\n"),
            "line 1, before the first case: there is no base cluster three-nodes; there are: settled, two-nodes"
        );
    }

    #[test]
    fn a_file_that_was_taken_away_cannot_be_edited() {
        let text = "## Fires: x\n```include two-nodes\n```\n```absent a\n```\n```edit a\n-1\n```\n";
        assert!(parse(text).err().unwrap().ends_with("edit a: no such file"));
    }

    #[test]
    fn refuses_blocks_that_say_too_little_or_too_much() {
        for (text, part) in [
            ("```yaml\nx\n```\n", "```yaml names nothing"),
            ("```include \n```\n", "names nothing"),
            ("```absent\n```\n", "names nothing"),
            ("```include settled\ntwo-nodes\n```\n", "the block should be empty"),
            ("```absent a\nx\n```\n", "the block should be empty"),
            ("```report\nx\n```\n", "a report block stands before any case"),
            ("## Fires: x\n```yaml a\n", "is not closed"),
        ] {
            let why = parse(text).err().expect(text);
            assert!(why.contains(part), "{why}");
        }
    }
}
