//! The flags of `mustknow scan`.

use std::path::PathBuf;

use clap::Args;

use crate::args::limits::LimitArgs;
use crate::args::preferences::Preferences;
use crate::flags::OutputFormat;

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Archives, directories, YAML or JSON files, or `-` for standard input
    ///
    /// Formats are detected by content: tar and zip, gzip, xz, zstd and bzip2, also nested. A
    /// directory that holds archives is scanned archive by archive.
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) preferences: Preferences,

    /// Print at most ten lines for each cluster (the same as `-o summary`)
    #[arg(long, conflicts_with_all = ["output", "verbose"], help_heading = "Output options")]
    summary: bool,

    /// Print only errors; the exit code is the result
    #[arg(
        short,
        long,
        conflicts_with_all = ["output", "verbose", "summary"],
        help_heading = "Output options"
    )]
    pub(crate) quiet: bool,

    /// Write finished archives to FILE, and skip archives that FILE already contains
    ///
    /// An archive is scanned again if it, the version, the rules, the limits or the settings have
    /// changed. Works with `-o text` and `-o jsonl`. See docs/batch.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,

    /// Read settings from FILE [default: mustknow.toml in the working directory]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Read no settings, not even mustknow.toml
    #[arg(long)]
    pub(crate) no_config: bool,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

impl ScanArgs {
    pub(crate) fn output(&self) -> OutputFormat {
        if self.summary { OutputFormat::Summary } else { self.preferences.output() }
    }
}
