//! The fixtures of the rules: cases in Markdown.
//!
//! Code blocks whose first line is a path hold files of an archive; those before the first heading
//! of level two belong to every case, those below a heading to its case only, where an `absent` block
//! takes a shared file away. The last block of a case, `report`, is the outcome.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

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

/// Every case of one rule.
#[derive(Default)]
pub struct Cases {
    /// The cases in their order.
    pub all: Vec<Case>,
    /// The text but for the contents of the reports, each piece with the case whose report follows.
    prose: Vec<(String, Option<usize>)>,
}

impl Cases {
    /// Reads a fixture; an error says which block is out of place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut shared = BTreeMap::new();
        let mut cases = Self::default();
        let mut prose = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            prose.push_str(line);
            prose.push('\n');
            if let Some(heading) = line.strip_prefix("## ") {
                let (heading, files) = (heading.to_owned(), shared.clone());
                cases.all.push(Case { heading, files, report: String::new() });
            }
            let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else {
                continue;
            };
            let body = lines.by_ref().take_while(|line| *line != "```");
            let body: String = body.flat_map(|line| [line, "\n"]).collect();
            let (language, path) = info.split_once(' ').unwrap_or((info, ""));
            let at = cases.all.len().checked_sub(1);
            match (language, cases.all.last_mut()) {
                ("report", Some(case)) => {
                    case.report = body;
                    cases.prose.push((std::mem::take(&mut prose), at));
                    prose.push_str("```\n");
                    continue;
                }
                ("report", None) => return Err("a report block stands before any case".to_owned()),
                ("absent", case) => drop(case.map_or(&mut shared, |c| &mut c.files).remove(path)),
                (_, _) if path.is_empty() => return Err(format!("no path in ```{info}")),
                (_, case) => {
                    let files = case.map_or(&mut shared, |case| &mut case.files);
                    files.insert(path.to_owned(), body.clone());
                }
            }
            prose.push_str(&body);
            prose.push_str("```\n");
        }
        cases.prose.push((prose, None));
        Ok(cases)
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
