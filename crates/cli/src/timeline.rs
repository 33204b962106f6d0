//! `mustknow timeline`: opens the inputs one after the other and writes what happened when.

use std::io::{self, BufWriter, Write};
use std::thread;

use mustknow_cluster::Snapshot;
use mustknow_report::Failed;
use mustknow_report::text::TextStyle;
use mustknow_report::timeline::jsonl;
use mustknow_report::timeline::text::{self, TimelineGrouping};
use mustknow_rules::engine::run;
use mustknow_rules::{Judgement, catalog};
use mustknow_timeline::{Filter, ObjectPattern, ReadScope, Source, Timeline};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::args::{Group, Lines, TimelineReport};
use crate::inputs::{self, Inputs, is_stdin};
use crate::progress::{self, TotalProgress};
use crate::{CLEAN, FAILED, output, scan, when};

/// What stands for the namespace of what is in none, beside the empty word.
const NO_NAMESPACE: &str = "-";

pub(crate) fn run(args: &TimelineReport) -> io::Result<u8> {
    if args.paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        output::warn("standard input can be read only once: name - once");
        return Ok(FAILED);
    }
    let threads = match args.jobs {
        Some(jobs) => usize::from(jobs),
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let memory = args.bounds.memory.map_or(threads * scan::MEMORY_OF_A_THREAD, scan::bytes);
    let limits = args.bounds.limits(threads, memory);
    let judges = ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut code = CLEAN;
    let mut is_first = true;
    let interest = mustknow_timeline::interest(catalog::all());
    let inputs = Inputs::of(&args.paths, None);
    if let Some(words) = &inputs.passed_over {
        output::warn(words);
    }
    let whole = TotalProgress::new(inputs.each.iter().map(|paths| inputs::size(paths)));
    for paths in &inputs.each {
        let shown = inputs::shown(paths);
        let progress = whole.begin(&shown, inputs::size(paths));
        match inputs::open(paths, &interest, limits, &progress) {
            Ok(archive) => {
                for (number, snapshot) in (1..).zip(&archive.snapshots) {
                    if !std::mem::take(&mut is_first) && args.output == Lines::Text {
                        writeln!(out)?;
                    }
                    write(args, (&shown, number), snapshot, &judges, &mut out)?;
                }
            }
            Err(failed) => {
                not_read(args, &failed, &mut out)?;
                code = FAILED;
            }
        }
        out.flush()?;
    }
    for failed in &inputs.failed {
        not_read(args, failed, &mut out)?;
        code = FAILED;
    }
    out.flush()?;
    Ok(code)
}

/// Says that an input could not be read.
fn not_read(args: &TimelineReport, failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    progress::clear();
    output::warn(&failed.error);
    match args.output {
        Lines::Text => Ok(()),
        Lines::Jsonl => jsonl::failed(failed, out),
    }
}

/// The events of a cluster that was read for a scan, without the findings.
pub(crate) fn of_scan(snapshot: &Snapshot, judgement: &Judgement) -> Timeline {
    let is_drawn = |source: &Source| *source != Source::Finding;
    let sources = Source::ALL.into_iter().filter(is_drawn).collect();
    let filter = Filter { sources, ..Filter::default() };
    mustknow_timeline::of(snapshot, judgement, ReadScope::Scan, &filter)
}

fn write(
    args: &TimelineReport,
    (path, number): (&str, usize),
    snapshot: &Snapshot,
    judges: &ThreadPool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let filter = filter(args, snapshot);
    let judgement = judges.install(|| run::judge(snapshot, catalog::all()));
    let history = mustknow_timeline::of(snapshot, &judgement, ReadScope::Whole, &filter);
    let timeline = mustknow_report::build_timeline(path, number, snapshot, &history, &filter);
    progress::clear();
    match args.output {
        Lines::Text => {
            let by = match args.by {
                Group::Day => TimelineGrouping::Day,
                Group::Object => TimelineGrouping::Object,
                Group::Namespace => TimelineGrouping::Namespace,
                Group::Severity => TimelineGrouping::Severity,
            };
            let style: TextStyle = output::style(args.color, args.plain, args.verbose);
            text::write(&timeline, by, style, out)
        }
        Lines::Jsonl => jsonl::write(&timeline, out),
    }
}

/// What was asked for, of one cluster: a window without a time ends when that was looked at.
fn filter(args: &TimelineReport, snapshot: &Snapshot) -> Filter {
    let (from, to) = match (args.around, args.window) {
        (Some(around), window) => {
            let (from, to) = around.span(window);
            (Some(from), Some(to))
        }
        (None, Some(window)) => {
            let now = snapshot.now();
            (now.map(|now| when::before(now, window)), now)
        }
        (None, None) => (None, None),
    };
    let namespace = |name: &String| match name.as_str() {
        NO_NAMESPACE => String::new(),
        name => name.to_owned(),
    };
    Filter {
        from,
        to,
        namespaces: args.namespace.iter().map(namespace).collect(),
        objects: args.object.iter().map(|object| ObjectPattern::of(object)).collect(),
        sources: args.source.clone(),
        severity: args.min_severity,
    }
}
