//! `mustknow scan`: opens the inputs, judges every cluster in them, writes the result.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use bytesize::ByteSize;
use mustknow_archive::Limits;
use mustknow_cluster::Snapshot;
use mustknow_report::model::{SCHEMA, Tool};
use mustknow_report::triage::TriageRow;
use mustknow_report::{
    Failed, Report, ReportOptions, ScanReport, ScannedInput, brief, html, json, junit, markdown,
    sarif, yaml,
};
use mustknow_rules::engine::run;
use rayon::ThreadPoolBuilder;

use crate::args::{Format, Scan};
use crate::choice::Choice;
use crate::inputs::{self, Inputs, is_stdin};
use crate::progress::{self, Progress, TotalProgress};
use crate::resume::{Claim, Journal};
use crate::settings::Settings;
use crate::{CLEAN, FAILED, FOUND, batch, output, stream, timeline};

/// What came of one input.
pub(crate) enum ScanOutcome {
    /// A report for each cluster in it, and the lines of them that were written for a later call.
    Read(Vec<Report>, Option<Vec<u8>>),
    /// What an earlier call wrote of it: a row and a line for each cluster in it.
    Recalled(Vec<TriageRow>, Vec<String>),
    /// It could not be read at all.
    Failed(Failed),
}

/// What is done with it, given its place in the order of the inputs.
pub(crate) type Take<'a> = dyn Fn(usize, ScanOutcome) -> io::Result<()> + Sync + 'a;

pub(crate) fn run(args: Scan) -> io::Result<u8> {
    let read = Settings::read(&args).and_then(|settings| Choice::new(args, &settings));
    let batch = match read.and_then(|(args, choice)| Batch::new(args, choice)) {
        Ok(batch) => batch,
        Err(why) => {
            output::warn(&why);
            return Ok(FAILED);
        }
    };
    if batch.args.quiet {
        progress::hide();
        return batch.run(&|_, came| {
            if let ScanOutcome::Failed(failed) = came {
                output::warn(&failed.error);
            }
            Ok(())
        });
    }
    match batch.args.output() {
        Format::Text => batch::run(&batch),
        Format::Summary => together(&batch, brief::write),
        Format::Json => together(&batch, json::write),
        Format::Jsonl => stream::run(&batch),
        Format::Yaml => together(&batch, yaml::write),
        Format::Markdown => together(&batch, markdown::write),
        Format::Html => together(&batch, html::write),
        Format::Sarif => together(&batch, sarif::write),
        Format::Junit => together(&batch, junit::write),
    }
}

/// Writes everything once every input is scanned.
fn together(
    batch: &Batch,
    write: impl FnOnce(&ScanReport, &mut dyn Write) -> io::Result<()>,
) -> io::Result<u8> {
    let came = Mutex::new(BTreeMap::new());
    let code = batch.run(&|at, result| {
        lock(&came).insert(at, result);
        Ok(())
    })?;
    let mut result =
        ScanReport { schema: SCHEMA, tool: batch.tool(), reports: Vec::new(), failed: Vec::new() };
    for came in lock(&came).split_off(&0).into_values() {
        match came {
            ScanOutcome::Read(reports, _) => result.reports.extend(reports),
            ScanOutcome::Recalled(..) => {}
            ScanOutcome::Failed(failed) => {
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

/// The exit code that one input asks for; the highest of all wins.
fn code(args: &Scan, came: &ScanOutcome) -> u8 {
    let is_met = |severity| args.preferences.fail_on().is_met_by(severity);
    let is_found = match came {
        ScanOutcome::Read(reports, _) => {
            let mut findings = reports.iter().flat_map(|report| &report.findings);
            findings.any(|finding| is_met(finding.severity))
        }
        ScanOutcome::Recalled(rows, _) => rows.iter().any(|row| row.worst.is_some_and(is_met)),
        ScanOutcome::Failed(_) => return FAILED,
    };
    if is_found { FOUND } else { CLEAN }
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

/// What one call is to read.
pub(crate) struct Batch {
    pub(crate) args: Scan,
    choice: Choice,
    pub(crate) inputs: Inputs,
    /// What earlier calls have done, and where this one says what it has done.
    pub(crate) journal: Option<Journal>,
}

impl Batch {
    /// Finds the inputs, or says what is wrong with the call.
    fn new(args: Scan, choice: Choice) -> Result<Self, String> {
        let stdin = args.paths.iter().filter(|path| is_stdin(path)).count();
        if stdin > 1 {
            return Err("standard input can be read only once: name - once".to_owned());
        }
        let journal = match &args.resume {
            None => None,
            Some(_) if stdin > 0 => {
                return Err(
                    "standard input is gone once it is read, so --resume cannot go on with \
                            it: name files"
                        .to_owned(),
                );
            }
            Some(_) if !matches!(args.output(), Format::Text | Format::Jsonl) => {
                return Err("--resume goes with -o text and -o jsonl: reports in other forms are \
                            made of what is read in one call"
                    .to_owned());
            }
            Some(path) => Some(Journal::open(path, &choice, &args.bounds)?),
        };
        let inputs = Inputs::of(&args.paths, args.resume.as_deref());
        if let Some(words) = inputs.passed_over.as_ref().filter(|_| !args.quiet) {
            output::warn(words);
        }
        Ok(Self { args, choice, inputs, journal })
    }

    /// Scans every input, several at once and the largest first, or in their order where that is how
    /// they are shown. What came of one goes to `take` at once, with its place in the order of the inputs;
    /// when that fails, no further input is begun. Answers with the exit code.
    pub(crate) fn run(&self, take: &Take<'_>) -> io::Result<u8> {
        let args = &self.args;
        let threads = match args.preferences.jobs {
            Some(jobs) => usize::from(jobs),
            None => thread::available_parallelism().map_or(1, usize::from),
        };
        let memory = args.bounds.memory.map_or(threads * MEMORY_OF_A_THREAD, bytes);
        let plan = Plan::new(threads, memory, self.inputs.each.len());
        let mut queue: Vec<_> = self.inputs.each.iter().enumerate().collect();
        let whole = TotalProgress::new(queue.iter().map(|(_, paths)| inputs::size(paths)));
        if batch::shows_in_order(args) {
            queue.reverse();
        } else {
            queue.sort_by_key(|(_, paths)| inputs::size(paths));
        }
        let queue = Mutex::new(queue);
        let so_far = Mutex::new(Ok(CLEAN));
        let note = |came: ScanOutcome, at: usize| {
            let code = code(args, &came);
            let taken = take(at, came);
            let mut so_far = lock(&so_far);
            match (taken, so_far.as_mut()) {
                (Ok(()), Ok(worst)) => *worst = code.max(*worst),
                (Err(error), Ok(_)) => {
                    *so_far = Err(error);
                    lock(&queue).clear();
                }
                (_, Err(_)) => {}
            }
        };
        let work = || {
            loop {
                let mut waiting = lock(&queue);
                let limits = args.bounds.limits(plan.threads_each(waiting.len()), plan.memory_each);
                let Some((at, paths)) = waiting.pop() else { return };
                let is_last = waiting.is_empty();
                drop(waiting);
                let progress = whole.begin(&inputs::shown(paths), inputs::size(paths));
                match self.read(paths, limits, is_last, &progress) {
                    Ok(came) => note(came, at),
                    Err(error) => {
                        *lock(&so_far) = Err(error);
                        lock(&queue).clear();
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..plan.at_once {
                scope.spawn(work);
            }
            work();
        });
        for (at, failed) in (self.inputs.each.len()..).zip(&self.inputs.failed) {
            note(ScanOutcome::Failed(failed.clone()), at);
        }
        whole.finish();
        progress::clear();
        so_far.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads an input, unless an earlier call has.
    fn read(
        &self,
        paths: &[PathBuf],
        limits: Limits,
        is_last: bool,
        progress: &Progress<'_>,
    ) -> io::Result<ScanOutcome> {
        let shown = inputs::shown(paths);
        let Some(journal) = &self.journal else {
            return Ok(match guarded(&shown, || self.scan_one(paths, limits, is_last, progress)) {
                Ok(reports) => ScanOutcome::Read(reports, None),
                Err(failed) => ScanOutcome::Failed(failed),
            });
        };
        let claim = match journal.claim(paths, &shown)? {
            Claim::Done(rows, lines) => return Ok(ScanOutcome::Recalled(rows, lines)),
            Claim::Open(claim) => claim,
        };
        match guarded(&shown, || self.scan_one(paths, limits, is_last, progress)) {
            Ok(reports) => {
                let lines = claim.done(&self.tool(), &reports)?;
                Ok(ScanOutcome::Read(reports, lines))
            }
            Err(failed) => Ok(ScanOutcome::Failed(failed)),
        }
    }

    /// The program, as the reports name it.
    pub(crate) fn tool(&self) -> Tool {
        Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules: self.choice.rules.len(),
        }
    }

    /// Scans one archive. The memory of the last ones is freed with the process, which is quicker.
    fn scan_one(
        &self,
        paths: &[PathBuf],
        limits: Limits,
        is_last: bool,
        progress: &Progress<'_>,
    ) -> Result<Vec<Report>, Failed> {
        let rules = self.choice.rules;
        let shown = inputs::shown(paths);
        let archive = inputs::open(paths, &run::interest(rules), limits, progress)?;
        let report = |snapshot: &Snapshot| {
            let input = ScannedInput {
                path: &shown,
                entries: archive.entries,
                bytes: archive.bytes,
                truncated: snapshot.coverage().is_truncated(),
            };
            let judgement = run::judge(snapshot, rules);
            let draws = self.args.output() == Format::Html;
            let options = ReportOptions {
                selection: Some(&self.choice.selection),
                timeline: draws.then(|| timeline::of_scan(snapshot, &judgement)),
            };
            mustknow_report::build(input, snapshot, &judgement, options)
        };
        let judges = ThreadPoolBuilder::new().num_threads(limits.threads).build();
        let judges = judges.map_err(|error| Failed::new(&shown, &error.to_string()))?;
        let reports = judges.install(|| archive.snapshots.iter().map(report).collect());
        if is_last {
            std::mem::forget(archive);
        }
        Ok(reports)
    }
}

/// Reads one input. A panic on the way costs this input and no other.
fn guarded(
    shown: &str,
    scan: impl FnOnce() -> Result<Vec<Report>, Failed>,
) -> Result<Vec<Report>, Failed> {
    catch_unwind(AssertUnwindSafe(scan)).unwrap_or_else(|_| {
        let why = format!(
            "{shown} cannot be read: the program failed on it, which is its own mistake and worth \
             a report"
        );
        Err(Failed::new(shown, &why))
    })
}

/// A thread that panicked has left what it shared as it was.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn bytes(size: ByteSize) -> usize {
    usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
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
    fn a_panic_costs_the_input_it_happens_in() {
        let failed = guarded("a.tgz", || panic!("of a test")).unwrap_err();
        assert_eq!(&*failed.path, "a.tgz");
        assert!(failed.error.starts_with("a.tgz cannot be read: the program failed on it"));
    }

    #[test]
    fn little_memory_means_fewer_at_once() {
        let plan = Plan::new(8, 256 << 20, 100);
        assert_eq!((plan.at_once, plan.memory_each), (2, 128 << 20));
        assert_eq!(Plan::new(8, 1, 100), Plan { threads: 8, at_once: 1, memory_each: 1 });
    }
}
