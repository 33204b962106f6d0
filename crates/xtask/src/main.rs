//! The tasks of the project: `cargo xtask ready`, `cargo xtask generate ...`, `cargo xtask accuracy`.
#![expect(clippy::print_stderr, reason = "a task reports its progress at the terminal")]

mod accuracy;
mod batch_data;
mod bench_data;
mod book;
mod compare;
mod crash_loop_data;
mod fixtures;
mod json_schema;
mod ready;
mod rule_areas;
mod rule_example;
mod rules_index;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mustknow_testkit::bench_data::{ByteSize, SEED};
use mustknow_testkit::crash_loop_data::CrashLoopPattern;

/// The tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs every check that a change must pass, in order, and stops at the first failure.
    Ready {
        /// Leaves out the tests, for a caller that has just run them.
        #[arg(long)]
        no_tests: bool,
    },
    /// Writes files that are generated from the code, or data for benchmarks and trials.
    Generate {
        #[command(subcommand)]
        what: GenerateTask,
    },
    /// Compares the verdicts of two builds over archives and over every case of every rule.
    Compare {
        /// The program as it was.
        #[arg(long)]
        before: PathBuf,
        /// The program as it is.
        #[arg(long)]
        after: PathBuf,
        /// Archives and directories; `a.yaml+b.yaml` are files of one cluster.
        inputs: Vec<PathBuf>,
    },
    /// Writes docs/accuracy.md: what is found in archives whose truth is known.
    Accuracy {
        /// Writes nothing; fails when the committed page is not what the rules find.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Subcommand)]
enum GenerateTask {
    /// The archives under fixtures/.
    Fixtures {
        /// Writes nothing; fails when a committed archive is not what the scenarios give.
        #[arg(long)]
        check: bool,
    },
    /// docs/rules.md, the index of the rules, and the example rule in CONTRIBUTING.md.
    Rules {
        /// Writes nothing; fails when the committed page is not current.
        #[arg(long)]
        check: bool,
    },
    /// The rules as HTML pages with filters and search; not committed.
    Book {
        /// The folder to write to [default: target/book]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The JSON Schemas under docs/schema/.
    Schemas {
        /// Writes nothing; fails when a committed schema is not what the types say.
        #[arg(long)]
        check: bool,
    },
    /// A big must-gather of a healthy cluster, as a directory and as a .tar.gz.
    BenchData {
        /// How many bytes the files hold together: a number, or one with KiB, MiB or GiB.
        #[arg(long, default_value = "1GiB")]
        size: ByteSize,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = SEED)]
        seed: u64,
        /// The folder to write to `[default: target/bench-data/SIZE]`
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Many small archives: healthy, with a fault, broken.
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
    /// A must-gather with very many crash-looping pods.
    CrashLoopData {
        /// How many pods.
        #[arg(long, default_value_t = 100_000)]
        pods: usize,
        /// How many pods each Deployment has; 0 for pods without an owner.
        #[arg(long, default_value_t = 5)]
        replicas: usize,
        /// How many namespaces they are in.
        #[arg(long, default_value_t = 500)]
        namespaces: usize,
        /// The folder to write to.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Ready { no_tests } => ready::run(!no_tests),
        Task::Compare { before, after, inputs } => compare::run(&before, &after, &inputs),
        Task::Accuracy { check } => accuracy::keep(check),
        Task::Generate { what } => match what {
            GenerateTask::Fixtures { check } => fixtures::keep(check),
            GenerateTask::Rules { check } => {
                rules_index::keep(check).and_then(|()| rule_example::keep(check))
            }
            GenerateTask::Book { out } => book::write(out),
            GenerateTask::Schemas { check } => json_schema::keep(check),
            GenerateTask::BenchData { size, seed, out } => bench_data::keep(size, seed, out),
            GenerateTask::BatchData { count, seed, folder } => {
                batch_data::keep(&folder, count, seed)
            }
            GenerateTask::CrashLoopData { pods, replicas, namespaces, folder } => {
                crash_loop_data::keep(&folder, CrashLoopPattern { pods, replicas, namespaces })
            }
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
