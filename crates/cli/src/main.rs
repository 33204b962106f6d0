//! The command line of mustknow: parses it, runs the command, and returns the exit code.

mod args;
mod commands;
mod exit_code;
mod flags;
mod inputs;
mod lock;
mod messages;
mod page_style;
mod progress;
mod resume;
mod scan;
mod selection;
mod settings;
mod sinks;
mod suggest;

use std::io;
use std::process::ExitCode;

use args::{Cli, CliCommand};
use clap::Parser;
use mustknow_report::SafeText;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = ctrlc::set_handler(interrupted) {
        messages::warn(&format!("Ctrl-C cannot be handled and will leave progress bars: {error}"));
    }
    // A panic in a rule or a reader is caught where it happens and shows in the report.
    std::panic::set_hook(Box::new(|panic| {
        messages::warn(&format!("internal error: {}", SafeText::text(&panic.to_string())));
    }));
    let result = match cli.command {
        Some(CliCommand::Scan(args)) => commands::scan::run(args),
        Some(CliCommand::Timeline(args)) => commands::timeline::run(&args),
        Some(CliCommand::Why(args)) => commands::why::run(&args),
        Some(CliCommand::Rules(args)) => commands::rules::run(&args),
        #[cfg(feature = "generate")]
        Some(CliCommand::Completions(args)) => commands::generate::completions(&args),
        #[cfg(feature = "generate")]
        Some(CliCommand::Man(args)) => commands::generate::man(&args),
        None => commands::scan::run_default(cli.scan),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        // The reader of our output, such as `head`, has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(exit_code::CLEAN),
        Err(error) => {
            messages::error(&format!("cannot write the output: {}", messages::reason(&error)));
            ExitCode::from(exit_code::FAILED)
        }
    }
}

#[expect(clippy::exit, reason = "the only way out of the thread of a signal handler")]
fn interrupted() {
    progress::clear();
    messages::error("interrupted");
    std::process::exit(exit_code::INTERRUPTED)
}
