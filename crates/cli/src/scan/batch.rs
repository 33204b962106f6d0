//! Reads and judges the inputs of a scan, several at a time, and passes each outcome on.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;

use mustknow_archive::Limits;
use mustknow_cluster::Snapshot;
use mustknow_report::model::Tool;
use mustknow_report::{Failed, Report, ReportOptions, ScannedInput};
use mustknow_rules::engine::run;
use rayon::ThreadPoolBuilder;

use crate::args::ScanArgs;
use crate::exit_code::{CLEAN, FAILED, FOUND};
use crate::flags::{FailOn, OutputFormat};
use crate::inputs::{self, CommandInputs};
use crate::lock::lock;
use crate::messages;
use crate::progress::{self, InputProgress, TotalProgress};
use crate::resume::{Journal, JournalLookup};
use crate::scan::outcome::{ScanOutcome, Sink};
use crate::scan::parallelism::{Parallelism, threads};
use crate::scan::timeline::timeline;
use crate::selection::ScanSelection;

/// The inputs of a scan, and how they are read and judged.
pub(crate) struct Batch {
    pub(crate) args: ScanArgs,
    selection: ScanSelection,
    inputs: CommandInputs,
    journal: Option<Journal>,
}

impl Batch {
    /// Finds the inputs, or says what is wrong with the command line.
    pub(crate) fn new(args: ScanArgs, selection: ScanSelection) -> Result<Self, String> {
        let journal = match &args.resume {
            None => None,
            Some(_) if args.paths.iter().any(|path| inputs::is_stdin(path)) => {
                return Err("--resume cannot be used with standard input, which can be read only \
                            once; name files"
                    .to_owned());
            }
            Some(_) if !matches!(args.output(), OutputFormat::Text | OutputFormat::Jsonl) => {
                return Err("--resume can be used only with -o text and -o jsonl; the other \
                            formats need every report in one run"
                    .to_owned());
            }
            Some(path) => Some(Journal::open(path, &selection, &args.limits)?),
        };
        let inputs = CommandInputs::find(&args.paths, args.resume.as_deref())?;
        if let Some(skipped) = inputs.skipped.as_ref().filter(|_| !args.quiet) {
            messages::warn(skipped);
        }
        Ok(Self { args, selection, inputs, journal })
    }

    /// The number of inputs, those that cannot be read included.
    pub(crate) fn inputs(&self) -> usize {
        self.inputs.each.len() + self.inputs.failed.len()
    }

    /// Whether finished archives are written to a file for a later run.
    pub(crate) fn is_resumable(&self) -> bool {
        self.journal.is_some()
    }

    /// The program, as reports name it.
    pub(crate) fn tool(&self) -> Tool {
        Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules: self.selection.rules.len(),
        }
    }

    /// Scans every input, passes each outcome to `sink` at once, and returns the exit code.
    ///
    /// After the first error of the sink or of the journal, no further input is read.
    pub(crate) fn run(&self, sink: &mut dyn Sink) -> io::Result<u8> {
        let args = &self.args;
        let threads = threads(args.preferences.jobs);
        let memory = args.limits.memory(threads);
        let parallelism = Parallelism::new(threads, memory, self.inputs.each.len());
        let mut queue: Vec<_> = self.inputs.each.iter().enumerate().collect();
        let total = TotalProgress::new(queue.iter().map(|(_, paths)| inputs::size(paths)));
        if sink.prefers_input_order() {
            queue.reverse();
        } else {
            queue.sort_by_key(|(_, paths)| inputs::size(paths));
        }
        let queue = Mutex::new(queue);
        let result = Mutex::new(Ok(CLEAN));
        let receiver: &dyn Sink = sink;
        let pass_on = |outcome: io::Result<ScanOutcome>, position: usize| {
            let code = outcome.and_then(|outcome| {
                let code = exit_code(args.preferences.fail_on(), &outcome);
                receiver.receive(position, outcome).map(|()| code)
            });
            let mut result = lock(&result);
            match (code, result.as_mut()) {
                (Ok(code), Ok(worst)) => *worst = code.max(*worst),
                (Err(error), Ok(_)) => {
                    *result = Err(error);
                    lock(&queue).clear();
                }
                (_, Err(_)) => {}
            }
        };
        let work = || {
            loop {
                let mut waiting = lock(&queue);
                let threads = parallelism.threads_each(waiting.len());
                let limits = args.limits.limits(threads, parallelism.memory_each);
                let Some((position, paths)) = waiting.pop() else { return };
                let is_last = waiting.is_empty();
                drop(waiting);
                let progress = total.begin(&inputs::shown(paths), inputs::size(paths));
                pass_on(self.read(paths, limits, is_last, &progress), position);
            }
        };
        thread::scope(|scope| {
            for _ in 1..parallelism.at_once {
                scope.spawn(work);
            }
            work();
        });
        for (position, failed) in (self.inputs.each.len()..).zip(&self.inputs.failed) {
            pass_on(Ok(ScanOutcome::Failed(failed.clone())), position);
        }
        total.finish();
        progress::clear();
        let code = result.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        sink.finish()?;
        Ok(code)
    }

    /// Reads an input, unless an earlier run has.
    fn read(
        &self,
        paths: &[PathBuf],
        limits: Limits,
        is_last: bool,
        progress: &InputProgress<'_>,
    ) -> io::Result<ScanOutcome> {
        let shown = inputs::shown(paths);
        let scan = || guarded(&shown, || self.scan_one(paths, limits, is_last, progress));
        let Some(journal) = &self.journal else {
            return Ok(match scan() {
                Ok(reports) => ScanOutcome::Read(reports, None),
                Err(failed) => ScanOutcome::Failed(failed),
            });
        };
        match journal.look_up(paths, &shown)? {
            JournalLookup::Finished(rows, lines) => Ok(ScanOutcome::Recalled(rows, lines)),
            JournalLookup::Reserved(reservation) => match scan() {
                Ok(reports) => {
                    let lines = reservation.write(&self.tool(), &reports)?;
                    Ok(ScanOutcome::Read(reports, lines))
                }
                Err(failed) => Ok(ScanOutcome::Failed(failed)),
            },
        }
    }

    /// Scans one input.
    fn scan_one(
        &self,
        paths: &[PathBuf],
        limits: Limits,
        is_last: bool,
        progress: &InputProgress<'_>,
    ) -> Result<Vec<Report>, Failed> {
        let rules = &self.selection.rules;
        let shown = inputs::shown(paths);
        let interest = run::interest(rules.iter().copied());
        let archive = inputs::open(paths, &interest, limits, progress)?;
        let report = |snapshot: &Snapshot| {
            let input = ScannedInput {
                path: &shown,
                entries: archive.entries,
                bytes: archive.bytes,
                truncated: snapshot.coverage().is_truncated(),
            };
            let judgement = run::judge_until(archive.deadline, snapshot, rules.clone());
            let has_chart = self.args.output() == OutputFormat::Html;
            let options = ReportOptions {
                selection: Some(&self.selection.findings),
                timeline: has_chart.then(|| timeline(snapshot, &judgement)),
            };
            mustknow_report::build(input, snapshot, &judgement, options)
        };
        let pool = ThreadPoolBuilder::new().num_threads(limits.threads).build();
        let pool = pool.map_err(|error| inputs::failure(&shown, &error.to_string()))?;
        let reports = pool.install(|| archive.snapshots.iter().map(report).collect());
        if is_last {
            // The process ends soon and frees the memory at once; the result does not wait for it.
            thread::spawn(move || drop(archive));
        }
        Ok(reports)
    }
}

/// Reads one input. A panic fails this input and no other.
fn guarded(
    shown: &str,
    scan: impl FnOnce() -> Result<Vec<Report>, Failed>,
) -> Result<Vec<Report>, Failed> {
    catch_unwind(AssertUnwindSafe(scan)).unwrap_or_else(|_| {
        let error = "internal error: the program failed on this input; report it as a bug";
        Err(inputs::failure(shown, error))
    })
}

/// The exit code that one input asks for; the highest of all wins.
fn exit_code(fail_on: FailOn, outcome: &ScanOutcome) -> u8 {
    let is_found = match outcome {
        ScanOutcome::Read(reports, _) => {
            let mut findings = reports.iter().flat_map(|report| &report.findings);
            findings.any(|finding| fail_on.includes(finding.severity))
        }
        ScanOutcome::Recalled(rows, _) => {
            let mut worst = rows.iter().filter_map(|row| row.worst);
            worst.any(|severity| fail_on.includes(severity))
        }
        ScanOutcome::Failed(_) => return FAILED,
    };
    if is_found { FOUND } else { CLEAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_fails_only_the_input_in_which_it_happens() {
        let failed = guarded("a.tgz", || panic!("of a test")).unwrap_err();
        assert!(failed.error.starts_with("a.tgz: internal error"), "{}", failed.error);
    }
}
