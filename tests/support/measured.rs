//! Runs the program and reports its peak memory.
//!
//! A process can ask only for the largest of all its children, and a child starts with the peak of
//! its parent. So this binary starts itself again for the one test below, as a small process with the
//! program for its only child.

use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use super::run::{Run, assert_quiet};

/// The test below, as the test runner names it.
const STEP: &str = "support::measured::runs_the_program_as_an_only_child";
/// The directory of one measurement: it holds the arguments of the program, its output and its peak memory.
const DIRECTORY: &str = "MUSTKNOW_MEASURED";

/// Runs the program; the peak is in bytes, and `None` where the system does not report it.
pub(crate) fn measured(args: &[&str]) -> (Run, Option<u64>) {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("args"), args.join("\n")).unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", STEP])
        .env(DIRECTORY, dir.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{args:?} could not be measured");
    let read = |name| String::from_utf8(fs::read(dir.path().join(name)).unwrap()).unwrap();
    let run = Run {
        code: read("code").parse().expect("it ends by itself"),
        stdout: read("stdout"),
        stderr: read("stderr"),
    };
    assert_quiet(&run.stderr);
    (run, read("peak").parse().ok())
}

/// Runs the program if this process was started for that, and otherwise passes.
#[test]
fn runs_the_program_as_an_only_child() {
    let Some(dir) = env::var_os(DIRECTORY) else { return };
    let dir = Path::new(&dir);
    let args = fs::read_to_string(dir.join("args")).unwrap();
    let status = super::run::command()
        .args(args.lines())
        .stdout(File::create(dir.join("stdout")).unwrap())
        .stderr(File::create(dir.join("stderr")).unwrap())
        .status()
        .unwrap();
    let text = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let code = status.code().map(|code| u64::try_from(code).unwrap());
    fs::write(dir.join("code"), text(code)).unwrap();
    fs::write(dir.join("peak"), text(peak())).unwrap();
}

/// The largest resident set of the only child.
#[cfg(unix)]
fn peak() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let peak = u64::try_from(usage.max_rss()).ok()?;
    // Only Apple's systems count bytes, others KiB.
    Some(if cfg!(target_vendor = "apple") { peak } else { peak << 10 })
}

#[cfg(not(unix))]
fn peak() -> Option<u64> {
    None
}
