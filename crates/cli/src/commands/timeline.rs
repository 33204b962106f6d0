//! `mustknow timeline`: reads the inputs one by one and writes what happened in each cluster.

use std::io::{self, BufWriter, Write};

use mustknow_cluster::Snapshot;
use mustknow_report::Failed;
use mustknow_report::timeline::jsonl;
use mustknow_report::timeline::text::{self, TimelineGrouping};
use mustknow_rules::catalog;
use mustknow_rules::engine::run;
use mustknow_timeline::{Filter, ObjectPattern, ReadScope};
use rayon::ThreadPool;

use crate::args::TimelineArgs;
use crate::commands::one_by_one::OneByOne;
use crate::exit_code::{CLEAN, FAILED};
use crate::flags::{TimelineFormat, TimelineGroupBy, before};
use crate::inputs;
use crate::messages;
use crate::page_style::page_style;
use crate::progress;

/// The namespace of cluster-scoped objects on the command line, besides the empty word.
const NO_NAMESPACE: &str = "-";

pub(crate) fn run(args: &TimelineArgs) -> io::Result<u8> {
    let Some(OneByOne { inputs, limits, pool, total }) =
        OneByOne::begin(&args.paths, args.jobs, &args.limits)?
    else {
        return Ok(FAILED);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut code = CLEAN;
    let mut is_first = true;
    let interest = mustknow_timeline::interest(catalog::all());
    for paths in &inputs.each {
        let shown = inputs::shown(paths);
        let progress = total.begin(&shown, inputs::size(paths));
        match inputs::open(paths, &interest, limits, &progress) {
            Ok(archive) => {
                for (number, snapshot) in (1..).zip(&archive.snapshots) {
                    if !std::mem::take(&mut is_first) && args.page.output == TimelineFormat::Text {
                        writeln!(out)?;
                    }
                    write(args, (&shown, number), snapshot, &pool, &mut out)?;
                }
            }
            Err(failed) => {
                write_failed(args, &failed, &mut out)?;
                code = FAILED;
            }
        }
        out.flush()?;
    }
    for failed in &inputs.failed {
        write_failed(args, failed, &mut out)?;
        code = FAILED;
    }
    out.flush()?;
    Ok(code)
}

/// Reports an input that could not be read.
fn write_failed(args: &TimelineArgs, failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    progress::clear();
    messages::input_failed(failed);
    match args.page.output {
        TimelineFormat::Text => Ok(()),
        TimelineFormat::Jsonl => jsonl::failed(failed, out),
    }
}

/// Writes the timeline of one cluster of an input.
fn write(
    args: &TimelineArgs,
    (path, number): (&str, usize),
    snapshot: &Snapshot,
    pool: &ThreadPool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let filter = filter(args, snapshot);
    let judgement = pool.install(|| run::judge(snapshot, catalog::all()));
    let history = mustknow_timeline::of(snapshot, &judgement, ReadScope::Whole, &filter);
    let timeline = mustknow_report::build_timeline(path, number, snapshot, &history, &filter);
    progress::clear();
    match args.page.output {
        TimelineFormat::Text => {
            let by = match args.page.by {
                TimelineGroupBy::Day => TimelineGrouping::Day,
                TimelineGroupBy::Object => TimelineGrouping::Object,
                TimelineGroupBy::Namespace => TimelineGrouping::Namespace,
                TimelineGroupBy::Severity => TimelineGrouping::Severity,
            };
            text::write(
                &timeline,
                by,
                page_style(args.page.color, args.page.plain, args.page.verbose),
                out,
            )
        }
        TimelineFormat::Jsonl => jsonl::write(&timeline, out),
    }
}

/// The filter for one cluster: a window without a time ends when the archive was collected.
fn filter(args: &TimelineArgs, snapshot: &Snapshot) -> Filter {
    let (from, to) = match (args.around, args.window) {
        (Some(around), window) => {
            let (from, to) = around.span(window);
            (Some(from), Some(to))
        }
        (None, Some(window)) => {
            let now = snapshot.now();
            (now.map(|now| before(now, window)), now)
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
