//! Which inputs the paths of a call name.

use std::io;
use std::path::{Path, PathBuf};

use mustknow_archive::{Limits, input_size};
use mustknow_cluster::layout::is_text_file;
use mustknow_cluster::{Archive, Interest, inputs_of};
use mustknow_report::Failed;
use mustknow_report::SafeText;

use crate::progress::Progress;

/// The path that stands for standard input, and what it is called.
const STDIN: (&str, &str) = ("-", "stdin");
/// How many files are named that are passed over.
const EXAMPLES: usize = 3;

/// The inputs of a call.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Each with the files that it is made of, in the order of the paths.
    pub(crate) each: Vec<Vec<PathBuf>>,
    /// What in folders cannot be looked at.
    pub(crate) failed: Vec<Failed>,
    /// What is to be said of files in folders that are part of no input.
    pub(crate) passed_over: Option<String>,
}

impl Inputs {
    /// The inputs that the paths name, without the file at `except`.
    ///
    /// Files of text are what somebody took out of one cluster command by command, so they are one input;
    /// a folder of archives is as many as it holds; anything else is one for itself.
    pub(crate) fn of(paths: &[PathBuf], except: Option<&Path>) -> Self {
        let mut inputs = Self::default();
        let mut texts: Option<(usize, Vec<PathBuf>)> = None;
        let mut passed_over = Vec::new();
        for path in paths {
            if path.is_dir() {
                let found = inputs_of(path, except);
                inputs.each.extend(found.inputs);
                passed_over.extend(found.passed_over);
                inputs.failed.extend(found.failed.into_iter().map(|(path, why)| {
                    let path = path.display().to_string();
                    Failed::new(&path, &format!("{path}: {why}"))
                }));
            } else if is_text_file(path) {
                match &mut texts {
                    Some((_, texts)) => texts.push(path.clone()),
                    None => texts = Some((inputs.each.len(), vec![path.clone()])),
                }
            } else {
                inputs.each.push(vec![path.clone()]);
            }
        }
        if let Some((at, texts)) = texts {
            inputs.each.insert(at, texts);
        }
        inputs.passed_over = passing_over(&passed_over);
        inputs
    }
}

/// What is said of files in folders that are part of no input.
fn passing_over(paths: &[PathBuf]) -> Option<String> {
    // A name with a line break in it must not pass for words of ours.
    let name = |path: &PathBuf| SafeText::own_line(&path.display().to_string()).to_string();
    let shown: Vec<_> = paths.iter().take(EXAMPLES).map(name).collect();
    let files = match paths.len() {
        0 => return None,
        1 => "1 file that is neither an archive nor an object".to_owned(),
        n => format!("{n} files that are neither archives nor objects"),
    };
    let more = paths.len().saturating_sub(EXAMPLES);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("passes over {files} of a cluster: {}{more}", shown.join(", ")))
}

/// Reads an input, of which `progress` shows how far it is.
pub(crate) fn open(
    paths: &[PathBuf],
    interest: &Interest,
    limits: Limits,
    progress: &Progress<'_>,
) -> Result<Archive, Failed> {
    let tell = |bytes| progress.at(bytes);
    let archive = match paths {
        [path] if is_stdin(path) => {
            mustknow_cluster::open_stream(STDIN.1, io::stdin(), interest, limits, &tell)
        }
        [path] => mustknow_cluster::open(path, interest, limits, &tell),
        paths => mustknow_cluster::open_together(paths, interest, limits, &tell),
    };
    archive.map_err(|error| Failed::new(&shown(paths), &error.to_string()))
}

/// How many bytes an input has, where that is cheaply known.
pub(crate) fn size(paths: &[PathBuf]) -> Option<u64> {
    paths.iter().map(|path| input_size(path)).sum()
}

/// What the report calls an input.
pub(crate) fn shown(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        if is_stdin(path) { STDIN.1.to_owned() } else { path.display().to_string() }
    };
    let names: Vec<_> = paths.iter().map(name).collect();
    match names.as_slice() {
        [first, _, ..] => format!("{first} and {} more", names.len() - 1),
        names => names.concat(),
    }
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_text_are_one_input_and_archives_are_many() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let archive = file("a.tgz", b"\x1f\x8b\x08");
        let (version, nodes) = (file("cv.yaml", b"kind: X\n"), file("nodes.yaml", b"kind: Y\n"));
        let absent = dir.path().join("absent");
        let given = [version.clone(), archive.clone(), absent.clone(), nodes.clone()];
        let texts = vec![version, nodes];
        assert_eq!(shown(&texts), format!("{} and 1 more", texts[0].display()));
        assert_eq!(Inputs::of(&given, None).each, [texts, vec![archive], vec![absent]]);
    }

    #[test]
    fn what_is_passed_over_is_counted_and_some_of_it_named() {
        let paths = ["a.png", "b.pdf", "c", "d"].map(PathBuf::from);
        assert_eq!(passing_over(&[]), None);
        let one = "passes over 1 file that is neither an archive nor an object of a cluster: a.png";
        assert_eq!(passing_over(&paths[..1]).unwrap(), one);
        let forged = passing_over(&["a\nmustknow: all is well".into()]).unwrap();
        assert_eq!(forged.lines().count(), 1, "{forged}");
        let four = passing_over(&paths).unwrap();
        assert!(four.ends_with(": a.png, b.pdf, c and 1 more"), "{four}");
    }
}
