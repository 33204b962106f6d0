//! One run of a program: wall clock, CPU and peak memory.
//!
//! The program is the only child of a small process that does nothing else (this binary again, as
//! [`Role::Measure`](super::role::Role)), because a process can ask only for the sum over its
//! children, and because a child starts with the peak memory of its parent.

use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::machine::whole;
use super::role;

/// A KiB and a MiB in what systems count memory in: only Apple's count bytes, others KiB.
#[cfg(unix)]
const KIBIBYTE: i64 = if cfg!(target_vendor = "apple") { 1 << 10 } else { 1 };
#[cfg(unix)]
const MEBIBYTE: i64 = KIBIBYTE << 10;

/// What a run took.
pub(crate) struct Run {
    pub(crate) wall: Duration,
    /// User and system time, and the largest resident set in KiB, where the system reports them.
    usage: Option<(Duration, u64)>,
    pub(crate) code: i32,
}

impl Run {
    /// Seconds of CPU.
    pub(crate) fn cpu(&self) -> Option<f64> {
        self.usage.map(|(cpu, _)| cpu.as_secs_f64())
    }

    /// Peak memory in MiB.
    pub(crate) fn peak(&self) -> Option<f64> {
        self.usage.map(|(_, peak)| whole(peak) / 1024.0)
    }
}

/// Runs a program and measures it.
pub(crate) fn measure(command: &[OsString]) -> io::Result<Run> {
    let line = role::ask(role::Role::Measure(command.to_vec()))?;
    let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let (wall, usage, code) = match *numbers {
        [code, wall] => (wall, None, code),
        [code, wall, cpu, peak] => (wall, Some((Duration::from_micros(cpu), peak)), code),
        _ => return Err(io::Error::other(format!("not measured: {line}"))),
    };
    let code = i32::try_from(code).unwrap_or(i32::MAX);
    Ok(Run { wall: Duration::from_micros(wall), usage, code })
}

/// Runs the program here and returns what it took: exit code, microseconds of wall clock and of CPU, KiB.
pub(crate) fn run_here(command: &[OsString]) -> io::Result<String> {
    let (program, arguments) =
        command.split_first().ok_or_else(|| io::Error::other("nothing to measure"))?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
    let wall = start.elapsed().as_micros();
    let code = status.code().unwrap_or(i32::MAX);
    Ok(format!("{code} {wall}{}", usage()?))
}

/// The peak memory of this process in MiB, after a blank.
#[cfg(unix)]
pub(crate) fn own_peak() -> io::Result<String> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = getrusage(UsageWho::RUSAGE_SELF)?.max_rss();
    Ok(format!(" {}", peak / MEBIBYTE))
}

#[cfg(not(unix))]
pub(crate) fn own_peak() -> io::Result<String> {
    Ok(String::new())
}

/// CPU in microseconds and peak memory in KiB of the one child that ended, each after a blank.
#[cfg(unix)]
fn usage() -> io::Result<String> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike as _,
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(format!(" {cpu} {}", usage.max_rss() / KIBIBYTE))
}

#[cfg(not(unix))]
fn usage() -> io::Result<String> {
    Ok(String::new())
}
