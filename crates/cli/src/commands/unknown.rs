//! A first word that is neither a command nor a path.

use std::io;
use std::path::PathBuf;

use clap::CommandFactory;

use crate::args::Cli;
use crate::suggest::nearest;

/// What is wrong with the command line `mustknow PATH...` if its first path is a mistyped command.
pub(crate) fn unknown_command(paths: &[PathBuf]) -> Option<String> {
    let path = paths.first()?;
    let word = path.to_str()?;
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let is_absent =
        path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if !is_word || !is_absent {
        return None;
    }
    let mut cli = Cli::command();
    cli.build();
    let commands: Vec<_> = cli.get_subcommands().map(clap::Command::get_name).collect();
    Some(match nearest(word, commands.iter().copied()) {
        Some(command) => format!("no such command `{word}`; did you mean `{command}`?"),
        None => format!(
            "`{word}`: no such file or directory, and no such command; commands: {}",
            commands.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(path: &str) -> Option<String> {
        unknown_command(&[path.into(), "x.tgz".into()])
    }

    #[test]
    fn a_mistyped_command_is_corrected() {
        assert_eq!(message("sacn").unwrap(), "no such command `sacn`; did you mean `scan`?");
        assert!(message("timline").unwrap().ends_with("did you mean `timeline`?"));
    }

    #[test]
    fn another_word_is_neither_a_path_nor_a_command() {
        let get = message("get").unwrap();
        let start = "`get`: no such file or directory, and no such command; commands: scan, \
                     timeline, why, rules, ";
        assert!(get.starts_with(start), "{get}");
    }

    #[test]
    fn what_looks_like_a_path_or_exists_is_left_to_the_scan() {
        for path in ["x.tgz", "./sacn", "cases/", "must-gather.tar.gz", "-", "src"] {
            assert_eq!(message(path), None, "{path}");
        }
    }
}
