//! `mustknow completions` and `mustknow man`: made from the same definitions as `--help`.

use std::fs;
use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::exit_code::{CLEAN, FAILED};
use crate::messages;

/// Prints the completion script of a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> io::Result<u8> {
    let mut script = Vec::new();
    let name = env!("CARGO_BIN_NAME");
    clap_complete::generate(args.shell, &mut Cli::command(), name, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(CLEAN)
}

/// Writes the man pages.
pub(crate) fn man(args: &ManArgs) -> io::Result<u8> {
    let Some(directory) = &args.directory else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        io::stdout().lock().write_all(&page)?;
        return Ok(CLEAN);
    };
    let command = Cli::command().disable_help_subcommand(true);
    let written =
        fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(command, directory));
    match written {
        Ok(()) => Ok(CLEAN),
        Err(error) => {
            let (path, reason) = (messages::path(directory), messages::reason(&error));
            messages::error(&format!("{path}: cannot write man pages: {reason}"));
            Ok(FAILED)
        }
    }
}
