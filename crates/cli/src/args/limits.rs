//! The flags that limit what an archive may cost.

use std::time::Duration;

use clap::{Args, value_parser};
use mustknow_archive::Limits;

use crate::flags::{duration, size};

/// The memory for each thread where `--memory` is not given, in bytes.
const MEMORY_OF_A_THREAD: u64 = 512 << 20;

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Memory for the objects of all open archives, such as 512MiB; objects beyond it are counted
    /// and not judged [default: 512MiB for each thread]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory: Option<u64>,

    /// Files, directories and links to read from an archive [default: 2000000]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    max_entries: Option<u64>,

    /// Bytes to read or decompress from an archive [default: 256GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_inflated: Option<u64>,

    /// Decompressed bytes for each compressed byte [default: 2000]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    max_ratio: Option<u64>,

    /// Levels of nested archives and compressions, at most 32 [default: 16]
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(u32).range(1..=i64::from(Limits::MAX_DEPTH))
    )]
    max_depth: Option<u32>,

    /// Bytes of a document; a larger document is not judged [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_document: Option<u64>,

    /// Time to read an archive, such as 90s or 10m [default: none]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
}

impl LimitArgs {
    /// These flags, with those of `preset` where none was given.
    pub(crate) fn or(self, preset: &Self) -> Self {
        Self {
            memory: self.memory.or(preset.memory),
            max_entries: self.max_entries.or(preset.max_entries),
            max_inflated: self.max_inflated.or(preset.max_inflated),
            max_ratio: self.max_ratio.or(preset.max_ratio),
            max_depth: self.max_depth.or(preset.max_depth),
            max_document: self.max_document.or(preset.max_document),
            timeout: self.timeout.or(preset.timeout),
        }
    }

    /// The memory for all archives together, in bytes.
    pub(crate) fn memory(&self, threads: usize) -> usize {
        let for_threads = || MEMORY_OF_A_THREAD.saturating_mul(threads as u64);
        usize::try_from(self.memory.unwrap_or_else(for_threads)).unwrap_or(usize::MAX)
    }

    /// The limits of an archive that is read by this number of threads and within this many bytes
    /// of memory.
    pub(crate) fn limits(&self, threads: usize, memory: usize) -> Limits {
        let default = Limits::default();
        Limits {
            threads,
            memory,
            entries: self.max_entries.unwrap_or(default.entries),
            inflated: self.max_inflated.unwrap_or(default.inflated),
            ratio: self.max_ratio.unwrap_or(default.ratio),
            depth: self.max_depth.unwrap_or(default.depth),
            document: self.max_document.unwrap_or(default.document),
            timeout: self.timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    struct LimitsOnly {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn limits(args: &[&str]) -> Limits {
        let args = [&["mustknow"], args].concat();
        LimitsOnly::try_parse_from(args).ok().unwrap().limits.limits(1, 1 << 30)
    }

    #[test]
    fn the_help_shows_the_default_limits() {
        assert_eq!(limits(&[]), Limits::default());
        let help =
            LimitsOnly::command().render_long_help().to_string().replace("\n          ", " ");
        let Limits { entries, inflated, ratio, depth, document, .. } = Limits::default();
        for default in [
            entries.to_string(),
            format!("{}GiB", inflated >> 30),
            ratio.to_string(),
            depth.to_string(),
            format!("{}MiB", document >> 20),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default} in {help}");
        }
    }

    #[test]
    fn every_flag_changes_its_limit() {
        let usual = Limits::default();
        for (flag, value, moved) in [
            ("--max-entries", "7", Limits { entries: 7, ..usual }),
            ("--max-inflated", "7GiB", Limits { inflated: 7 << 30, ..usual }),
            ("--max-ratio", "7", Limits { ratio: 7, ..usual }),
            ("--max-depth", "7", Limits { depth: 7, ..usual }),
            ("--max-document", "7KiB", Limits { document: 7 << 10, ..usual }),
            ("--timeout", "10m", Limits { timeout: Some(Duration::from_mins(10)), ..usual }),
        ] {
            assert_eq!(limits(&[flag, value]), moved, "{flag} {value}");
        }
    }
}
