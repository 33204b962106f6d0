//! `mustknow timeline`: opens the inputs one after the other and writes what happened when.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;

use mustknow_gather::{Archive, Limits, Snapshot};
use mustknow_report::timeline::text::{self, By};
use mustknow_report::timeline::{self, Drawn, jsonl};
use mustknow_report::{Failed, text::Style};
use mustknow_rules::history::{self, Depth, Filter, Source, Wish};
use mustknow_rules::{Judgement, catalog, engine};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::args::{Group, Lines, Timeline};
use crate::progress::{self, Progress};
use crate::scan::{self, STDIN, is_stdin};
use crate::{CLEAN, FAILED, output, when};

/// What stands for the namespace of what is in none, beside the empty word.
const NO_NAMESPACE: &str = "-";

pub(crate) fn run(args: &Timeline) -> io::Result<u8> {
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
    for paths in scan::inputs(&args.paths) {
        let shown = scan::shown(&paths);
        match open(&paths, &shown, limits) {
            Ok(archive) => {
                for (number, snapshot) in (1..).zip(&archive.snapshots) {
                    if !std::mem::take(&mut is_first) && args.output == Lines::Text {
                        writeln!(out)?;
                    }
                    write(args, (&shown, number), snapshot, &judges, &mut out)?;
                }
            }
            Err(failed) => {
                progress::clear();
                output::warn(&failed.error);
                if args.output == Lines::Jsonl {
                    jsonl::failed(&failed, &mut out)?;
                }
                code = FAILED;
            }
        }
        out.flush()?;
    }
    Ok(code)
}

/// What a page draws of a cluster that was read for a scan. Findings it knows already.
pub(crate) fn drawn(snapshot: &Snapshot, judgement: &Judgement) -> Drawn {
    let is_drawn = |source: &Source| *source != Source::Finding;
    let sources = Source::ALL.into_iter().filter(is_drawn).collect();
    let filter = Filter { sources, ..Filter::default() };
    timeline::drawn(history::of(snapshot, judgement, Depth::Scan, &filter))
}

fn open(paths: &[PathBuf], shown: &str, limits: Limits) -> Result<Archive, Failed> {
    let progress = Progress::new(Path::new(shown), scan::size(paths));
    let wanted = history::wanted(catalog::all());
    let tell = |bytes| progress.at(bytes);
    let archive = match paths {
        [path] if is_stdin(path) => {
            mustknow_gather::open_stream(STDIN.1, io::stdin(), &wanted, limits, &tell)
        }
        [path] => mustknow_gather::open(path, &wanted, limits, &tell),
        paths => mustknow_gather::open_together(paths, &wanted, limits, &tell),
    };
    archive.map_err(|error| Failed::new(shown, &error.to_string()))
}

fn write(
    args: &Timeline,
    (path, number): (&str, usize),
    snapshot: &Snapshot,
    judges: &ThreadPool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let filter = filter(args, snapshot);
    let judgement = judges.install(|| engine::judge(snapshot, catalog::all()));
    let history = history::of(snapshot, &judgement, Depth::Whole, &filter);
    let timeline = timeline::build(path, number, snapshot, &history, &filter);
    progress::clear();
    match args.output {
        Lines::Text => {
            let by = match args.by {
                Group::Day => By::Day,
                Group::Object => By::Object,
            };
            let style: Style = output::style(args.color, args.plain, args.verbose);
            text::write(&timeline, by, style, out)
        }
        Lines::Jsonl => jsonl::write(&timeline, out),
    }
}

/// What was asked for, of one cluster: a window without a time ends when that was looked at.
fn filter(args: &Timeline, snapshot: &Snapshot) -> Filter {
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
        objects: args.object.iter().map(|object| Wish::of(object)).collect(),
        sources: args.source.clone(),
        severity: args.min_severity,
    }
}
