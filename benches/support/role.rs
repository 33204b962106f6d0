//! What this binary does when it starts itself: the floor, the reader, and measuring another program.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use mustknow_yaml::{ParseBuffers, Skip, Tree};

use super::child;
use super::machine::whole;

/// Bytes read and bytes inflated at once.
const READ: usize = 128 << 10;
const INFLATE: usize = 256 << 10;
/// About how many bytes the slow reader is given.
const PART: u64 = 12_000_000;

/// One thing to do, as it stands in the arguments.
pub(crate) enum Role {
    /// Inflate a file and throw the bytes away: what no reader of it can undercut.
    Inflate(PathBuf),
    /// Parse all YAML below a folder.
    Read(PathBuf),
    /// Run a program and say what it took.
    Measure(Vec<OsString>),
}

/// What the readers of YAML reached, in MB/s.
pub(crate) struct Reading {
    pub(crate) ours: f64,
    pub(crate) oracle: f64,
    /// Files that our reader left to the other.
    pub(crate) fallbacks: f64,
}

impl Role {
    /// The role that some arguments name; those that cargo gives name none.
    pub(crate) fn of(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let name = arguments.next()?;
        let mut rest = arguments.collect::<Vec<_>>();
        match (name.to_str()?, rest.pop()) {
            ("inflate", Some(path)) => Some(Self::Inflate(path.into())),
            ("read", Some(path)) => Some(Self::Read(path.into())),
            ("measure", Some(last)) => {
                rest.push(last);
                Some(Self::Measure(rest))
            }
            _ => None,
        }
    }

    fn arguments(self) -> Vec<OsString> {
        match self {
            Self::Inflate(path) => vec!["inflate".into(), path.into()],
            Self::Read(path) => vec!["read".into(), path.into()],
            Self::Measure(command) => [vec!["measure".into()], command].concat(),
        }
    }
}

/// The command that starts this binary in a role.
pub(crate) fn again(role: Role) -> io::Result<Vec<OsString>> {
    let mut command = vec![env::current_exe()?.into_os_string()];
    command.extend(role.arguments());
    Ok(command)
}

/// Starts this binary in a role and returns the line it says.
pub(crate) fn ask(role: Role) -> io::Result<String> {
    let output = Command::new(env::current_exe()?)
        .args(role.arguments())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("a child ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Has another process read all YAML below a folder.
pub(crate) fn read_apart(tree: &Path) -> io::Result<Reading> {
    let line = ask(Role::Read(tree.to_owned()))?;
    let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    match *numbers {
        [ours, oracle, fallbacks] => Ok(Reading { ours, oracle, fallbacks }),
        _ => Err(io::Error::other(format!("not read: {line}"))),
    }
}

/// Does what the role says.
pub(crate) fn play(role: Role) -> io::Result<()> {
    match role {
        Role::Inflate(path) => inflate(&path),
        Role::Read(path) => writeln!(io::stdout(), "{}", read(&path)?),
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
    // As a scan reads: in the memory of the tree before.
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

/// All YAML below a folder, in the order of the paths.
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
