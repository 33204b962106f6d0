//! `mustknow scan`, and `mustknow` without a command: checks the command line, then scans.

use std::io;

use mustknow_report::{brief, html, json, junit, markdown, sarif, yaml};

use crate::args::ScanArgs;
use crate::commands::unknown::unknown_command;
use crate::exit_code::FAILED;
use crate::flags::OutputFormat;
use crate::scan::{Batch, Sink};
use crate::selection::ScanSelection;
use crate::settings::Settings;
use crate::sinks::{DocumentSink, JsonLinesSink, QuietSink, TextSink};
use crate::{messages, progress};

/// Runs `mustknow` without a command, where the first word may be a mistyped one.
pub(crate) fn run_default(args: ScanArgs) -> io::Result<u8> {
    if let Some(message) = unknown_command(&args.paths) {
        messages::error(&message);
        return Ok(FAILED);
    }
    run(args)
}

/// Runs `mustknow scan`.
pub(crate) fn run(args: ScanArgs) -> io::Result<u8> {
    let batch = match prepare(args) {
        Ok(batch) => batch,
        Err(message) => {
            messages::error(&message);
            return Ok(FAILED);
        }
    };
    if batch.args.quiet {
        progress::hide();
    }
    batch.run(&mut *sink(&batch))
}

/// The scan that flags and settings ask for, or what is wrong with them.
fn prepare(args: ScanArgs) -> Result<Batch, String> {
    let settings = Settings::read(&args)?;
    let args = settings.preset(args);
    let selection = ScanSelection::new(&args, &settings)?;
    Batch::new(args, selection)
}

fn sink(batch: &Batch) -> Box<dyn Sink> {
    if batch.args.quiet {
        return Box::new(QuietSink);
    }
    let renderer = match batch.args.output() {
        OutputFormat::Text => return Box::new(TextSink::new(batch)),
        OutputFormat::Jsonl => return Box::new(JsonLinesSink::new(batch.tool())),
        OutputFormat::Summary => brief::write,
        OutputFormat::Json => json::write,
        OutputFormat::Yaml => yaml::write,
        OutputFormat::Markdown => markdown::write,
        OutputFormat::Html => html::write,
        OutputFormat::Sarif => sarif::write,
        OutputFormat::Junit => junit::write,
    };
    Box::new(DocumentSink::new(batch.tool(), renderer))
}
