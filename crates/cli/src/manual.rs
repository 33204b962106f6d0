//! `mustknow completions` and `mustknow man`: made from the same definitions as `--help`.

use std::fs;
use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Args, Completions, Man};
use crate::{CLEAN, FAILED, output};

/// Writes the completions of one shell.
pub(crate) fn completions(args: &Completions) -> io::Result<u8> {
    let mut script = Vec::new();
    let name = env!("CARGO_BIN_NAME");
    clap_complete::generate(args.shell, &mut Args::command(), name, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(CLEAN)
}

/// Writes the man pages.
pub(crate) fn man(args: &Man) -> io::Result<u8> {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Args::command()).render(&mut page)?;
        io::stdout().lock().write_all(&page)?;
        return Ok(CLEAN);
    };
    let command = Args::command().disable_help_subcommand(true);
    let written =
        fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    match written {
        Ok(()) => Ok(CLEAN),
        Err(error) => {
            output::warn(&format!("{} cannot be written: {error}", folder.display()));
            Ok(FAILED)
        }
    }
}
