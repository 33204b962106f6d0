//! Plays a role: inflates a file, reads YAML, judges a dump, or measures another program.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use mustknow_archive::Limits;
use mustknow_report::{ReportOptions, ScannedInput};
use mustknow_rules::{catalog, engine::run};
use mustknow_yaml::{ParseBuffers, Skip, Tree};

use super::child;
use super::machine::whole;
use super::role::Role;

/// Bytes read and bytes inflated at once.
const READ: usize = 128 << 10;
const INFLATE: usize = 256 << 10;
/// About how many bytes the slow reader is given.
const PART: u64 = 12_000_000;

/// Plays it.
pub(crate) fn play(role: Role) -> io::Result<()> {
    match role {
        Role::Inflate(path) => inflate(&path),
        Role::Read(path) => writeln!(io::stdout(), "{}", read(&path)?),
        Role::Judge(path) => writeln!(io::stdout(), "{}", judge(&path)?),
        Role::Measure(command) => writeln!(io::stdout(), "{}", child::run_here(&command)?),
    }
}

fn inflate(path: &Path) -> io::Result<()> {
    let mut from = MultiGzDecoder::new(BufReader::with_capacity(READ, File::open(path)?));
    let mut to = vec![0; INFLATE];
    while from.read(&mut to)? > 0 {}
    Ok(())
}

/// Parses everything from memory, by one thread; the slow reader gets one file of many.
fn read(tree: &Path) -> io::Result<String> {
    let mut texts = texts(tree)?;
    let bytes: u64 = texts.iter().map(|text| text.len() as u64).sum();
    let step = usize::try_from(bytes / PART + 1).unwrap_or(usize::MAX);
    let (mut part, mut oracle) = (0, Duration::ZERO);
    for text in texts.iter().step_by(step) {
        part += text.len() as u64;
        let start = Instant::now();
        let value: Result<serde_yaml::Value, _> = serde_yaml::from_str(text);
        oracle += start.elapsed();
        value.map_err(io::Error::other)?;
    }
    let (mut ours, mut fallbacks) = (Duration::ZERO, 0);
    // As a scan does: each tree reuses the memory of the one before.
    let (mut spare, everything) = (ParseBuffers::default(), Skip::nothing());
    for text in texts.drain(..) {
        let start = Instant::now();
        let tree =
            Tree::parse_reusing(&mut spare, text.into(), &everything).map_err(io::Error::other)?;
        ours += start.elapsed();
        fallbacks += i32::from(tree.used_fallback());
        spare.put(tree);
    }
    let speed = |bytes: u64, time: Duration| whole(bytes / 1000) / 1000.0 / time.as_secs_f64();
    Ok(format!("{} {} {fallbacks}", speed(bytes, ours), speed(part, oracle)))
}

/// Reads a dump, judges it and builds its report: how many findings it has, the seconds of each step,
/// and the peak memory in MiB.
fn judge(tree: &Path) -> io::Result<String> {
    let start = Instant::now();
    let interest = run::interest(catalog::all());
    let archive = mustknow_cluster::open(tree, &interest, Limits::default(), &|_| {});
    let archive = archive.map_err(io::Error::other)?;
    let read = start.elapsed();
    let (mut judge, mut report, mut findings) = (Duration::ZERO, Duration::ZERO, 0);
    for snapshot in &archive.snapshots {
        let start = Instant::now();
        let judgement = run::judge(snapshot, catalog::all());
        judge += start.elapsed();
        let start = Instant::now();
        let (entries, bytes, truncated) = (archive.entries, archive.bytes, archive.truncated);
        let input = ScannedInput { path: "dump", entries, bytes, truncated };
        let built = mustknow_report::build(input, snapshot, &judgement, ReportOptions::default());
        report += start.elapsed();
        findings += built.findings.len();
    }
    let seconds = [read, judge, report].map(|time| time.as_secs_f64().to_string());
    Ok(format!("{findings} {}{}", seconds.join(" "), child::own_peak()?))
}

/// All YAML below a directory, in the order of the paths.
fn texts(tree: &Path) -> io::Result<Vec<Box<str>>> {
    let mut paths = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|suffix| suffix == "yaml") {
                paths.push(entry.path());
            }
        }
    }
    paths.sort();
    paths.into_iter().map(|path| fs::read_to_string(path).map(Into::into)).collect()
}
