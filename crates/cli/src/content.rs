//! What an input is known by: what is in it, and who judged it.
//!
//! Files are known by their bytes. A folder is known by the names, sizes and times of what lies in it: to read
//! all of it would take as long as to scan it, and a time that changed without the bytes only has it read again.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use crate::choice::Choice;
use crate::limits::Bounds;

/// How many bytes are read at a time.
const BUFFER: usize = 1 << 18;
/// How many entries a folder may have that is to be known again.
const ENTRIES: usize = 2_000_000;

/// What is in the input that these paths name; a file at `except` within a folder does not count.
///
/// # Errors
///
/// If it cannot be read, or is nothing that can be known again.
pub(crate) fn of(paths: &[PathBuf], except: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    match paths {
        [folder] if folder.is_dir() => {
            stat(folder, except, &mut hash)?;
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

/// Who judges: this program, by these rules and within these limits, and what of it is shown. Whatever
/// else comes to decide on what a report says belongs here.
pub(crate) fn judged_by(choice: &Choice, bounds: &Bounds) -> String {
    let mut hash = Sha256::new();
    part(env!("CARGO_PKG_VERSION").as_bytes(), &mut hash);
    for rule in choice.rules {
        part(rule.meta.id.as_bytes(), &mut hash);
        part(&rule.digest.to_le_bytes(), &mut hash);
    }
    part(format!("{bounds:?}").as_bytes(), &mut hash);
    part(format!("{:?}", choice.selection).as_bytes(), &mut hash);
    hex(hash)
}

/// Adds words that cannot run into the next ones.
fn part(bytes: &[u8], hash: &mut Sha256) {
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

fn read(path: &Path, hash: &mut Sha256) -> io::Result<()> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("no file"));
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

fn stat(folder: &Path, except: &Path, hash: &mut Sha256) -> io::Result<()> {
    let except = fs::canonicalize(except)?;
    let is_excepted = |entry: &DirEntry| {
        Some(entry.file_name()) == except.file_name()
            && fs::canonicalize(entry.path()).is_ok_and(|path| path == except)
    };
    for (at, entry) in WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter().enumerate()
    {
        let entry = entry?;
        if at >= ENTRIES {
            return Err(io::Error::other("too many entries"));
        }
        if is_excepted(&entry) {
            continue;
        }
        let inner = entry.path().strip_prefix(folder).unwrap_or(entry.path());
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
    use crate::args::Args;

    #[test]
    fn a_file_is_known_by_its_bytes_whatever_it_is_called() {
        let dir = tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| dir.path().join(name));
        for (path, bytes) in [(&a, "x"), (&b, "x"), (&c, "y")] {
            fs::write(path, bytes).unwrap();
        }
        let known = |paths: &[&PathBuf]| {
            let paths: Vec<_> = paths.iter().map(|path| (*path).clone()).collect();
            of(&paths, &c).unwrap()
        };
        assert_eq!(known(&[&a]), known(&[&b]));
        assert!(known(&[&a]).starts_with("sha256:2d711642b726b04401627ca9fbac32f5"));
        assert_ne!(known(&[&a]), known(&[&c]));
        assert_ne!(known(&[&a, &c]), known(&[&b, &c]));
        assert!(of(&[dir.path().join("none")], &c).is_err());
    }

    #[test]
    fn a_folder_is_known_by_sizes_and_times() {
        let dir = tempdir().unwrap();
        let inner = dir.path().join("d/a");
        let except = dir.path().join("state.jsonl");
        fs::create_dir(dir.path().join("d")).unwrap();
        fs::write(&inner, "x").unwrap();
        fs::write(&except, "").unwrap();
        let known = || of(&[dir.path().to_owned()], &except).unwrap();
        let first = known();
        fs::write(&except, "more").unwrap();
        assert_eq!(known(), first);
        let later = SystemTime::now() + Duration::from_secs(9);
        File::options().write(true).open(&inner).unwrap().set_modified(later).unwrap();
        assert_ne!(known(), first);
        assert!(first.starts_with("stat:"));
    }

    #[test]
    fn other_rules_other_limits_and_another_choice_judge_otherwise() {
        let bounds = |flags: &[&str]| {
            let args = Args::try_parse_from([&["mustknow", "x"], flags].concat());
            args.ok().unwrap().scan.bounds
        };
        let choice = |rules, least| {
            let selection = Selection { least, ..Selection::default() };
            Choice { rules, selection }
        };
        let all = choice(catalog::all(), None);
        let usual = judged_by(&all, &bounds(&[]));
        assert_eq!(judged_by(&all, &bounds(&[])), usual);
        let fewer = choice(catalog::all().get(1..).unwrap(), None);
        assert_ne!(judged_by(&fewer, &bounds(&[])), usual);
        let severe = choice(catalog::all(), Some(Severity::Error));
        assert_ne!(judged_by(&severe, &bounds(&[])), usual);
        assert_ne!(judged_by(&all, &bounds(&["--timeout", "9s"])), usual);
    }
}
