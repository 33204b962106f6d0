//! The chores of the project itself: `cargo ready`, `cargo fixtures`, `cargo rule-docs`.
#![expect(clippy::print_stderr, reason = "a chore tells the person at the terminal how it goes")]

mod fixtures;
mod ready;
mod rule_docs;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// The chores of the project itself.
#[derive(Parser)]
#[command(name = "mustknow-dev")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Runs every check that a change must pass, in order, and stops at the first failure.
    Ready,
    /// Writes the archives under fixtures/ anew.
    Fixtures {
        /// Writes nothing; fails when a committed archive is not what the scenarios give.
        #[arg(long)]
        check: bool,
    },
    /// Writes docs/rules.md anew.
    RuleDocs {
        /// Writes nothing; fails when the committed page is not what the rules say.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Ready => ready::run(),
        Chore::Fixtures { check } => fixtures::keep(check),
        Chore::RuleDocs { check } => rule_docs::keep(check),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace that cargo runs this in.
///
/// Asked at run time: two checkouts that share a target folder share this binary.
fn workspace() -> PathBuf {
    let built_in = || env!("CARGO_MANIFEST_DIR").into();
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
    here.ancestors().nth(2).map_or_else(|| here.clone(), Path::to_path_buf)
}
