//! By what a later run recognises an input and the way it was judged.
//!
//! A file is recognised by its bytes, a directory by the names, sizes and modification times in it:
//! reading all of it would take as long as scanning it. If only a time has changed, it is scanned
//! again, which does no harm.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use crate::args::LimitArgs;
use crate::selection::ScanSelection;

/// The bytes that are read at a time.
const BUFFER: usize = 1 << 18;
/// The most entries of a directory that can be recognised.
const MAX_ENTRIES: usize = 2_000_000;

/// The fingerprint of the input that these paths name, without the file at `except` in a directory.
///
/// # Errors
///
/// If the input cannot be read, or is not a file or directory.
pub(super) fn of_input(paths: &[PathBuf], except: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    match paths {
        [directory] if directory.is_dir() => {
            stat(directory, except, &mut hash)?;
            return Ok(format!("stat:{}", hex(hash)));
        }
        [file] => read(file, &mut hash)?,
        files => {
            for file in files {
                let name = file.file_name().unwrap_or_default();
                part(name.as_encoded_bytes(), &mut hash);
                hash.update(fs::metadata(file)?.len().to_le_bytes());
                read(file, &mut hash)?;
            }
        }
    }
    Ok(format!("sha256:{}", hex(hash)))
}

/// The fingerprint of everything that decides what a report says: the version of the program, the
/// rules, the limits, and which findings are shown.
pub(super) fn of_judgement(selection: &ScanSelection, limits: &LimitArgs) -> String {
    let mut hash = Sha256::new();
    part(env!("CARGO_PKG_VERSION").as_bytes(), &mut hash);
    for rule in &selection.rules {
        part(rule.meta.id.as_bytes(), &mut hash);
        part(&rule.digest.to_le_bytes(), &mut hash);
    }
    part(format!("{limits:?}").as_bytes(), &mut hash);
    part(format!("{:?}", selection.findings).as_bytes(), &mut hash);
    hex(hash)
}

/// Adds bytes with their length, so that they cannot run into the next ones.
fn part(bytes: &[u8], hash: &mut Sha256) {
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

fn read(path: &Path, hash: &mut Sha256) -> io::Result<()> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => hash.update(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn stat(directory: &Path, except: &Path, hash: &mut Sha256) -> io::Result<()> {
    let except = fs::canonicalize(except)?;
    let is_excepted = |entry: &DirEntry| {
        Some(entry.file_name()) == except.file_name()
            && fs::canonicalize(entry.path()).is_ok_and(|path| path == except)
    };
    for (at, entry) in
        WalkDir::new(directory).min_depth(1).sort_by_file_name().into_iter().enumerate()
    {
        let entry = entry?;
        if at >= MAX_ENTRIES {
            return Err(io::Error::other("too many entries"));
        }
        if is_excepted(&entry) {
            continue;
        }
        let inner = entry.path().strip_prefix(directory).unwrap_or(entry.path());
        part(inner.as_os_str().as_encoded_bytes(), hash);
        let metadata = entry.metadata()?;
        hash.update([u8::from(metadata.is_file()), u8::from(metadata.is_dir())]);
        if metadata.is_file() {
            hash.update(metadata.len().to_le_bytes());
            let time = metadata.modified()?.duration_since(UNIX_EPOCH);
            let time =
                time.unwrap_or_else(|before| Duration::MAX.saturating_sub(before.duration()));
            hash.update(time.as_secs().to_le_bytes());
            hash.update(time.subsec_nanos().to_le_bytes());
        }
    }
    Ok(())
}

fn hex(hash: Sha256) -> String {
    let mut text = String::new();
    for byte in hash.finalize() {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use clap::Parser;
    use mustknow_report::Selection;
    use mustknow_rules::{Severity, catalog};
    use tempfile::tempdir;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn a_file_is_recognised_by_its_bytes_under_any_name() {
        let dir = tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| dir.path().join(name));
        for (path, bytes) in [(&a, "x"), (&b, "x"), (&c, "y")] {
            fs::write(path, bytes).unwrap();
        }
        let fingerprint = |paths: &[&PathBuf]| {
            let paths: Vec<_> = paths.iter().map(|path| (*path).clone()).collect();
            of_input(&paths, &c).unwrap()
        };
        assert_eq!(fingerprint(&[&a]), fingerprint(&[&b]));
        assert!(fingerprint(&[&a]).starts_with("sha256:2d711642b726b04401627ca9fbac32f5"));
        assert_ne!(fingerprint(&[&a]), fingerprint(&[&c]));
        assert_ne!(fingerprint(&[&a, &c]), fingerprint(&[&b, &c]));
        assert!(of_input(&[dir.path().join("none")], &c).is_err());
    }

    #[test]
    fn a_directory_is_recognised_by_sizes_and_times() {
        let dir = tempdir().unwrap();
        let inner = dir.path().join("d/a");
        let except = dir.path().join("state.jsonl");
        fs::create_dir(dir.path().join("d")).unwrap();
        fs::write(&inner, "x").unwrap();
        fs::write(&except, "").unwrap();
        let fingerprint = || of_input(&[dir.path().to_owned()], &except).unwrap();
        let first = fingerprint();
        fs::write(&except, "more").unwrap();
        assert_eq!(fingerprint(), first);
        let later = SystemTime::now() + Duration::from_secs(9);
        File::options().write(true).open(&inner).unwrap().set_modified(later).unwrap();
        assert_ne!(fingerprint(), first);
        assert!(first.starts_with("stat:"));
    }

    #[test]
    fn other_rules_limits_and_severities_give_another_fingerprint() {
        let limits = |flags: &[&str]| {
            let cli = Cli::try_parse_from([&["mustknow", "x"], flags].concat());
            cli.ok().unwrap().scan.limits
        };
        let selection = |skipped: usize, least| ScanSelection {
            rules: catalog::all().iter().skip(skipped).collect(),
            findings: Selection { least, ..Selection::default() },
        };
        let all = selection(0, None);
        let usual = of_judgement(&all, &limits(&[]));
        assert_eq!(of_judgement(&all, &limits(&[])), usual);
        assert_ne!(of_judgement(&selection(1, None), &limits(&[])), usual);
        assert_ne!(of_judgement(&selection(0, Some(Severity::Error)), &limits(&[])), usual);
        assert_ne!(of_judgement(&all, &limits(&["--timeout", "9s"])), usual);
    }
}
