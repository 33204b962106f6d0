//! `mustknow scan`: opens the inputs, judges every cluster in them, writes the result.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use mustknow_report::report::{SCHEMA, Tool};
use mustknow_report::{Failed, Input, Report, json, table, text};
use mustknow_rules::{catalog, engine};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::args::{Format, Scan};
use crate::progress::{self, Progress};
use crate::{CLEAN, FAILED, FOUND, output};

pub(crate) fn run(args: &Scan) -> io::Result<u8> {
    let result = scan_all(args)?;
    progress::clear();
    for failed in &result.failed {
        output::warn(&failed.error);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match args.output {
        Format::Json => json::write(&result, &mut out)?,
        Format::Text => write_text(args, &result, &mut out)?,
    }
    out.flush()?;
    Ok(code(args, &result))
}

fn code(args: &Scan, result: &mustknow_report::Scan) -> u8 {
    let findings = result.reports.iter().flat_map(|report| &report.findings);
    if !result.failed.is_empty() {
        FAILED
    } else if findings.into_iter().any(|finding| args.fail_on.is_met_by(finding.severity)) {
        FOUND
    } else {
        CLEAN
    }
}

/// Scans every input, several at once; the result is in the order of the inputs.
fn scan_all(args: &Scan) -> io::Result<mustknow_report::Scan> {
    let jobs = match args.jobs {
        Some(jobs) => usize::from(jobs),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build().map_err(io::Error::other)?;
    // What is over when every input has a thread goes into reading each of them.
    let threads = (jobs / args.paths.len().max(1)).max(1);
    let scanned: Vec<Result<Vec<Report>, Failed>> =
        pool.install(|| args.paths.par_iter().map(|path| scan_one(path, threads)).collect());
    let mut result = mustknow_report::Scan {
        schema: SCHEMA,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules: catalog::all().len(),
        },
        reports: Vec::new(),
        failed: Vec::new(),
    };
    for scanned in scanned {
        match scanned {
            Ok(reports) => result.reports.extend(reports),
            Err(failed) => result.failed.push(failed),
        }
    }
    Ok(result)
}

fn scan_one(path: &Path, threads: usize) -> Result<Vec<Report>, Failed> {
    let rules = catalog::all();
    let progress = Progress::new(path, mustknow_gather::source::input_size(path));
    let shown = path.display().to_string();
    let archive = mustknow_gather::open(path, &engine::wanted(rules), threads, &|n| progress.at(n))
        .map_err(|error| Failed::new(&shown, &error.to_string()))?;
    let input = Input {
        path: &shown,
        entries: archive.entries,
        bytes: archive.bytes,
        truncated: archive.truncated,
    };
    let reports = archive
        .snapshots
        .iter()
        .map(|snapshot| mustknow_report::build(input, snapshot, &engine::judge(snapshot, rules)));
    Ok(reports.collect())
}

fn write_text(args: &Scan, result: &mustknow_report::Scan, out: &mut dyn Write) -> io::Result<()> {
    let style = output::style(args.color, args.verbose);
    let is_batch = result.reports.len() + result.failed.len() > 1;
    if !is_batch || args.verbose {
        for (at, report) in result.reports.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            text::write(report, style, out)?;
        }
    }
    if is_batch {
        if args.verbose {
            writeln!(out)?;
        }
        table::write(result, out)?;
    }
    Ok(())
}
