//! Which inputs the paths of a command line name, and how one is opened.

use std::io;
use std::path::{Path, PathBuf};

use mustknow_archive::{Limits, input_size};
use mustknow_cluster::layout::is_text_file;
use mustknow_cluster::{Archive, Interest, inputs_of};
use mustknow_report::{Failed, SafeText};

use crate::messages;
use crate::progress::InputProgress;

/// The path that stands for standard input, and how reports name it.
const STDIN: (&str, &str) = ("-", "stdin");
/// How many of the skipped files are named.
const EXAMPLES: usize = 3;

/// The inputs of a command line.
#[derive(Debug, Default)]
pub(crate) struct CommandInputs {
    /// Each with the files it consists of, in the order of the paths.
    pub(crate) each: Vec<Vec<PathBuf>>,
    /// What in directories cannot be read.
    pub(crate) failed: Vec<Failed>,
    /// A message about files in directories that belong to no input.
    pub(crate) skipped: Option<String>,
}

impl CommandInputs {
    /// Finds the inputs that `paths` name, without the file at `except`.
    ///
    /// Text files are the objects of one cluster, so all of them together are one input. A
    /// directory of archives is as many inputs as it holds. Anything else is an input by itself.
    ///
    /// # Errors
    ///
    /// If standard input is named more than once.
    pub(crate) fn find(paths: &[PathBuf], except: Option<&Path>) -> Result<Self, String> {
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            return Err("standard input (-) is named more than once".to_owned());
        }
        let mut inputs = Self::default();
        let mut texts: Option<(usize, Vec<PathBuf>)> = None;
        let mut skipped = Vec::new();
        for path in paths {
            if path.is_dir() {
                let found = inputs_of(path, except);
                inputs.each.extend(found.inputs);
                skipped.extend(found.passed_over);
                inputs.failed.extend(found.failed.into_iter().map(|(path, why)| {
                    let path = path.display().to_string();
                    failure(&path, &format!("{path}: {why}"))
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
        inputs.skipped = message_about_skipped(&skipped);
        Ok(inputs)
    }
}

fn message_about_skipped(paths: &[PathBuf]) -> Option<String> {
    let shown: Vec<_> = paths.iter().take(EXAMPLES).map(|path| messages::path(path)).collect();
    let files = match paths.len() {
        0 => return None,
        1 => "1 file that is neither an archive nor a Kubernetes object".to_owned(),
        n => format!("{n} files that are neither archives nor Kubernetes objects"),
    };
    let more = paths.len().saturating_sub(EXAMPLES);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("skipped {files}: {}{more}", shown.join(", ")))
}

/// The failure to read the input at `path`; the error may begin with this path.
pub(crate) fn failure(path: &str, error: &str) -> Failed {
    let why = error.strip_prefix(path).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(error);
    // The path is shown as the user typed it; the rest may quote the archive.
    Failed::new(path, &format!("{path}: {}", SafeText::name(why)))
}

/// Reads an input, and reports to `progress` how many bytes have been read.
pub(crate) fn open(
    paths: &[PathBuf],
    interest: &Interest,
    limits: Limits,
    progress: &InputProgress<'_>,
) -> Result<Archive, Failed> {
    let advance = |bytes| progress.advance_to(bytes);
    let archive = match paths {
        [path] if is_stdin(path) => {
            mustknow_cluster::open_stream(STDIN.1, io::stdin(), interest, limits, &advance)
        }
        [path] => mustknow_cluster::open(path, interest, limits, &advance),
        paths => mustknow_cluster::open_together(paths, interest, limits, &advance),
    };
    archive.map_err(|error| {
        let shown = shown(paths);
        let mut error = error.to_string();
        // Of several files, the error names the first.
        if let [first, _, ..] = paths
            && let Some(rest) = error.strip_prefix(&first.display().to_string())
        {
            error = format!("{shown}{rest}");
        }
        failure(&shown, &error)
    })
}

/// How many bytes an input has; None if only reading it would tell.
pub(crate) fn size(paths: &[PathBuf]) -> Option<u64> {
    paths.iter().map(|path| input_size(path)).sum()
}

/// How reports name an input.
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

/// Whether the path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_files_are_one_input_and_each_archive_is_one() {
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
        let inputs = CommandInputs::find(&given, None).unwrap();
        assert_eq!(inputs.each, [texts, vec![archive], vec![absent]]);
        let twice = ["-", "-"].map(PathBuf::from);
        assert!(CommandInputs::find(&twice, None).unwrap_err().contains("more than once"));
    }

    #[test]
    fn skipped_files_are_counted_and_some_are_named() {
        let paths = ["a.png", "b.pdf", "c", "d"].map(PathBuf::from);
        assert_eq!(message_about_skipped(&[]), None);
        let one = "skipped 1 file that is neither an archive nor a Kubernetes object: a.png";
        assert_eq!(message_about_skipped(&paths[..1]).unwrap(), one);
        let forged = message_about_skipped(&["a\nmustknow: all is well".into()]).unwrap();
        assert_eq!(forged.lines().count(), 1, "{forged}");
        let four = message_about_skipped(&paths).unwrap();
        assert!(four.ends_with(": a.png, b.pdf, c and 1 more"), "{four}");
    }

    #[test]
    fn an_error_shows_the_path_as_typed_once_and_redacts_the_rest() {
        let path = "password=x\n.tgz";
        for error in [format!("{path}: token: 0123456789abcdef0123"), "no threads".to_owned()] {
            let error = failure(path, &error).error;
            assert_eq!(error.matches("password=x\\u{a}.tgz").count(), 1, "{error}");
            assert!(!error.contains("0123456789"), "{error}");
        }
    }
}
