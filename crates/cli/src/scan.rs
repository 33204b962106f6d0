//! `mustknow scan`: opens the inputs, judges every cluster in them, writes the result.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use bytesize::ByteSize;
use mustknow_gather::layout::is_text_file;
use mustknow_gather::source::input_size;
use mustknow_gather::{Limits, Snapshot};
use mustknow_report::report::{SCHEMA, Tool};
use mustknow_report::{
    Failed, Input, Report, brief, html, json, junit, markdown, sarif, table, text, yaml,
};
use mustknow_rules::engine;
use rayon::ThreadPoolBuilder;

use crate::args::{Format, Scan};
use crate::choice::Choice;
use crate::progress::{self, Progress};
use crate::settings::Settings;
use crate::{CLEAN, FAILED, FOUND, output, stream, timeline};

/// The path that stands for standard input, and what it is called.
pub(crate) const STDIN: (&str, &str) = ("-", "stdin");

/// What came of one input: a report for each cluster in it.
pub(crate) type Scanned = Result<Vec<Report>, Failed>;
/// What is done with it, given its place in the order of the inputs.
pub(crate) type Take<'a> = dyn Fn(usize, Scanned) -> io::Result<()> + Sync + 'a;

pub(crate) fn run(args: Scan) -> io::Result<u8> {
    let (args, choice) = match Settings::read(&args).and_then(|it| Choice::new(args, &it)) {
        Ok(read) => read,
        Err(words) => {
            output::warn(&words);
            return Ok(FAILED);
        }
    };
    let (args, choice) = (&args, &choice);
    if args.paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        output::warn("standard input can be read only once: name - once");
        return Ok(FAILED);
    }
    if args.quiet {
        progress::hide();
        return scan_all(args, choice, &|_, scanned| {
            scanned.err().into_iter().for_each(|failed| output::warn(&failed.error));
            Ok(())
        });
    }
    match args.output() {
        Format::Text => together(args, choice, |scan, out| write_text(args, scan, out)),
        Format::Summary => together(args, choice, brief::write),
        Format::Json => together(args, choice, json::write),
        Format::Jsonl => stream::run(args, choice),
        Format::Yaml => together(args, choice, yaml::write),
        Format::Markdown => together(args, choice, markdown::write),
        Format::Html => together(args, choice, html::write),
        Format::Sarif => together(args, choice, sarif::write),
        Format::Junit => together(args, choice, junit::write),
    }
}

/// Writes everything once every input is scanned.
fn together(
    args: &Scan,
    choice: &Choice,
    write: impl FnOnce(&mustknow_report::Scan, &mut dyn Write) -> io::Result<()>,
) -> io::Result<u8> {
    let scanned = Mutex::new(BTreeMap::new());
    let code = scan_all(args, choice, &|at, result| {
        lock(&scanned).insert(at, result);
        Ok(())
    })?;
    progress::clear();
    let mut result = mustknow_report::Scan {
        schema: SCHEMA,
        tool: tool(choice),
        reports: Vec::new(),
        failed: Vec::new(),
    };
    for scanned in lock(&scanned).split_off(&0).into_values() {
        match scanned {
            Ok(reports) => result.reports.extend(reports),
            Err(failed) => {
                output::warn(&failed.error);
                result.failed.push(failed);
            }
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    write(&result, &mut out)?;
    out.flush()?;
    Ok(code)
}

/// The program, as the reports name it.
pub(crate) fn tool(choice: &Choice) -> Tool {
    Tool {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        rules: choice.rules.len(),
    }
}

/// The exit code that one input asks for; the highest of all wins.
fn code(args: &Scan, scanned: &Scanned) -> u8 {
    let Ok(reports) = scanned else { return FAILED };
    let mut findings = reports.iter().flat_map(|report| &report.findings);
    if findings.any(|finding| args.preferences.fail_on().is_met_by(finding.severity)) {
        FOUND
    } else {
        CLEAN
    }
}

/// The least memory that one archive is read with, in bytes.
const LEAST_MEMORY: usize = 128 << 20;
/// The memory that one thread brings along by default, in bytes.
pub(crate) const MEMORY_OF_A_THREAD: usize = 512 << 20;

/// How many archives are read at once, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    threads: usize,
    at_once: usize,
    memory_each: usize,
}

impl Plan {
    fn new(threads: usize, memory: usize, inputs: usize) -> Self {
        let at_once = threads.min(memory / LEAST_MEMORY).min(inputs).max(1);
        Self { threads, at_once, memory_each: memory / at_once }
    }

    /// How many threads an archive gets when so many have not begun, itself included. What is over
    /// when every archive has a thread goes into each of them: reading runs ahead of judging then.
    fn threads_each(self, waiting: usize) -> usize {
        (self.threads / self.at_once.min(waiting.max(1))).max(1)
    }
}

/// Scans every input, several at once and the largest first. What came of one goes to `take` at once,
/// with its place in the order of the inputs; when that fails, no further input is begun. Answers
/// with the exit code.
pub(crate) fn scan_all(args: &Scan, choice: &Choice, take: &Take<'_>) -> io::Result<u8> {
    let threads = match args.preferences.jobs {
        Some(jobs) => usize::from(jobs),
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let memory = args.bounds.memory.map_or(threads * MEMORY_OF_A_THREAD, bytes);
    let inputs = inputs(&args.paths);
    let plan = Plan::new(threads, memory, inputs.len());
    let mut queue: Vec<_> = inputs.iter().enumerate().collect();
    queue.sort_by_key(|(_, paths)| size(paths));
    let queue = Mutex::new(queue);
    let so_far = Mutex::new(Ok(CLEAN));
    let work = || {
        loop {
            let mut waiting = lock(&queue);
            let limits = args.bounds.limits(plan.threads_each(waiting.len()), plan.memory_each);
            let Some((at, paths)) = waiting.pop() else { return };
            let is_last = waiting.is_empty();
            drop(waiting);
            let result = scan_one(args, paths, choice, limits, is_last);
            let code = code(args, &result);
            let taken = take(at, result);
            let mut so_far = lock(&so_far);
            match (taken, so_far.as_mut()) {
                (Ok(()), Ok(worst)) => *worst = code.max(*worst),
                (Err(error), Ok(_)) => {
                    *so_far = Err(error);
                    lock(&queue).clear();
                }
                (_, Err(_)) => {}
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..plan.at_once {
            scope.spawn(work);
        }
        work();
    });
    so_far.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that panicked has left what it shared as it was.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn bytes(size: ByteSize) -> usize {
    usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
}

/// The inputs that the paths name. Files of text are what somebody took out of one cluster command by
/// command, so they are one input; anything else is one for itself.
pub(crate) fn inputs(paths: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    let (texts, others): (Vec<_>, Vec<_>) =
        paths.iter().cloned().enumerate().partition(|(_, path)| is_text_file(path));
    let first = texts.first().map(|(at, _)| *at);
    let texts = first.map(|at| (at, texts.into_iter().map(|(_, path)| path).collect()));
    let mut inputs: Vec<(usize, Vec<PathBuf>)> =
        others.into_iter().map(|(at, path)| (at, vec![path])).chain(texts).collect();
    inputs.sort();
    inputs.into_iter().map(|(_, paths)| paths).collect()
}

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

/// Scans one archive. The memory of the last ones is freed with the process, which is quicker.
fn scan_one(
    args: &Scan,
    paths: &[PathBuf],
    choice: &Choice,
    limits: Limits,
    is_last: bool,
) -> Scanned {
    let rules = choice.rules;
    let shown = shown(paths);
    let progress = Progress::new(Path::new(&shown), size(paths));
    let failed = |error: &dyn std::fmt::Display| Failed::new(&shown, &error.to_string());
    let wanted = engine::wanted(rules);
    let tell = |bytes| progress.at(bytes);
    let archive = match paths {
        [path] if is_stdin(path) => {
            mustknow_gather::open_stream(STDIN.1, io::stdin(), &wanted, limits, &tell)
        }
        [path] => mustknow_gather::open(path, &wanted, limits, &tell),
        paths => mustknow_gather::open_together(paths, &wanted, limits, &tell),
    };
    let archive = archive.map_err(|error| failed(&error))?;
    let report = |snapshot: &Snapshot| {
        let input = Input {
            path: &shown,
            entries: archive.entries,
            bytes: archive.bytes,
            truncated: snapshot.coverage().is_truncated(),
        };
        let judgement = engine::judge(snapshot, rules);
        let mut report = mustknow_report::build(input, snapshot, &judgement);
        report.select(&choice.selection);
        if args.output() == Format::Html {
            report.history = timeline::drawn(snapshot, &judgement);
        }
        report
    };
    let judges = ThreadPoolBuilder::new().num_threads(limits.threads).build();
    let judges = judges.map_err(|error| failed(&error))?;
    let reports = judges.install(|| archive.snapshots.iter().map(report).collect());
    if is_last {
        std::mem::forget(archive);
    }
    Ok(reports)
}

fn write_text(args: &Scan, result: &mustknow_report::Scan, out: &mut dyn Write) -> io::Result<()> {
    let style = args.preferences.style();
    let is_batch = result.reports.len() + result.failed.len() > 1;
    if !is_batch || args.preferences.verbose {
        for (at, report) in result.reports.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            text::write(report, style, out)?;
        }
    }
    if is_batch {
        if args.preferences.verbose {
            writeln!(out)?;
        }
        table::write(result, out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: usize = 1 << 30;

    #[test]
    fn one_archive_gets_every_thread() {
        let plan = Plan::new(8, GIB, 1);
        assert_eq!((plan.at_once, plan.threads_each(1), plan.memory_each), (1, 8, GIB));
    }

    #[test]
    fn of_many_archives_each_gets_one_thread_and_its_share_of_memory() {
        let plan = Plan::new(4, GIB, 100);
        assert_eq!(plan.at_once, 4);
        assert_eq!((plan.threads_each(100), plan.memory_each), (1, GIB / 4));
    }

    #[test]
    fn the_last_ones_share_what_is_over() {
        assert_eq!(Plan::new(8, GIB, 3).threads_each(3), 2);
        assert_eq!(Plan::new(2, GIB, 3).threads_each(1), 2);
    }

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
        assert_eq!(inputs(&given), [texts, vec![archive], vec![absent]]);
    }

    #[test]
    fn little_memory_means_fewer_at_once() {
        let plan = Plan::new(8, 256 << 20, 100);
        assert_eq!((plan.at_once, plan.memory_each), (2, 128 << 20));
        assert_eq!(Plan::new(8, 1, 100), Plan { threads: 8, at_once: 1, memory_each: 1 });
    }
}
