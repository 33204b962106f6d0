//! The chores of the project itself: `cargo ready`, `cargo fixtures`, `cargo rule-docs`,
//! `cargo json-schema`, `cargo accuracy`, `cargo bench-data`, `cargo batch-data`.
#![expect(clippy::print_stderr, reason = "a chore tells the person at the terminal how it goes")]

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use mustknow_dev::{
    accuracy, batch_data,
    bench_data::{self, SEED, Size},
    fixtures, json_schema, ready, rule_docs,
};

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
    /// Writes the JSON Schemas under docs/schema/ anew.
    JsonSchema {
        /// Writes nothing; fails when a committed schema is not what the types say.
        #[arg(long)]
        check: bool,
    },
    /// Writes docs/accuracy.md anew: what is found in archives whose truth is known.
    Accuracy {
        /// Writes nothing; fails when the committed page is not what the rules find.
        #[arg(long)]
        check: bool,
    },
    /// Writes a big must-gather of a healthy cluster, as a directory and as a .tar.gz.
    BenchData {
        /// How many bytes the files hold together: a number, or one with KiB, MiB or GiB.
        #[arg(long, default_value = "1GiB")]
        size: Size,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = SEED)]
        seed: u64,
        /// The folder to write to [default: target/bench-data/<SIZE>]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Writes many small archives: healthy, with a fault, broken.
    BatchData {
        /// How many.
        #[arg(long, default_value_t = 200)]
        count: usize,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = SEED)]
        seed: u64,
        /// The folder to write to.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Ready => ready::run(),
        Chore::Fixtures { check } => fixtures::keep(check),
        Chore::RuleDocs { check } => rule_docs::keep(check),
        Chore::JsonSchema { check } => json_schema::keep(check),
        Chore::Accuracy { check } => accuracy::keep(check),
        Chore::BenchData { size, seed, out } => bench_data::keep(size, seed, out),
        Chore::BatchData { count, seed, folder } => batch_data::keep(&folder, count, seed),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
