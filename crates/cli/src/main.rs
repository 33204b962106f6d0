//! The command line of mustknow: which inputs, how many at once, where words go, exit code.

mod args;
mod batch;
mod catalog;
mod choice;
mod content;
mod inputs;
mod limits;
mod manual;
mod output;
mod preferences;
mod progress;
mod resume;
mod scan;
mod settings;
mod stream;
mod timeline;
mod when;

use std::io;
use std::process::ExitCode;

use args::{Args, Command};
use clap::Parser;

/// Nothing at or above `--fail-on` was found.
const CLEAN: u8 = 0;
/// Something at or above `--fail-on` was found.
const FOUND: u8 = 1;
/// The call was wrong, or an input could not be read at all.
const FAILED: u8 = 2;
/// What a shell reports for a program that was interrupted.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = ctrlc::set_handler(interrupted) {
        output::warn(&format!("Ctrl-C will end this at once and untidily: {error}"));
    }
    // A panic inside a rule or a reader is caught where it happens and shows in the report.
    std::panic::set_hook(Box::new(|panic| output::warn(&format!("internal error, {panic}"))));
    let done = match args.command {
        Some(Command::Scan(scan)) => scan::run(scan),
        Some(Command::TimelineReport(timeline)) => timeline::run(&timeline),
        Some(Command::Rules(rules)) => catalog::run(&rules),
        Some(Command::Completions(completions)) => manual::completions(&completions),
        Some(Command::Man(man)) => manual::man(&man),
        None => scan::run(args.scan),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(CLEAN),
        Err(error) => {
            output::warn(&format!("cannot write the output: {error}"));
            ExitCode::from(FAILED)
        }
    }
}

#[expect(clippy::exit, reason = "the one way out of a signal handler's thread")]
fn interrupted() {
    progress::clear();
    output::warn("interrupted");
    std::process::exit(INTERRUPTED)
}
