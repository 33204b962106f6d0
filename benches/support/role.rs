//! The roles in which this binary starts itself, and how it does so.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What this process does, as given in its arguments.
pub(crate) enum Role {
    /// Inflate a file and drop the bytes: no reader of it can be faster.
    Inflate(PathBuf),
    /// Parse all YAML below a folder.
    Read(PathBuf),
    /// Read and judge a folder, in this process.
    Judge(PathBuf),
    /// Run a program and report what it took.
    Measure(Vec<OsString>),
}

/// What the readers of YAML reached, in MB/s.
pub(crate) struct Reading {
    pub(crate) ours: f64,
    pub(crate) oracle: f64,
    /// Files that our reader left to the other.
    pub(crate) fallbacks: f64,
}

/// What a dump took in which very much is broken: seconds, and the peak memory in MiB.
pub(crate) struct Judging {
    pub(crate) read: f64,
    pub(crate) judge: f64,
    pub(crate) report: f64,
    pub(crate) peak: Option<f64>,
}

impl Role {
    /// The role that some arguments name; cargo's own arguments name none.
    pub(crate) fn of(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let name = arguments.next()?;
        let mut rest = arguments.collect::<Vec<_>>();
        match (name.to_str()?, rest.pop()) {
            ("inflate", Some(path)) => Some(Self::Inflate(path.into())),
            ("read", Some(path)) => Some(Self::Read(path.into())),
            ("judge", Some(path)) => Some(Self::Judge(path.into())),
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
            Self::Judge(path) => vec!["judge".into(), path.into()],
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

/// Starts this binary in a role and returns the line it prints.
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

/// Has another process read and judge a folder.
pub(crate) fn judge_apart(tree: &Path) -> io::Result<Judging> {
    let line = ask(Role::Judge(tree.to_owned()))?;
    let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    match *numbers {
        [0.0, ..] => Err(io::Error::other("nothing found where everything is broken")),
        [_, read, judge, report] => Ok(Judging { read, judge, report, peak: None }),
        [_, read, judge, report, peak] => Ok(Judging { read, judge, report, peak: Some(peak) }),
        _ => Err(io::Error::other(format!("not judged: {line}"))),
    }
}
